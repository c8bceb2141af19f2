package tree

import (
	"context"
	"io/fs"
	"path"
)

// Present returns the types of those of the names that a walk would find if it had no range.
// It lists the directory of each name, and of several in one directory only once. A directory
// that can't be listed has no names.
func (r *Root) Present(ctx context.Context, crew Crew, names []string) (map[string]fs.FileMode, error) {
	wanted := map[string]map[string]bool{} // by directory
	for _, name := range names {
		directory := path.Dir(name)
		if wanted[directory] == nil {
			wanted[directory] = map[string]bool{}
		}
		wanted[directory][name] = true
	}
	present := map[string]fs.FileMode{}
	for directory, names := range wanted {
		err := r.Walk(ctx, crew.only(directory), func(nodes []Node) error {
			for _, n := range nodes {
				if names[n.Name] {
					present[n.Name] = n.Type
				}
			}
			return nil
		}, func(string, error) {})
		if err != nil {
			return nil, err
		}
	}
	return present, nil
}

// only returns the crew for a walk that finds the files directly in one directory.
func (c Crew) only(directory string) Crew {
	prefix := ""
	c.Within = Range{}
	if directory != "." {
		prefix = directory + "/"
		c.Within = Range{prefix, directory + "0"} // the byte after the slash
	}
	skip := c.Skip
	c.Skip = func(directory, name []byte, isDirectory bool) bool {
		return isDirectory && string(directory) == prefix || skip != nil && skip(directory, name, isDirectory)
	}
	c.Walkers, c.Waiting = 1, 1
	return c
}
