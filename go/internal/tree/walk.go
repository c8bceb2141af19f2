package tree

import (
	"bytes"
	"context"
	"io/fs"
	"slices"
)

// Node is a file that Walk has found, of any kind but a directory.
type Node struct {
	Name string // relative to the root, with slashes
	Type fs.FileMode
}

// Kind returns the kind of the node, such as "regular file" or "symbolic link".
func (n Node) Kind() string {
	if n.Type.IsRegular() {
		return "regular file"
	}
	return kindOf(n.Type)
}

const (
	listBuffer = 32 << 10 // bytes of entries read at a time
	mostKept   = 64       // directories that a walk keeps open
)

// Walk calls visit for everything beneath the root that is not a directory, in no
// particular order. It follows no links. It calls failed for a directory that can't
// be read. It ends early when visit returns an error or ctx ends.
//
// Each directory is opened from its parent. A directory that is moved out of the root
// meanwhile may still be listed, but its files can't be opened by their names.
func (r *Root) Walk(ctx context.Context, visit func(Node) error, failed func(name string, err error)) error {
	return walkFrom(ctx, r.base(), visit, failed)
}

func walkFrom(ctx context.Context, base directory, visit func(Node) error, failed func(string, error)) error {
	w := &walk{base: borrowed{base}, buffer: make([]byte, listBuffer), visit: visit, failed: failed}
	defer w.closeAll()
	if err := w.begin(ctx); err != nil {
		return err
	}
	for len(w.branches) > 0 {
		if len(w.names) == w.last().names {
			w.drop()
		} else if err := w.descend(ctx); err != nil {
			return err
		}
	}
	return nil
}

// walk is the state of a walk: the current directory, and the directories above it
// that have subdirectories left.
type walk struct {
	base     directory // the root's own handle
	path     []byte    // of the current directory, with a slash at its end; empty for the root
	branches []branch  // each is beneath the one before
	kept     []int     // indexes of the open branches, in order
	names    []string  // subdirectories left; those of the last branch come last
	buffer   []byte
	visit    func(Node) error
	failed   func(name string, err error)
}

// branch is a directory that has subdirectories left.
type branch struct {
	open   directory // nil: closed to keep the number of handles low
	lost   error     // why it can't be opened again
	length int       // of its path
	level  int       // 0 for the root
	names  int       // start of its part of walk.names
}

// borrowed is a directory that its owner closes.
type borrowed struct{ directory }

func (borrowed) close() {}

func (w *walk) last() *branch { return &w.branches[len(w.branches)-1] }

func (w *walk) begin(ctx context.Context) error {
	d, err := w.base.open(".")
	if err != nil {
		w.failed(".", tidy(err))
		return nil
	}
	return w.list(ctx, d, 0)
}

// descend lists the next subdirectory of the last branch. Before the last
// subdirectory, it closes the branch, so that a chain of any length needs only two
// handles.
func (w *walk) descend(ctx context.Context) error {
	name := w.names[len(w.names)-1]
	w.names = w.names[:len(w.names)-1]
	if b := w.last(); b.open == nil && b.lost == nil {
		w.reopen()
	}
	b := *w.last()
	w.path = append(append(w.path[:b.length], name...), '/')
	if b.lost != nil {
		w.fail(b.lost)
		return nil
	}
	d, err := w.openBelow(b.open, name)
	if err != nil {
		w.fail(err)
		return nil
	}
	if len(w.names) == b.names {
		w.drop()
	}
	return w.list(ctx, d, b.level+1)
}

// list visits the entries of the current directory. If there are subdirectories, the
// directory becomes a branch, otherwise it is closed.
func (w *walk) list(ctx context.Context, d directory, level int) error {
	first := len(w.names)
	err := d.list(ctx, w.buffer, func(name []byte, mode fs.FileMode) error {
		if mode.IsDir() {
			w.names = append(w.names, string(name))
			return nil
		}
		full := append(w.path, name...)
		w.path = full[:len(w.path)]
		return w.visit(Node{string(full), mode})
	})
	if unread, ok := err.(*unreadError); ok {
		w.fail(unread.error)
	} else if err != nil {
		d.close()
		return err
	}
	if len(w.names) == first {
		d.close()
		return nil
	}
	w.branches = append(w.branches, branch{length: len(w.path), level: level, names: first})
	w.keep(len(w.branches)-1, d)
	return nil
}

// fail calls failed for the current directory.
func (w *walk) fail(err error) {
	name := bytes.TrimSuffix(w.path, []byte("/"))
	if len(name) == 0 {
		name = []byte(".")
	}
	w.failed(string(name), tidy(err))
}

// openBelow opens a subdirectory. If no handle is free, it closes branches that can
// be reopened.
func (w *walk) openBelow(parent directory, name string) (directory, error) {
	d, err := parent.open(name)
	if IsExhausted(err) && len(w.kept) > 1 {
		w.closeBeyond(1)
		d, err = parent.open(name)
	}
	return d, err
}

// drop removes the last branch.
func (w *walk) drop() {
	if d := w.last().open; d != nil {
		d.close()
		w.kept = w.kept[:len(w.kept)-1]
	}
	w.branches = w.branches[:len(w.branches)-1]
}

func (w *walk) closeAll() {
	for len(w.branches) > 0 {
		w.drop()
	}
}

// keep records that branch i is open. All other open branches come before it.
func (w *walk) keep(i int, d directory) {
	w.branches[i].open = d
	w.kept = append(w.kept, i)
	w.closeBeyond(mostKept)
}

// closeBeyond closes branches until at most this many are open. The last open branch
// is in use and stays open.
func (w *walk) closeBeyond(most int) {
	for len(w.kept) > most {
		i := w.leastMissed()
		b := &w.branches[w.kept[i]]
		b.open.close()
		b.open = nil
		w.kept = slices.Delete(w.kept, i, i+1)
	}
}

// leastMissed chooses the open branch to close. A closed branch is reopened from the
// nearest open one above it, so the cost is the gap between open branches. Gaps that
// grow with the distance from the end of the path keep the cost low: each directory
// is reopened only a few times, at any depth.
func (w *walk) leastMissed() int {
	choice, least, above := 0, 0.0, 0
	for i, n := range w.kept[:len(w.kept)-1] {
		level, below := w.branches[n].level, w.branches[w.kept[i+1]].level
		gap := float64(below-above) / float64(1+w.last().level-level)
		if i == 0 || gap < least {
			choice, least = i, gap
		}
		above = level
	}
	return choice
}

// reopen opens the last branch again, directory by directory from the nearest open
// branch above it, and also the branches in between. If a directory can't be opened,
// all branches beneath it are lost.
func (w *walk) reopen() {
	next, done, d, passing := 0, 0, w.base, false // passing: d is not a branch
	if n := len(w.kept); n > 0 {
		next = w.kept[n-1] + 1
		d, done = w.branches[next-1].open, w.branches[next-1].length
	}
	for {
		if w.branches[next].length == done {
			w.keep(next, d)
			passing = false
			if next++; next == len(w.branches) {
				return
			}
		}
		length := bytes.IndexByte(w.path[done:], '/')
		child, err := w.openBelow(d, string(w.path[done:done+length]))
		if passing {
			d.close()
		}
		if err != nil {
			w.lose(next, err)
			return
		}
		d, done, passing = child, done+length+1, true
	}
}

func (w *walk) lose(from int, err error) {
	for i := range w.branches[from:] {
		w.branches[from+i].lost = err
	}
}
