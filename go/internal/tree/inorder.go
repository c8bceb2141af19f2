package tree

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"
)

// WalkInOrder calls visit with the name of everything beneath the root that is not a
// directory, in the order of the bytes of whole names. It calls failed as Walk does. A
// directory is listed shortly before its turn comes, so the walk holds only what the
// directories on its path have left, and a few others. All calls come from the goroutine of the
// caller, and visit may wait: the walk makes no system call meanwhile but those that are under
// way.
func (r *Root) WalkInOrder(ctx context.Context, crew Crew, visit func(name []byte) error, failed func(name string, err error)) error {
	return walkInOrderFrom(ctx, r.base(), crew, visit, failed)
}

func walkInOrderFrom(ctx context.Context, base directory, crew Crew, visit func([]byte) error, failed func(string, error)) error {
	ctx, stop := context.WithCancel(ctx)
	w := &walk{crew: crew, failed: failed, started: time.Now()}
	w.running.Store(1)
	only := w.newWalker(borrowed{base}, 0)
	only.order = &inOrder{ahead: map[string]*fetched{}}
	defer only.leave()
	defer only.abandon()
	defer stop()
	return only.workInOrder(ctx, visit)
}

// workInOrder walks in order. The names that a directory has left are those of its files too,
// and those of subdirectories have a slash at their end: so the last one is always the next.
func (w *walker) workInOrder(ctx context.Context, visit func(name []byte) error) error {
	defer w.closeAll()
	for {
		if err := w.passFiles(ctx, visit); err != nil || w.begun && len(w.branches) == 0 {
			return err
		}
		var err error
		if !w.crew.Enter(ctx, func() { err = w.stepInOrder(ctx) }) {
			err = ctx.Err()
		}
		switch {
		case err == errShort && len(w.order.ahead) > 0:
			w.abandon()
			w.short.Store(true)
			err = nil
		case err == errShort:
			err = w.waitForHandles(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// stepInOrder lists one more directory.
func (w *walker) stepInOrder(ctx context.Context) error {
	if !w.begun {
		return w.begin(ctx)
	}
	w.lookAhead(ctx)
	return w.descend(ctx)
}

// passFiles visits the files before the next directory.
func (w *walker) passFiles(ctx context.Context, visit func(name []byte) error) error {
	for len(w.branches) > 0 {
		last := len(w.names) - 1
		if last < w.last().names {
			w.drop()
			continue
		}
		name := w.names[last]
		if strings.HasSuffix(name, "/") {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		w.names[last] = "" // so that it can be freed
		w.names = w.names[:last]
		w.path = append(w.path[:w.last().length], name...)
		if err := visit(w.path); err != nil {
			return err
		}
	}
	return nil
}

// listInOrder makes the current directory a branch, if it has any entry.
func (w *walker) listInOrder(ctx context.Context, d directory, level int, started time.Time) error {
	found := w.order.next.entries()
	var err error
	if found == nil {
		found, err = w.entriesOf(ctx, d, w.path, w.buffer, math.MaxInt)
		found.took = time.Since(started)
	}
	w.waits.observe(found.took, len(found.names))
	if unread, ok := err.(*unreadError); ok {
		w.fail(unread.error)
	} else if err != nil {
		d.close()
		return err
	}
	first := len(w.names)
	w.names = append(w.names, found.names...)
	if w.sortNames(first); len(w.names) > first {
		w.branches = append(w.branches, branch{length: len(w.path), level: level, names: first})
	}
	if found.directories == 0 {
		d.close()
		return nil
	}
	w.keep(len(w.branches)-1, d)
	return nil
}

// entries are those of a directory that the walk takes.
type entries struct {
	names       []string // those of subdirectories with a slash at their end
	directories int      // how many those are
	took        time.Duration
}

var errTooMany = errors.New("too many entries")

// entriesOf lists a directory that has at most that many entries. It also returns what comes
// before an error.
func (w *walker) entriesOf(ctx context.Context, d directory, path, buffer []byte, most int) (*entries, error) {
	found, selects := &entries{}, w.crew.selection(path)
	err := d.list(ctx, buffer, func(name []byte, mode fs.FileMode, _ int64) error {
		switch {
		case len(found.names) == most:
			return errTooMany
		case !selects(name, mode):
		case mode.IsDir():
			found.directories++
			found.names = append(found.names, string(slices.Concat(name, []byte("/"))))
		default:
			found.names = append(found.names, string(name))
		}
		return nil
	})
	return found, err
}
