// Package engine runs jobs: it reads lists, plans, lets a fixed set of workers
// compute digests, and hands verdicts over in batches, in the order of the lists.
//
// A worker has a few files under way at once. A job holds no more files open than
// those, and memory for its workers' buffers, its lists, and a bounded number of
// verdicts that nobody has fetched yet: workers wait for whoever fetches them.
package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
)

// maxReady is how many verdicts wait to be fetched before workers wait too.
const maxReady = 4 << 10

// batchSize is how many verdicts a batch has at the most, and how many end the
// wait for it early: more would keep the other side from looking up.
const batchSize = 1 << 10

// Job is a running or ended job. Its methods may be called from anywhere.
type Job struct {
	cancel     context.CancelFunc
	share      *holdings.Share
	started    time.Time
	files      atomic.Int64
	bytes      atomic.Int64
	totalFiles atomic.Int64
	totalBytes atomic.Int64
	openings   atomic.Int64 // files that workers have ever opened

	wake chan struct{} // tells Next that there is enough, or the end

	mu        sync.Mutex
	room      sync.Cond // tells workers to look again whether there is room
	ready     []Result
	summary   *Summary
	committed bool   // too late to cancel
	undo      func() // removes what a failed or cancelled job was writing; nil where there is nothing
}

// Batch is what came since the batch before. Summary is set in the last one.
type Batch struct {
	Results  []Result
	Progress Progress
	Summary  *Summary
}

// StartVerify starts a job that verifies. It fails for a request that can't be
// used, and where the process is in no state to run a job.
func StartVerify(ctx context.Context, v Verify) (*Job, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	return start(ctx, func(ctx context.Context, j *Job) (Summary, error) { return j.verify(ctx, &v) })
}

// StartCreate starts a job that creates a list. It fails as StartVerify does.
func StartCreate(ctx context.Context, c Create) (*Job, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return start(ctx, func(ctx context.Context, j *Job) (Summary, error) { return j.create(ctx, &c) })
}

// kernels heeds what the user says of them, once.
var kernels = sync.OnceValue(func() error {
	if err := multibuffer.FromEnvironment(); err != nil {
		return problem.New(problem.InvalidArgument, "%v", err)
	}
	return nil
})

// ready says why no job can start here and now, or nil.
func ready() error {
	if err := kernels(); err != nil {
		return err
	}
	if err := checkView(); err != nil {
		return err
	}
	if err := holdings.Check(); err != nil {
		return problem.New(problem.StorageHangs, "%v", err)
	}
	return nil
}

func start(ctx context.Context, run func(context.Context, *Job) (Summary, error)) (*Job, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	j := &Job{cancel: cancel, share: register(), started: time.Now(), wake: make(chan struct{}, 1)}
	j.room.L = &j.mu
	stop := context.AfterFunc(ctx, func() {
		j.share.Cancel()
		// The end is told at once: a worker may sit in a read that takes long.
		j.finish(Summary{}, problem.ErrCancelled)
	})
	go func() {
		defer cancel()
		defer unregister(j.share)
		defer stop()
		defer func() {
			if p := recover(); p != nil {
				j.finish(Summary{}, problem.Panicked(p))
			}
		}()
		if err := holdings.Wait(ctx); err != nil {
			j.finish(Summary{}, problem.New(problem.StorageHangs, "%v", err))
			return
		}
		j.finish(run(ctx, j))
	}()
	return j, nil
}

// inCall calls a function that enters system calls for files, when the process
// has a thread for that.
func (j *Job) inCall(ctx context.Context, enter func() error) error {
	err := problem.ErrCancelled
	j.share.Do(ctx, func() { err = enter() })
	return err
}

// Cancel makes the job end soon, with problem.ErrCancelled unless it had ended.
func (j *Job) Cancel() { j.cancel() }

// Next waits until there are enough verdicts for a batch, the job has ended, or
// the time is up, and returns what there is.
func (j *Job) Next(wait time.Duration) Batch {
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-j.wake:
		case <-timer.C:
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	b := Batch{Progress: j.progress()}
	b.Results, j.ready = cut(j.ready)
	if len(j.ready) == 0 {
		b.Summary = j.summary
	}
	if j.summary != nil || len(j.ready) >= batchSize {
		j.signal() // whoever asks again must not wait
	}
	j.room.Broadcast()
	return b
}

// cut takes a batch off the front. What is left moves, so that memory is freed.
func cut(all []Result) (batch, rest []Result) {
	if len(all) <= batchSize {
		return all, nil
	}
	return all[:batchSize:batchSize], slices.Clone(all[batchSize:])
}

func (j *Job) progress() Progress {
	return Progress{j.files.Load(), j.bytes.Load(), j.totalFiles.Load(), j.totalBytes.Load()}
}

// deliver hands verdicts over to Next, in pieces, and waits until there is room.
func (j *Job) deliver(results []Result) {
	for piece := range slices.Chunk(results, batchSize) {
		j.wait(true, func() bool { return false })
		j.mu.Lock()
		j.append(piece)
		j.mu.Unlock()
	}
}

// append adds to what Next returns. The lock is held.
func (j *Job) append(results []Result) {
	if j.summary == nil {
		j.ready = append(j.ready, results...)
	}
	if len(j.ready) >= batchSize {
		j.signal()
	}
}

// wait returns true when few enough verdicts wait to be fetched and full says no,
// or the job has ended. Told not to wait, it returns false until then.
func (j *Job) wait(wait bool, full func() bool) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.summary == nil && (len(j.ready) >= maxReady || full()) {
		if !wait {
			return false
		}
		j.room.Wait()
	}
	return true
}

// commit says whether the job may still do what can't be undone. From then on
// it can't be cancelled.
func (j *Job) commit() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.committed = j.summary == nil
	return j.committed
}

// finish ends the job; the first end counts, and the own end of a committed one.
func (j *Job) finish(s Summary, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary != nil || j.committed && err == problem.ErrCancelled {
		return
	}
	if err != nil && j.undo != nil {
		j.undo() // before the end is told: the process may end then
	}
	s.Err = err
	s.Elapsed = time.Since(j.started).Seconds()
	j.summary = &s
	j.signal()
	j.room.Broadcast()
}

func (j *Job) signal() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}
