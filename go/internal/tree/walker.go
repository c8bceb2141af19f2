package tree

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// walker walks a part of a tree: its state is the current directory, and the directories
// above it that have subdirectories left.
type walker struct {
	*walk
	*listing
	base     directory // where its part begins
	start    int       // length of the path of base
	path     []byte    // of the current directory, with a slash at its end; empty for the root
	branches []branch  // each is beneath the one before
	kept     []int     // indexes of the open branches, in order
	names    []string  // subdirectories left; those of the last branch come last
	begun    bool      // base was listed
	helps    bool
	order    *inOrder // nil: files come as they are found
	waits    waits    // for storage

	tried   time.Time     // since when no handle has been free
	pause   time.Duration // before the next attempt
	hurried bool          // it has waited in vain, and waits no longer
}

// branch is a directory that has subdirectories left.
type branch struct {
	open   directory // nil: closed to keep the number of handles low
	lost   error     // why it can't be opened again
	length int       // of its path
	level  int       // 0 for that of base
	names  int       // start of its part of walker.names
}

// borrowed is a directory that its owner closes.
type borrowed struct{ directory }

func (borrowed) close() {}

// errShort means that no file handle is free. The step can be tried again.
var errShort = errors.New("no file handle is free")

func (w *walk) newWalker(base directory, start int) *walker {
	return &walker{walk: w, listing: listings.Get().(*listing), base: base, start: start}
}

// leave gives back the memory of a walker that has ended.
func (w *walker) leave() {
	if w.helps {
		w.base.(borrowed).directory.close()
	}
	w.listing.reset()
	listings.Put(w.listing)
}

func (w *walker) last() *branch { return &w.branches[len(w.branches)-1] }

