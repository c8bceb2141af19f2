// Package hashing computes the digests of many files on all cores. Each of a fixed
// number of workers reads a few files at once, and its core computes their digests
// together. The package does not know what the digests are for.
package hashing

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/tree"
)

// Work is a numbered set of files to digest. Its methods are called concurrently.
type Work interface {
	// Count is one more than the largest number.
	Count() int
	// File returns the file of a number and the digests to compute, at least one.
	// ok is false if the number has no file to read.
	File(number int) (name string, wanted digest.Set, ok bool)
	// Admits reports whether a file may be started now.
	Admits(Next) bool
	// Wait waits until Admits is true, or ctx ends.
	Wait(context.Context, Next)
	// Done receives the outcome of a number. Its sums are valid only during the call.
	Done(number int, o Outcome)
}

// Growing is a Work whose files become known while it is done.
type Growing interface {
	Work
	// Grows reports whether Count may become larger.
	Grows() bool
	// WaitForMore waits until Count is larger than n, Grows is false, or ctx ends.
	WaitForMore(ctx context.Context, n int)
}

// Sized is a Work that knows the sizes of some files.
type Sized interface {
	// Size returns the size of a file in bytes, if it is known.
	Size(number int) (size int64, ok bool)
}

// Expecting is a Work that knows what digests files are to have. A file that was read at
// once, and has them, had them at one moment, so that it need not be looked at again. A
// file that has other digests is read again, to see whether it has changed meanwhile.
type Expecting interface {
	Work
	// Expects reports whether a file has the digests that it is to have.
	Expects(number int, o *Outcome) bool
}

// Next is a file that a worker is about to start.
type Next struct {
	Number int
	Size   int64 // in bytes; 0 unless the file is known to be large
	sorted bool  // whether it comes in the order of the disk
	place  int64 // in that order
}

// Early reports whether the file is started out of order: because it is large, or
// because its neighbours on the disk are read.
func (n Next) Early() bool { return n.Size > 0 || n.sorted }

// Outcome is the outcome of reading one file.
type Outcome struct {
	Size int64 // in bytes; -1: unknown
	Err  error // nil: the whole file was read and did not change
	// After is the state of the open file after its last read. It is zero if Err is not nil, or
	// if the work is Expecting.
	After tree.Info
	// Attack reports whether the file is one of a collision attack on SHA-1. It is false
	// unless SHA-1 was wanted and the options ask for it.
	Attack bool
	sums   []sum
}

type sum struct {
	algorithm digest.Algorithm
	bytes     []byte
}

// Sum returns the digest of an algorithm. It is nil if Err is not nil, or if the
// digest was not wanted.
func (o *Outcome) Sum(a digest.Algorithm) []byte {
	for i := range o.sums {
		if s := &o.sums[i]; s.algorithm == a {
			return s.bytes
		}
	}
	return nil
}

// ReadError is the error of a file that was opened. Any other error of an Outcome
// comes from opening the file.
type ReadError struct {
	Reason  string
	Changed bool // whether the file changed while reading
}

func (e *ReadError) Error() string { return e.Reason }

// Meter counts the progress of a run. The Work counts Files and TotalFiles.
type Meter struct {
	Files, Bytes           atomic.Int64
	TotalFiles, TotalBytes atomic.Int64
}

// Options are the options of Run.
type Options struct {
	Workers int  // number of workers
	Adapt   bool // more workers while storage is waited for; one file at a time from a disk with a moving head
	Sizes   bool // add up all sizes first
	Attacks bool // detect files of collision attacks on SHA-1
	NoCache bool // leave nothing in the page cache that was not in it before
}

// Run computes all digests of the work. It returns when all workers have ended: after
// the last number, when ctx ends, or with an error after a panic.
func Run(ctx context.Context, root *tree.Root, w Work, o Options, share *holdings.Share, m *Meter) error {
	r := newRun(root, w, o, share, m)
	if o.Sizes {
		r.agenda.waitForAll(ctx)
		if err := r.agenda.measure(ctx, r); err != nil {
			return err
		}
	}
	scouting, stop := context.WithCancel(ctx)
	var scout sync.WaitGroup
	// After measure, all large files are known.
	if o.Workers > 1 && !o.Sizes && (r.agenda.grows() || w.Count() > scoutedAtOnce) {
		scout.Go(func() { r.agenda.scout(scouting, r) })
	}
	defer scout.Wait()
	defer stop()
	return r.work(ctx)
}

// run is the state that the workers of one call of Run share.
type run struct {
	root    *tree.Root
	agenda  *agenda
	workers int
	attacks bool
	noCache bool
	turns   *turns
	share   *holdings.Share
	meter   *Meter

	expecting Expecting // the work, if it is

	crew     crew
	worker   func(spare bool)
	working  atomic.Int64 // number of workers that have not retired
	depth    *depth       // number of workers to have
	finished atomic.Int64 // number of files
}

func newRun(root *tree.Root, w Work, o Options, share *holdings.Share, m *Meter) *run {
	rotating := func() bool { return o.Adapt && root.IsRotating() }
	most := o.Workers
	if o.Adapt {
		most = max(most, mostDeep)
	}
	r := &run{
		root: root, agenda: newAgenda(root, w), workers: o.Workers, attacks: o.Attacks, noCache: o.NoCache,
		turns: newTurns(rotating), share: share, meter: m, depth: newDepth(o.Workers, most),
	}
	r.expecting, _ = w.(Expecting)
	return r
}

// work runs the workers until the agenda is empty. A panic in one worker ends them
// all, because they may wait for the outcome of its files.
func (r *run) work(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.worker = func(spare bool) {
		defer stopOnPanic(stop)
		r.workOnce(ctx, spare)
	}
	r.agenda.extents = func(numbers []int) map[int]uint64 { return r.extents(ctx, numbers) }
	workers := r.workers
	if !r.agenda.grows() {
		workers = min(workers, r.agenda.Count())
	}
	r.working.Store(int64(workers))
	for others := range workers - 1 {
		r.add(others+1 >= cpus)
	}
	if workers > 0 {
		r.crew.join(func() { r.worker(false) })
	}
	return r.crew.end(ctx)
}

// add adds a worker, with a spare processor if it is to have one and there is one.
func (r *run) add(spare bool) {
	r.crew.add(func() {
		if spare {
			done := spareProcessor()
			if spare = done != nil; spare {
				defer done()
			}
		}
		r.worker(spare)
	})
}

// workOnce runs one worker.
func (r *run) workOnce(ctx context.Context, spare bool) {
	retired := false
	if ctx.Err() == nil && r.share.TakeWorker() { // else the other workers do its share
		defer r.share.ReturnWorker()
		retired = newWorker(r, spare).work(ctx)
	}
	if !retired {
		r.working.Add(-1)
	}
}

// adjust adds a worker for each that depth wants more, for the files that are left. It
// adds none while files take turns on a rotating disk.
func (r *run) adjust(seeks bool) {
	if seeks && r.turns.taken.Load() {
		return
	}
	r.depth.look(time.Now(), r.done)
	for more := r.depth.wanted.Load() - r.working.Load(); more > 0 && r.agenda.left() > 0; more-- {
		r.working.Add(1)
		r.add(true)
	}
}

// done measures what the run has done: reading 64 KiB is like opening a file.
func (r *run) done() int64 { return r.finished.Load() + r.meter.Bytes.Load()/laneSize }

// retire reports whether a worker should end because there are more than depth wants.
func (r *run) retire() bool {
	n := r.working.Load()
	return n > r.depth.wanted.Load() && r.working.CompareAndSwap(n, n-1)
}
