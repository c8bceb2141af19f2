package tree

import (
	"context"
	"strings"
	"time"
)

// WalkInOrder calls visit with the name of everything beneath the root that is not a
// directory, in the order of the bytes of whole names. It calls failed as Walk does. A
// directory is listed when its turn comes, so the walk holds only what the directories on its
// path have left. It goes on in the goroutine of its caller alone, and visit may wait: no
// system call is under way then.
func (r *Root) WalkInOrder(ctx context.Context, crew Crew, visit func(name []byte) error, failed func(name string, err error)) error {
	return walkInOrderFrom(ctx, r.base(), crew, visit, failed)
}

func walkInOrderFrom(ctx context.Context, base directory, crew Crew, visit func([]byte) error, failed func(string, error)) error {
	w := &walk{crew: crew, failed: failed, started: time.Now()}
	w.running.Store(1)
	only := w.newWalker(borrowed{base}, 0)
	only.inOrder = true
	defer only.leave()
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
		if err == errShort {
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
