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
	*update
	job      *job.Job
	root     *tree.Root
	old      *original
	beside   job.Beside
	names    []string
	warnings []problem.Warning
}

// begin begins to look. With few descriptors, that must wait for the end of the reading.
func (u *update) begin(ctx context.Context, j *job.Job, root *tree.Root, old *original) *look {
	l := &look{update: u, job: j, root: root, old: old}
	if !holdings.FewFiles() {
		l.beside.Begin(ctx, l.find)
	}
	return l
}

func (l *look) find(ctx context.Context) (err error) {
	if l.Fixed || l.old.isOfOneFile(filepath.Base(l.path.At)) {
		return nil
	}
	l.names, l.warnings, err = create.FindNew(ctx, l.job, l.root, l.Settled, l.old.onDisk(l.root), l.outputs)
	return err
}

// conclude waits until all new files are found.
func (l *look) conclude(ctx context.Context) error {
	if !l.beside.HasBegun() {
		l.beside.Begin(ctx, l.find)
	}
	return l.beside.Wait()
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
