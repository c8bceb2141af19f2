// Package engine runs jobs: it reads lists, plans, lets a fixed set of workers
// compute digests, and hands verdicts over in batches, in the order of the lists.
//
// A job holds at most as many files open as it has workers, and memory for its
// workers' buffers, its lists, and a bounded number of verdicts that nobody has
// fetched yet: workers wait for whoever fetches them.
package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// maxReady is how many verdicts wait to be fetched before workers wait too.
const maxReady = 4 << 10

// batchSize is how many verdicts end the wait for a batch early.
const batchSize = 1 << 10

// Job is a running or ended job. Its methods may be called from anywhere.
type Job struct {
	cancel     context.CancelFunc
	started    time.Time
	files      atomic.Int64
	bytes      atomic.Int64
	totalFiles atomic.Int64
	totalBytes atomic.Int64

	wake chan struct{} // tells Next that there is enough, or the end

	mu      sync.Mutex
	room    sync.Cond // tells workers that verdicts were fetched
	ready   []Result
	summary *Summary
}

// Batch is what came since the batch before. Summary is set in the last one.
type Batch struct {
	Results  []Result
	Progress Progress
	Summary  *Summary
}

// StartVerify starts a job that verifies. Only an unusable request is an error.
func StartVerify(ctx context.Context, v Verify) (*Job, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	return start(ctx, func(ctx context.Context, j *Job) (Summary, error) { return j.verify(ctx, &v) }), nil
}

// StartCreate starts a job that creates a list. Only an unusable request is an error.
func StartCreate(ctx context.Context, c Create) (*Job, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return start(ctx, func(ctx context.Context, j *Job) (Summary, error) { return j.create(ctx, &c) }), nil
}

func start(ctx context.Context, run func(context.Context, *Job) (Summary, error)) *Job {
	ctx, cancel := context.WithCancel(ctx)
	j := &Job{cancel: cancel, started: time.Now(), wake: make(chan struct{}, 1)}
	j.room.L = &j.mu
	// The end is told at once: a worker may sit in a read that takes long.
	context.AfterFunc(ctx, func() { j.finish(Summary{}, ErrCancelled) })
	go func() {
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				j.finish(Summary{}, fmt.Errorf("internal error: %v", p))
			}
		}()
		j.finish(run(ctx, j))
	}()
	return j
}

// Cancel makes the job end soon, with ErrCancelled unless it had ended.
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
	b := Batch{Results: j.ready, Progress: j.progress(), Summary: j.summary}
	j.ready = nil
	if j.summary != nil {
		j.signal() // whoever asks again must not wait
	}
	j.room.Broadcast()
	return b
}

func (j *Job) progress() Progress {
	return Progress{j.files.Load(), j.bytes.Load(), j.totalFiles.Load(), j.totalBytes.Load()}
}

// deliver hands verdicts over to Next.
func (j *Job) deliver(results []Result) {
	if len(results) == 0 {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary == nil {
		j.ready = append(j.ready, results...)
	}
	if len(j.ready) >= batchSize {
		j.signal()
	}
}

// waitForRoom holds a worker back while too many verdicts wait to be fetched.
func (j *Job) waitForRoom() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.ready) >= maxReady && j.summary == nil {
		j.room.Wait()
	}
}

// finish ends the job; the first end counts.
func (j *Job) finish(s Summary, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary != nil {
		return
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
