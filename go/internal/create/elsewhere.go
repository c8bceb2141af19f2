package create

import (
	"context"
	"io/fs"
	"maps"
	"slices"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/lists"
)

// isElsewhere reports whether a name is not in the range.
func (f *finding) isElsewhere(name string) bool { return f.within != nil && !f.within.Holds(name) }

// seeElsewhere looks for the outputs that are not in the range. As long as there is a file with
// the name itself, none in the range is that output under another name.
func (f *finding) seeElsewhere(ctx context.Context, _ *listing) bool {
	elsewhere := slices.DeleteFunc(slices.Collect(maps.Keys(f.unseen)), func(name string) bool { return !f.isElsewhere(name) })
	present, err := f.root.Present(ctx, f.crew, elsewhere)
	for name := range present {
		delete(f.unseen, name)
	}
	return err == nil
}

// listsElsewhere returns the names of what may be lists directly in the root, and is not in
// the range, but has signatures there.
func (f *finding) listsElsewhere(ctx context.Context) (names []string, ok bool) {
	var signed []string
	for _, n := range f.listed {
		if name, ok := list.SignedName(n.Name); ok && f.isElsewhere(name) && lists.IsNamedSo(name) {
			signed = append(signed, name)
		}
	}
	present, err := f.root.Present(ctx, f.crew, signed)
	if err != nil {
		return nil, false
	}
	ok = f.share.Do(ctx, func() {
		follower := newLinks(f.root, f.outputs)
		for name, mode := range present {
			if follower.isFile(name, mode) {
				names = append(names, name)
			}
		}
	})
	return names, ok
}

func (l *links) isFile(name string, mode fs.FileMode) bool {
	if mode&fs.ModeSymlink == 0 {
		return mode.IsRegular()
	}
	_, isFile, _ := l.judge(name)
	return isFile
}
