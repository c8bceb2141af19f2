package create

import (
	"context"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// FindNew returns the names of the files that a new list would have, but for those that the
// list has already, sorted; and warnings about what it leaves out. The first output is the
// list.
func FindNew(ctx context.Context, j *job.Job, root *tree.Root, s job.Settled, listed []string, outputs []paths.Path) (names []string, _ []problem.Warning, err error) {
	f := newFinding(root, j, s, outputs, false)
	f.known = tree.NewExpected(len(listed))
	for _, name := range listed {
		f.known.Add(name)
	}
	l := newListing(new(hashing.Meter), nil)
	if err := f.run(ctx, l, func() {}); err != nil && !isNothing(err) {
		return nil, nil, err
	}
	for _, number := range l.inOrder() {
		names = append(names, l.name(number))
	}
	return names, f.warnings(), nil
}

// isNothing reports whether an error says that there are no files to list.
func isNothing(err error) bool {
	code := problem.From(err).Code
	return code == problem.NoFiles || code == problem.OnlyLinksOutside
}

// File is a file that was digested.
type File struct {
	Name    string
	Size    int64
	Digests []list.Digest // one for each algorithm, in their order
}

// Digest digests files beneath the root. It returns them in the order of their names, and
// results on those that can't be read.
func Digest(ctx context.Context, j *job.Job, root *tree.Root, s job.Settled, algorithms []digest.Algorithm, names []string) (files []File, failed []verdict.Result, err error) {
	if len(names) == 0 {
		return nil, nil, nil
	}
	l := newListing(new(hashing.Meter), algorithms) // the files that the job counts are those of the list
	find := func(_ context.Context, l *listing, _ func()) error {
		for _, name := range names {
			l.add([]tree.Node{{Name: name, Size: -1}})
		}
		return nil
	}
	if err := l.fill(ctx, j, root, s.Options, find); err != nil {
		return nil, nil, err
	}
	for _, number := range l.inOrder() {
		if status, detail := verdict.Of(l.err(number)); status != verdict.OK {
			failed = append(failed, l.failure(number, status, detail))
			continue
		}
		files = append(files, l.file(number))
	}
	return files, failed, nil
}

func (l *listing) file(number int) File {
	f := File{Name: l.name(number), Size: l.sizeOf(number)}
	for _, a := range l.algorithms {
		f.Digests = append(f.Digests, list.Digest{Algorithm: a, Hex: l.hex(number, a)})
	}
	return f
}
