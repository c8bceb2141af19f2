package engine

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/tree"
)

// findExtra reports what is on disk beneath the root and in no list, in the
// order of names. The lists themselves are expected there.
func (j *Job) findExtra(ctx context.Context, v *Verify, root *tree.Root, p *plan, counts *Counts) error {
	named := namesOf(p, root)
	var extra []tree.Node
	links := map[string]int{} // name → its place in extra
	var results []Result
	visit := func(n tree.Node) error {
		if named[n.Name] {
			return nil
		}
		if n.Kind() == "symbolic link" {
			links[n.Name] = len(extra)
		}
		extra = append(extra, n)
		return nil
	}
	failed := func(folder string, err error) {
		results = append(results, Result{Path: folder, Status: Unreadable, Size: -1, Detail: "can't be searched for extra files: " + reason(err)})
	}
	if err := root.Walk(ctx, visit, failed); err != nil {
		if ctx.Err() != nil {
			return ErrCancelled
		}
		return err
	}
	extra = withoutPassages(extra, links, p, root)
	slices.SortFunc(extra, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	counts[Unreadable] += int64(len(results))
	counts[Extra] += int64(len(extra))
	j.deliver(results)
	for piece := range slices.Chunk(extra, batchSize) {
		results = results[:0]
		for _, n := range piece {
			results = append(results, Result{Path: n.Name, Status: Extra, Size: -1, Detail: n.Kind()})
		}
		j.deliver(results)
	}
	return nil
}

// namesOf collects what is expected on disk: all names in lists, and the lists.
func namesOf(p *plan, root *tree.Root) map[string]bool {
	named := make(map[string]bool, p.entries)
	for _, s := range p.sources {
		for i := range s.Entries {
			if name, ok := nameOnDisk(s.Entries[i].Name, root); ok {
				named[name] = true
			}
		}
		if name, ok := nameBeneath(root.Path(), s.path); ok {
			named[name] = true
		}
	}
	return named
}

// nameOnDisk is the name by which a walk finds what a list names so. ".." means
// the folder above as the system has it, also behind a link.
func nameOnDisk(name string, root *tree.Root) (string, bool) {
	name, ok := relativeName(name, root)
	if !ok {
		return "", false
	}
	if slices.Contains(strings.Split(name, "/"), "..") {
		resolved, err := root.Resolve(name)
		return resolved, err == nil
	}
	return path.Clean(name), true
}

// relativeName is the name, relative to the root and with slashes, of what a
// list names so.
func relativeName(name string, root *tree.Root) (string, bool) {
	if root.All() {
		return strings.TrimLeft(name, "/"), true
	}
	if filepath.IsAbs(name) {
		inside, err := root.Inside(name)
		return filepath.ToSlash(inside), err == nil
	}
	name = filepath.ToSlash(name)
	return name, !strings.HasPrefix(name, "/")
}

// nameBeneath is the name, relative to root, of a file that the user named in
// any way, through links also.
func nameBeneath(root, file string) (string, bool) {
	folder, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return "", false
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return "", false
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	name, err := filepath.Rel(root, filepath.Join(folder, filepath.Base(file)))
	if err != nil || !filepath.IsLocal(name) {
		return "", false
	}
	return filepath.ToSlash(name), true
}

// withoutPassages drops links to folders through which a listed name leads.
func withoutPassages(extra []tree.Node, links map[string]int, p *plan, root *tree.Root) []tree.Node {
	if len(links) == 0 {
		return extra
	}
	for _, s := range p.sources {
		for i := range s.Entries {
			if name, ok := relativeName(s.Entries[i].Name, root); ok {
				dropPassages(links, extra, name)
			}
		}
	}
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return n.Name == "" })
}

// dropPassages empties the nodes of links that name leads through. Behind ".."
// a name's folders are not what they read as.
func dropPassages(links map[string]int, extra []tree.Node, name string) {
	for i := range len(name) {
		if name[i] != '/' {
			continue
		}
		if strings.HasSuffix("/"+name[:i], "/..") {
			return
		}
		if place, ok := links[path.Clean(name[:i])]; ok {
			extra[place].Name = ""
		}
	}
}
