// Package job runs jobs in the background: it hands their verdicts over in batches,
// tells how far they are, and ends or cancels them.
//
// A job holds a bounded number of verdicts that nobody has fetched yet: what finds
// more of them waits for whoever fetches them.
package job

import (
	"context"
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

// Job is a running or ended job. Its methods may be called from anywhere.
type Job struct {
	Meter hashing.Meter
	Share *holdings.Share

	cancel  context.CancelFunc
	started time.Time
	wake    chan struct{} // tells Next that there is enough, or the end
	waiting atomic.Int64  // verdicts that have not been fetched

	mu        sync.Mutex
	room      sync.Cond // tells those who wait to look again whether there is room
	ready     []verdict.Result
	summary   *Summary
	committed bool   // too late to cancel
	undo      func() // removes what a failed or cancelled job was writing; nil where there is nothing
}

// Run is what a job does. It ends soon when ctx does.
type Run func(ctx context.Context, j *Job) (Summary, error)

// Start starts a job, unless the process is in no state to run one.
func Start(ctx context.Context, run Run) (*Job, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	j := &Job{Share: holdings.Register(), cancel: cancel, started: time.Now(), wake: make(chan struct{}, 1)}
	j.room.L = &j.mu
	stop := context.AfterFunc(ctx, func() {
		j.Share.Cancel()
		// The end is told at once: a worker may sit in a read that takes long.
		j.finish(Summary{}, problem.ErrCancelled)
	})
	go func() {
		defer cancel()
		defer j.leave()
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

func (j *Job) leave() {
	if j.Share.End() {
		hashing.GiveBackLater()
	}
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
	if err := mounts.Check(); err != nil {
		return err
	}
	if err := holdings.Check(); err != nil {
		return problem.New(problem.StorageHangs, "%v", err)
	}
	return nil
}

// Call calls a function that enters system calls for files, when the process has a
// thread for that.
func (j *Job) Call(ctx context.Context, enter func() error) error {
	err := problem.ErrCancelled
	j.Share.Do(ctx, func() { err = enter() })
	return err
}

// Cancel makes the job end soon, with problem.ErrCancelled unless it had ended.
func (j *Job) Cancel() { j.cancel() }

// Undoable calls a function that begins something, and keeps what undoes it for
// when the job fails. It does neither where the job was cancelled.
func (j *Job) Undoable(begin func() (undo func(), err error)) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary != nil {
		return problem.ErrCancelled
	}
	j.undo, err = begin()
	return err
}

// Commit says whether the job may still do what can't be undone. From then on
// it can't be cancelled.
func (j *Job) Commit() bool {
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
