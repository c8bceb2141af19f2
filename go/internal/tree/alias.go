package tree

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
)

// Aliases returns which of the nodes are expected under another name: on file
// systems that ignore case, or that store names in a normal form of their own, a
// name that no walk yields may be that of a file all the same. The names are those
// expected that the walk did not yield; others are all nodes that it yielded under
// an expected name.
//
// A node is told by its directory and its identity. A hard link has the identity
// of another file, so where several nodes in a directory have one identity, the
// name must differ only in case from exactly one of them.
func (r *Root) Aliases(ctx context.Context, names, nodes, others iter.Seq[string]) map[string]bool {
	l := &lookup{root: r, directories: map[string]fs.FileInfo{}, wanted: map[[2]uint64][]*wanted{}}
	if !l.want(ctx, names) || !l.match(ctx, nodes, true) {
		return nil
	}
	l.match(ctx, others, false)
	meant := map[string]bool{}
	for _, all := range l.wanted {
		for _, w := range all {
			if i := meantBy(w.name, w.found); i >= 0 && w.isNode[i] {
				meant[w.found[i]] = true
			}
		}
	}
	return meant
}

// meantBy returns which of some names of one file another name of it means, or -1.
func meantBy(name string, found []string) int {
	if len(found) == 1 {
		return 0
	}
	only := -1
	for i, f := range found {
		if strings.EqualFold(f, name) {
			if only >= 0 {
				return -1
			}
			only = i
		}
	}
	return only
}

// wanted is a name that means an existing file.
type wanted struct {
	name            string
	directory, file fs.FileInfo
	found           []string // other names of the file
	isNode          []bool
}

type lookup struct {
	root        *Root
	directories map[string]fs.FileInfo
	wanted      map[[2]uint64][]*wanted // by what their files have in common
}

// want looks for the names that mean files without passing through a link.
func (l *lookup) want(ctx context.Context, names iter.Seq[string]) (some bool) {
	opener := l.root.Opener()
	for name := range names {
		if ctx.Err() != nil {
			return false
		}
		if _, err := opener.Size(name); IsMissing(err) {
			continue // found out by one system call, for there may be many
		}
		directory := path.Dir(name)
		if resolved, err := l.root.Resolve(directory); err != nil || resolved != directory {
			continue
		}
		if d, f, ok := l.look(name); ok && !f.IsDir() {
			key := identity(f)
			l.wanted[key] = append(l.wanted[key], &wanted{name: name, directory: d, file: f})
			some = true
		}
	}
	return some
}

// match notes which of the names mean wanted files.
func (l *lookup) match(ctx context.Context, names iter.Seq[string], areNodes bool) (some bool) {
	for name := range names {
		if ctx.Err() != nil {
			return false
		}
		d, f, ok := l.look(name)
		if !ok {
			continue
		}
		for _, w := range l.wanted[identity(f)] {
			if os.SameFile(w.file, f) && os.SameFile(w.directory, d) {
				w.found, w.isNode = append(w.found, name), append(w.isNode, areNodes)
				some = true
			}
		}
	}
	return some
}

func (l *lookup) look(name string) (directory, file fs.FileInfo, ok bool) {
	file, err := l.root.Dir().Lstat(name)
	if err != nil {
		return nil, nil, false
	}
	parent := path.Dir(name)
	if directory = l.directories[parent]; directory == nil {
		if directory, err = l.root.Dir().Lstat(parent); err != nil {
			return nil, nil, false
		}
		l.directories[parent] = directory
	}
	return directory, file, true
}
