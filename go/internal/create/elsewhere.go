package create

import (
	"context"
	"io/fs"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/tree"
)

// isElsewhere reports whether a name is not in the range.
func (f *finding) isElsewhere(name string) bool { return f.within != nil && !f.within.Holds(name) }

// seeElsewhere looks for the outputs that are not in the range, because a file in it is not
// one of them under another name if there is a file with the name itself.
func (f *finding) seeElsewhere(ctx context.Context, _ *listing) bool {
	for name := range f.unseen {
		if !f.isElsewhere(name) {
			continue
		}
		crew := f.crew
		crew.Walkers, crew.Waiting, crew.Within = 1, 1, tree.Only(name)
		visit := func([]tree.Node) error {
			delete(f.unseen, name)
			return nil
		}
		// What is in a directory that can't be read is not in a range either.
		if f.root.Walk(ctx, crew, visit, func(string, error) {}) != nil {
			return false
		}
	}
	return true
}

// listsElsewhere returns the names of what may be lists directly in the root, and is not in
// the range, but has signatures there.
func (f *finding) listsElsewhere(ctx context.Context) (names []string) {
	signed := map[string]bool{}
	for _, n := range f.listed {
		if name, ok := list.SignedName(n.Name); ok && f.isElsewhere(name) && !f.own[name] && lists.IsNamedSo(name) {
			signed[name] = true
		}
	}
	if len(signed) == 0 {
		return nil
	}
	follower := newLinks(f.root, f.outputs)
	// Whether the root can be read, the walk has found.
	_ = f.root.Entries(ctx, func(name string, mode fs.FileMode) {
		if signed[name] && f.isFile(follower, name, mode) && !f.isExcluded(name) {
			names = append(names, name)
		}
	})
	return names
}

func (f *finding) isFile(follower *links, name string, mode fs.FileMode) bool {
	if mode&fs.ModeSymlink == 0 {
		return mode.IsRegular()
	}
	_, isFile, _ := follower.judge(name)
	return isFile
}

// isExcluded reports whether patterns leave out a file directly in the root.
func (f *finding) isExcluded(name string) bool {
	return f.crew.Skip != nil && f.crew.Skip(nil, []byte(name), false)
}
