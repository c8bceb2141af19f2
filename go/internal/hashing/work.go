// Package hashing computes the digests of many files on all cores: a fixed number
// of workers, each with a few files under way at once, whose digests its core
// computes together. It knows files and digests, and not what they are wanted for.
package hashing

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/tree"
)

// Work is a numbered set of files whose digests are wanted. Workers call its
// methods at the same time.
type Work interface {
	// Count is one more than the largest number.
	Count() int
	// File says what to read for a number, and which digests are wanted, one at
	// least; ok is false where there is nothing.
	File(number int) (name string, wanted digest.Set, ok bool)
	// Admits says whether a file may be begun now.
	Admits(Next) bool
	// Wait returns when Admits is true, or ctx ends.
	Wait(context.Context, Next)
	// Done takes what came of a number. The sums are valid during the call.
	Done(number int, o Outcome)
}

// Next is a file that is about to be begun.
type Next struct {
	Number int
	Size   int64 // in bytes; 0 where it is not known to be a large file
}

// Early says that the file comes before its turn, for it is large.
func (n Next) Early() bool { return n.Size > 0 }

// Outcome is what came of reading one file.
type Outcome struct {
	Size int64 // in bytes; -1: unknown
	Err  error // nil: all of it was read, and it held still
	sums []sum
}

type sum struct {
	algorithm digest.Algorithm
	bytes     []byte
}

// Sum is the digest of an algorithm, nil where Err is not or it was not wanted.
func (o *Outcome) Sum(a digest.Algorithm) []byte {
	for i := range o.sums {
		if s := &o.sums[i]; s.algorithm == a {
			return s.bytes
		}
	}
	return nil
}

// ReadError is the error of a file that was opened. Any other error of an Outcome
// comes from opening it.
type ReadError struct {
	Reason  string
	Changed bool // it was written meanwhile
}

func (e *ReadError) Error() string { return e.Reason }

// Meter counts how far some work has come. Files and TotalFiles are the work's to
// count.
type Meter struct {
	Files, Bytes           atomic.Int64
	TotalFiles, TotalBytes atomic.Int64
}

// Options say how to go about some work.
type Options struct {
	Workers int  // at the most
	Adapt   bool // read one file at a time from a disk whose head has to move
	Sizes   bool // add up all sizes first
}

// Run computes all digests of the work. It returns when all workers have ended: after
// the last number, when ctx ends, or with an error when something in here panics.
func Run(ctx context.Context, root *tree.Root, w Work, o Options, share *holdings.Share, m *Meter) error {
	r := newRun(root, w, o, share, m)
	if o.Sizes {
		if err := r.agenda.measure(ctx, r); err != nil {
			return err
		}
	}
	scouting, stop := context.WithCancel(ctx)
	var scout sync.WaitGroup
	// Where sizes have been measured, all large files are known.
	if o.Workers > 1 && !o.Sizes && w.Count() > scoutedAtOnce {
		scout.Go(func() { r.agenda.scout(scouting, r) })
	}
	defer scout.Wait()
	defer stop()
	return r.work(ctx)
}

// run is what the workers of one call of Run share.
type run struct {
	root     *tree.Root
	agenda   *agenda
	workers  int
	turns    *turns
	share    *holdings.Share
	meter    *Meter
	openings atomic.Int64 // files that workers have ever opened
}

func newRun(root *tree.Root, w Work, o Options, share *holdings.Share, m *Meter) *run {
	rotating := func() bool { return o.Adapt && root.IsRotating() }
	return &run{root: root, agenda: newAgenda(w), workers: o.Workers, turns: newTurns(rotating), share: share, meter: m}
}

// work lets the workers do what is on the agenda. A panic in one ends them all: they
// may wait for what comes of its files.
func (r *run) work(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return inParallel(ctx, min(r.workers, r.agenda.Count()), func() {
		defer stopOnPanic(stop)
		if ctx.Err() != nil || !r.share.TakeWorker() {
			return // the others do its work
		}
		defer r.share.ReturnWorker()
		newWorker(r).work(ctx)
	})
}
