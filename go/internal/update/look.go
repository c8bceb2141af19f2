package update

import (
	"context"
	"path/filepath"

	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// look looks for new files, beside the verification of those that are listed.
type look struct {
	find     func(ctx context.Context) error
	stop     context.CancelFunc
	ended    chan error // nil before it has begun
	names    []string
	warnings []problem.Warning
}

// begin begins to look. With few descriptors, that must wait for the end of the reading.
func (u *update) begin(ctx context.Context, j *job.Job, root *tree.Root, old *original) *look {
	l := &look{find: func(context.Context) error { return nil }, stop: func() {}}
	if !u.Fixed && !old.isOfOneFile(filepath.Base(u.path.At)) {
		l.find = func(ctx context.Context) (err error) {
			l.names, l.warnings, err = create.FindNew(ctx, j, root, u.Settled, old.onDisk(root), u.outputs)
			return err
		}
	}
	if !holdings.FewFiles() {
		l.start(ctx)
	}
	return l
}

func (l *look) start(ctx context.Context) {
	ctx, l.stop = context.WithCancel(ctx)
	l.ended = make(chan error, 1)
	go func() {
		err := problem.ErrCancelled
		defer func() {
			if p := recover(); p != nil {
				err = problem.Panicked(p)
			}
			l.ended <- err
			close(l.ended)
		}()
		err = l.find(ctx)
	}()
}

// wait returns what was found.
func (l *look) wait(ctx context.Context) ([]string, []problem.Warning, error) {
	if l.ended == nil {
		l.start(ctx)
	}
	err := <-l.ended
	return l.names, l.warnings, err
}

// leave waits for the end, when what was found is not needed any more.
func (l *look) leave() {
	l.stop()
	if l.ended != nil {
		<-l.ended
	}
}

// onDisk returns the names on disk of all files that the list names.
func (o *original) onDisk(root *tree.Root) (names []string) {
	add := func(name string) {
		if name, ok := root.NameOnDisk(name); ok {
			names = append(names, name)
		}
	}
	for i := range o.Entries {
		add(o.Entries[i].Name)
	}
	for i := range o.Listed {
		add(o.Listed[i].Name)
	}
	return names
}
