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

// known are names on disk that a list has.
type known struct {
	numbers map[string]int
	seen    []bool // by number: whether a walk has found it
	unseen  int
}

func newKnown(names []string) *known {
	k := &known{numbers: make(map[string]int, len(names))}
	for _, name := range names {
		if _, is := k.numbers[name]; !is {
			k.numbers[name] = len(k.numbers)
		}
	}
	k.seen, k.unseen = make([]bool, len(k.numbers)), len(k.numbers)
	return k
}

// see reports whether a name is known, and marks it as seen.
func (k *known) see(name string) bool {
	if k == nil {
		return false
	}
	number, is := k.numbers[name]
	if is && !k.seen[number] {
		k.seen[number] = true
		k.unseen--
	}
	return is
}

// addUnseen adds the names that the walk has not found.
func (k *known) addUnseen(to map[string]bool) {
	if k == nil || k.unseen == 0 {
		return
	}
	for name, number := range k.numbers {
		if !k.seen[number] {
			to[name] = true
		}
	}
}

// FindNew returns the names of the files that a new list would have, but for those that the
// list has already, sorted; and warnings about what it leaves out. The first output is the
// list.
func FindNew(ctx context.Context, j *job.Job, root *tree.Root, s job.Settled, listed []string, outputs []paths.Path) (names []string, _ []problem.Warning, err error) {
	f := newFinding(root, j, s, outputs, false)
	f.known = newKnown(listed)
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
