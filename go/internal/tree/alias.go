package tree

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
)

// Aliases returns which of the nodes are expected under another name. On file systems
// that ignore case or normalise names, a file may have a name that no walk finds.
// names are the expected names that the walk has not found. nodes are the files that
// it has found under other names, and others are those with expected names.
//
// A node is identified by its directory and its file. Hard links are names of the
// same file. If several nodes in a directory are the same file, the expected name
// must differ only in case from one of them, and only one.
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

// meantBy returns the index of the name in found that name stands for, or -1. All are
// names of one file.
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

// wanted is an expected name of an existing file.
type wanted struct {
	name            string
	directory, file fs.FileInfo
	found           []string // other names of the file
	isNode          []bool
}

type lookup struct {
	root        *Root
	directories map[string]fs.FileInfo
	wanted      map[[2]uint64][]*wanted // by the identity of their files
}

// want collects the names that lead to a file without a link on their path.
func (l *lookup) want(ctx context.Context, names iter.Seq[string]) (some bool) {
	opener := l.root.Opener()
	for name := range names {
		if ctx.Err() != nil {
			return false
		}
		if _, err := opener.Size(name); IsMissing(err) {
			continue // one system call, because there may be many such names
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

// match records which of the names are those of wanted files.
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