// work walks the walker's part. Without a free handle, a helper leaves the rest to the
// leader.
func (w *walker) work(ctx context.Context) error {
	defer w.closeAll()
	for !w.begun || len(w.branches) > 0 {
		err := ctx.Err()
		if err == nil && !w.crew.Enter(ctx, func() { err = w.step(ctx) }) {
			err = ctx.Err()
		}
		if err == errShort {
			w.short.Store(true)
			if w.helps {
				w.leaveRest()
				return nil
			}
			err = w.waitForHandles(ctx)
		} else if w.helps && w.short.Load() {
			w.leaveRest()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step lists one more directory.
func (w *walker) step(ctx context.Context) error {
	if !w.begun {
		return w.begin(ctx)
	}
	for len(w.names) == w.last().names {
		if w.drop(); len(w.branches) == 0 {
			return nil
		}
	}
	if len(w.names) > 1 && w.admit(w.waits.most()) && !w.lend(ctx) {
		w.running.Add(-1)
	}
	return w.descend(ctx)
}

func (w *walker) begin(ctx context.Context) error {
	started := time.Now()
	d, err := w.openBelow(w.base, ".")
	if err == errShort {
		return err
	}
	w.begun = true
	if err != nil {
		w.fail(err)
		return nil
	}
	if w.crew.OneDevice {
		w.device, _ = d.device()
	}
	return w.list(ctx, d, 0, started)
}

// descend lists the next subdirectory of the last branch. Before the last
// subdirectory, it closes the branch, so that a chain of any length needs only two
// handles.
func (w *walker) descend(ctx context.Context) error {
	started := time.Now()
	if b := w.last(); b.open == nil && b.lost == nil {
		if err := w.reopen(); err != nil {
			return err
		}
	}
	b := *w.last()
	name := strings.TrimSuffix(w.names[len(w.names)-1], "/")
	w.path = append(append(w.path[:b.length], name...), '/')
	d, err := directory(nil), b.lost
	if err == nil {
		d, err = w.openNext(b.open, name)
	}
	if err == errShort {
		return err
	}
	w.names = w.names[:len(w.names)-1]
	if err != nil {
		w.fail(err)
		return nil
	}
	if len(w.names) == b.names {
		w.drop()
	}
	if w.isElsewhere(d) {
		d.close()
		return nil
	}
	return w.list(ctx, d, b.level+1, started)
}

// isElsewhere reports whether a directory is on another file system, and so left out.
func (w *walker) isElsewhere(d directory) bool {
	if !w.crew.OneDevice {
		return false
	}
	device, ok := d.device()
	return ok && device != w.device
}

// list visits the entries of the current directory. If there are subdirectories, the
// directory becomes a branch, otherwise it is closed.
func (w *walker) list(ctx context.Context, d directory, level int, started time.Time) error {
	if w.order != nil {
		return w.listInOrder(ctx, d, level, started)
	}
	first, selects := len(w.names), w.crew.selection(w.path)
	err := d.list(ctx, w.buffer, func(name []byte, mode fs.FileMode, size int64) error {
		if !selects(name, mode) {
			return nil
		}
		if mode.IsDir() {
			w.names = append(w.names, string(name))
			return nil
		}
		if w.add(w.path, name, mode, size); w.isFull() {
			return w.deliver(d)
		}
		return nil
	})
	w.waits.observe(time.Since(started), len(w.names)-first+len(w.ends))
	if unread, ok := err.(*unreadError); ok {
		err = w.deliver(d)
		w.fail(unread.error)
	} else if err == nil {
		err = w.deliver(d)
	}
	if err != nil {
		d.close()
		return err
	}
	w.sortNames(first)
	if len(w.names) == first {
		d.close()
		return nil
	}
	w.branches = append(w.branches, branch{length: len(w.path), level: level, names: first})
	w.keep(len(w.branches)-1, d)
	return nil
}

// sortNames puts the subdirectories of a directory in order, the first one last. While a
// directory changes, the system may list a name twice.
func (w *walker) sortNames(first int) {
	names := w.names[first:]
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
	w.names = w.names[:first+len(slices.Compact(names))]
}

// deliver passes what was listed in a directory on to visit.
func (w *walker) deliver(d directory) error {
	nodes := w.take()
	if w.crew.Inspect {
		nodes = w.inspect(d, nodes)
	}
	if len(nodes) == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.visit(nodes)
}

// inspect adds what the files of a directory are, and leaves out those that are gone.
func (w *walker) inspect(d directory, nodes []Node) []Node {
	var failed error
	kept := nodes[:0]
	for _, n := range nodes {
		mode, info, err := d.inspect(n.Name[len(w.path):])
		switch {
		case err == nil:
			n.Type, n.Size, n.ModTime, n.Identity = mode, info.Size, info.ModTime, info.Identity
			kept = append(kept, n)
		case !IsMissing(err):
			failed = err
		}
	}
	if failed != nil {
		w.fail(failed)
	}
	return kept
}

// fail calls failed for the current directory.
func (w *walker) fail(err error) {
	name := cmp.Or(string(bytes.TrimSuffix(w.path, []byte("/"))), ".")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed(name, tidy(err))
}

// lend gives half of the subdirectories of the uppermost branch to another walker. It
// reports whether there is one, and a handle for it.
func (w *walker) lend(ctx context.Context) bool {
	for _, i := range w.kept {
		b := &w.branches[i]
		end := len(w.names)
		if i+1 < len(w.branches) {
			end = w.branches[i+1].names
		}
		n := end - b.names
		if i+1 < len(w.branches) {
			n++ // the walker itself is busy beneath
		}
		if n /= 2; n == 0 {
			continue
		}
		d, err := b.open.open(".")
		if err != nil {
			return false
		}
		h := w.newWalker(borrowed{d}, b.length)
		h.helps, h.begun, h.waits = true, true, w.waits
		h.path = slices.Clone(w.path[:b.length])
		h.names = slices.Clone(w.names[b.names : b.names+n]) // the last ones in order
		h.branches = []branch{{length: b.length}}
		h.keep(0, h.base)
		w.names = slices.Delete(w.names, b.names, b.names+n)
		for j := range w.branches[i+1:] {
			w.branches[i+1+j].names -= n
		}
		w.help(ctx, h)
		return true
	}
	return false
}

// leaveRest leaves all of the walker's subdirectories to the leader.
func (w *walker) leaveRest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	end := len(w.names)
	for i := len(w.branches) - 1; i >= 0; i-- {
		if b := w.branches[i]; b.names < end {
			w.left = append(w.left, leftover{string(w.path[:b.length]), w.names[b.names:end]})
			end = b.names
		}
	}
	w.closeAll()
}

// resume makes the leader go on with what a helper has left, and reports whether there is
// anything.
func (w *walker) resume() bool {
	if len(w.left) == 0 || w.err != nil || w.panicked != nil {
		return false
	}
	last := len(w.left) - 1
	rest := w.left[last]
	w.left = w.left[:last]
	w.path = append(w.path[:0], rest.path...)
	w.names = append(w.names[:0], rest.names...)
	w.branches = append(w.branches, branch{length: len(rest.path), level: strings.Count(rest.path, "/")})
	return true
}

// waitForHandles waits a little, because others may close handles. If nobody else of the
// job has any, the rest of the program may, but only for a while.
func (w *walker) waitForHandles(ctx context.Context) error {
	if w.tried.IsZero() || w.running.Load() > 1 || w.crew.Others != nil && w.crew.Others() {
		w.tried = time.Now()
	}
	w.pause = min(max(2*w.pause, time.Millisecond), LongestPause)
	select {
	case <-time.After(w.pause):
	case <-ctx.Done():
	}
	w.hurried = w.hurried || time.Since(w.tried) > Patience
	return ctx.Err()
}

// openBelow opens a subdirectory. If no handle is free, it closes branches that can
// be reopened. If that doesn't help, it returns errShort, unless the walker has waited
// long enough.
func (w *walker) openBelow(parent directory, name string) (directory, error) {
	d, err := parent.open(name)
	if IsExhausted(err) && len(w.kept) > 1 {
		w.closeBeyond(1)
		d, err = parent.open(name)
	}
	switch {
	case err == nil:
		w.tried, w.pause = time.Time{}, 0
	case IsExhausted(err) && !w.hurried:
		return nil, errShort
	}
	return d, err
}
