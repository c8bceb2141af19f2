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

// New asks for the digests of files for a list that exists.
type New struct {
	Algorithms []digest.Algorithm
	Known      map[string]bool // names on disk that the list has; nil: no other files are looked for
	Also       []string        // names to digest whether they are known or not
	Outputs    []paths.Path    // of the list, and of what else is written
}

// File is a file that was digested.
type File struct {
	Name    string
	Size    int64
	Digests []list.Digest // one for each algorithm, in their order
}

// Found is what a search for new files has found: the files that a new list would have, in
// the order of their names, those that can't be read, and what was left out.
type Found struct {
	Files    []File
	Failed   []verdict.Result
	Warnings []problem.Warning
}

// Digest looks for new files, and digests them.
func Digest(ctx context.Context, j *job.Job, root *tree.Root, s job.Settled, n New) (found Found, err error) {
	l := newListing(new(hashing.Meter), n.Algorithms) // the files that the job counts are those of the list
	f := newFinding(root, j, s, n.Outputs, false)
	f.known = n.Known
	find := func(ctx context.Context, l *listing, stop func()) error {
		for _, name := range n.Also {
			l.add([]tree.Node{{Name: name, Size: -1}})
		}
		if n.Known == nil {
			return nil
		}
		err := f.run(ctx, l, stop)
		if isNothing(err) {
			return nil
		}
		return err
	}
	if err := l.fill(ctx, j, root, s.Options, find); err != nil {
		return found, err
	}
	for _, number := range l.inOrder() {
		if status, detail := verdict.Of(l.err(number)); status != verdict.OK {
			found.Failed = append(found.Failed, l.failure(number, status, detail))
			continue
		}
		found.Files = append(found.Files, l.file(number))
	}
	found.Warnings = f.warnings()
	return found, nil
}

// isNothing reports whether an error says that there are no files to list.
func isNothing(err error) bool {
	if err == nil {
		return false
	}
	code := problem.From(err).Code
	return code == problem.NoFiles || code == problem.OnlyLinksOutside
}

func (l *listing) file(number int) File {
	f := File{Name: l.name(number), Size: l.sizeOf(number)}
	for _, a := range l.algorithms {
		f.Digests = append(f.Digests, list.Digest{Algorithm: a, Hex: l.hex(number, a)})
	}
	return f
}

// Replace replaces the list at a path by the whole text that make returns, if it returns
// one, with the permissions of the old one. Before that it asks once more whether it may.
func Replace(j *job.Job, path paths.Path, make func() ([]byte, error), may func() error) error {
	t := &target{path: path}
	if err := j.Undoable(func() (func(), error) { return t.discard, t.open(true) }); err != nil {
		return err
	}
	defer t.discard()
	text, err := make()
	if err != nil || text == nil {
		return err
	}
	t.text.Write(text) // its error is that of complete
	var not error
	err = placeAll([]*target{t}, func() bool {
		not = may()
		return not == nil && j.Commit()
	})
	if not != nil {
		return not
	}
	return err
}
