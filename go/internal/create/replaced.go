package create

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/checksig/checksig/go/internal/difference"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// compareReplaced compares each list with the one that it is about to replace. What can't
// be compared is only worth a warning.
func (c *creation) compareReplaced(ctx context.Context, j *job.Job, l *listing, order []int, s *job.Summary) error {
	for _, t := range c.targets {
		if !c.force {
			return nil
		}
		err := j.Call(ctx, func() error { t.compareReplaced(ctx, l, order, s); return nil })
		if err != nil || ctx.Err() != nil {
			return problem.ErrCancelled
		}
	}
	return nil
}

func (t *target) compareReplaced(ctx context.Context, l *listing, order []int, s *job.Summary) {
	old, modified, err := t.readReplaced(ctx)
	if err != nil {
		s.Warnings = append(s.Warnings, problem.Warn(problem.OldListUnread, "%s was replaced without a comparison: %s",
			problem.Quoted(t.path.Shown), problem.Reason(err)))
	}
	if err != nil || old == nil {
		return
	}
	if n := len(old.Malformed); n > 0 {
		s.Warnings = append(s.Warnings, problem.Warn(problem.OldListUnread, "%s in the old %s not compared", problem.Count(n, "malformed line", "malformed lines"), problem.Quoted(t.path.Shown)))
	}
	old.Listed = nil // the new list has a digest of all
	d := difference.Compare(difference.Of(old), newEntries{t, l, order, hasSizes(old)})
	s.Replaced = append(s.Replaced, job.Replaced{Path: t.path.Shown, Modified: modified, Counts: d.Counts, First: firstOf(d)})
}

// readReplaced returns the list that exists, nil if there is none or it is empty, and when
// it was modified.
func (t *target) readReplaced(ctx context.Context) (old *list.List, modified int64, err error) {
	f, err := tree.OpenPath(t.out.path)
	if tree.IsMissing(err) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return nil, 0, err
	}
	old, err = list.Parse(&tree.Cancellable{Context: ctx, Reader: f}, list.Options{FileName: filepath.Base(t.out.path)})
	var bad *list.Error
	if errors.As(err, &bad) {
		err = errors.New(bad.Reason)
	}
	return old, info.ModTime().Unix(), err
}

func hasSizes(l *list.List) bool {
	for i := range l.Entries {
		if _, ok := l.Entries[i].Size(); ok {
			return true
		}
	}
	return false
}

// firstOf returns a few changes of each kind.
func firstOf(d *difference.Difference) (first []verdict.Result) {
	var counts verdict.Counts
	for r := range d.Results() {
		if counts[r.Status]++; counts[r.Status] <= mostNamed {
			first = append(first, r)
		}
	}
	return first
}

// newEntries is the [difference.Side] of a new list.
type newEntries struct {
	target  *target
	listing *listing
	order   []int
	sized   bool
}

// Len implements [difference.Side].
func (e newEntries) Len() int { return len(e.order) }

// Entry implements [difference.Side].
func (e newEntries) Entry(i int) (one list.Entry) {
	number := e.order[i]
	for i, a := range e.target.algorithms {
		if d := (list.Digest{Algorithm: a, Hex: e.listing.hex(number, a)}); i == 0 {
			one = list.Entry{Name: e.listing.name(number), Algorithm: d.Algorithm, Hex: d.Hex}
		} else {
			one.AddDigest(d)
		}
	}
	if size := e.listing.sizeOf(number); e.sized && size >= 0 {
		one.SetSize(size)
	}
	return one
}
