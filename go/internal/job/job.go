// Package job runs jobs in the background: it returns their results in batches,
// reports their progress, and ends or cancels them.
//
// A job holds a bounded number of unfetched results. When there are more, its
// workers wait until the caller has fetched some.
package job

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/mounts"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Job is a running or ended job. Its methods may be called concurrently.
type Job struct {
	Meter hashing.Meter
	Lists atomic.Int64 // to verify; 0 until known
	Share *holdings.Share

	cancel  context.CancelFunc
	started time.Time
	inCall  bool          // it runs in the goroutine of its caller
	wake    chan struct{} // signals a full batch or the end to Next
	waiting atomic.Int64  // unfetched results

	mu        sync.Mutex
	room      sync.Cond // signals that there may be room
	ready     []verdict.Result
	summary   *Summary
	committed bool   // too late to cancel
	undo      func() // removes the unfinished output of a failed or cancelled job; may be nil
}

// Run is the work of a job. It must return soon after ctx ends.
type Run func(ctx context.Context, j *Job) (Summary, error)

// ErrLater is the error of a Run in the caller's goroutine that can't go on without
// waiting for storage. It must not have delivered or counted anything.
var ErrLater = errors.New("the job can't run in the call that starts it")

// Start starts a job. It returns an error if the process is in no state to run one.
func Start(ctx context.Context, run Run) (*Job, error) {
	return StartSmall(ctx, run, func() bool { return false })
}

// StartSmall starts a job. If atHand is true, the job may be so small that it takes less
// time than to hand it to another thread: then it runs in the caller's goroutine, and has
// ended when StartSmall returns. It must not wait there for storage, because the caller
// can't be interrupted meanwhile: a Run that would returns ErrLater, and runs again in
// the background.
func StartSmall(ctx context.Context, run Run, atHand func() bool) (*Job, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	j := &Job{Share: holdings.Register(), cancel: cancel, started: time.Now(), wake: make(chan struct{}, 1)}
	j.room.L = &j.mu
	stop := context.AfterFunc(ctx, func() {
		j.Share.Cancel()
		// The job ends at once, although a worker may still be in a slow read.
		j.finish(Summary{}, problem.ErrCancelled)
	})
	end := func() {
		stop()
		j.leave()
		cancel()
	}
	if holdings.NoneCancelled() && atHand() {
		if j.inCall = true; j.work(ctx, run) {
			end()
			return j, nil
		}
		j.inCall = false
	}
	go func() {
		defer end()
		j.work(ctx, func(ctx context.Context, j *Job) (Summary, error) {
			if err := holdings.Wait(ctx); err != nil {
				return Summary{}, problem.New(problem.StorageHangs, "%v", err)
			}
			return run(ctx, j)
		})
	}()
	return j, nil
}

// work does the work of the job, and reports whether it has ended.
func (j *Job) work(ctx context.Context, run Run) (ended bool) {
	defer func() {
		if p := recover(); p != nil {
			j.finish(Summary{}, problem.Panicked(p))
			ended = true
		}
	}()
	s, err := run(ctx, j)
	if j.inCall && err == ErrLater {
		return false
	}
	j.finish(s, err)
	return true
}

// InCall reports whether the job runs in the goroutine of its caller.
func (j *Job) InCall() bool { return j.inCall }

func (j *Job) leave() {
	if j.Share.End() {
		hashing.GiveBackLater()
	}
}

// kernels selects the kernels that the environment names, once.
var kernels = sync.OnceValue(func() error {
	if err := multibuffer.FromEnvironment(); err != nil {
		return problem.New(problem.InvalidSetting, "%v", err)
	}
	return nil
})

// ready returns an error if no job can start now in this thread.
func ready() error {
	if err := kernels(); err != nil {
		return err
	}
	if err := mounts.Check(); err != nil {
		return err
	}
	if err := holdings.Check(); err != nil {
		return problem.New(problem.StorageHangs, "%v", err)
	}
	return nil
}

// Call calls a function that makes system calls on files, as soon as the process may
// use a thread for it.
func (j *Job) Call(ctx context.Context, enter func() error) error {
	err := problem.ErrCancelled
	j.Share.Do(ctx, func() { err = enter() })
	return err
}

// Cancel ends the job with problem.ErrCancelled, unless it has ended or is committed.
func (j *Job) Cancel() { j.cancel() }

// Undoable calls begin, and calls the undo that begin returned if the job fails
// later. If the job has ended already, Undoable returns problem.ErrCancelled instead.
func (j *Job) Undoable(begin func() (undo func(), err error)) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary != nil {
		return problem.ErrCancelled
	}
	j.undo, err = begin()
	return err
}

// Commit reports whether the job may do what can't be undone. If so, it can no
// longer be cancelled.
func (j *Job) Commit() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.committed = j.summary == nil
	return j.committed
}

// finish ends the job. Only the first call counts, and a committed job ignores
// ErrCancelled.
func (j *Job) finish(s Summary, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary != nil || j.committed && err == problem.ErrCancelled {
		return
	}
	if err != nil && j.undo != nil {
		j.undo() // before the summary is available: the process may exit then
	}
	s.Err = err
	s.Elapsed = time.Since(j.started).Seconds()
	j.summary = &s
	j.signal()
	j.room.Broadcast()
}
