package holdings

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// patience is the time that cancelled jobs have to end before they count as stuck.
// Their reads return when storage responds. Tests set it.
var patience = 2 * time.Second

// jobs counts all jobs that have not ended.
var jobs struct {
	sync.Mutex
	running   int64
	cancelled map[*Share]time.Time // time of the cancellation
	ended     chan struct{}        // closed when a job ends; may be nil
}

// Register returns the share of a new job.
func Register() *Share {
	refreshFileLimit()
	jobs.Lock()
	defer jobs.Unlock()
	jobs.running++
	return &Share{}
}

// Cancel records that the job was cancelled. It may still hold threads and files,
// because system calls can't be interrupted.
func (s *Share) Cancel() {
	jobs.Lock()
	defer jobs.Unlock()
	if s.ended {
		return // the job ended first
	}
	if jobs.cancelled == nil {
		jobs.cancelled = map[*Share]time.Time{}
	}
	jobs.cancelled[s] = time.Now()
}

// End records that the job has ended, and reports whether it was the last one.
func (s *Share) End() bool {
	jobs.Lock()
	defer jobs.Unlock()
	jobs.running--
	s.ended = true
	delete(jobs.cancelled, s)
	if jobs.ended != nil {
		close(jobs.ended)
		jobs.ended = nil
	}
	return jobs.running == 0
}

func registered() (running, cancelled int64) {
	jobs.Lock()
	defer jobs.Unlock()
	return jobs.running, int64(len(jobs.cancelled))
}

// Jobs returns the number of jobs that have not ended.
func Jobs() int64 {
	running, _ := registered()
	return running
}

// NoneCancelled reports whether each job that was cancelled has ended.
func NoneCancelled() bool {
	_, cancelled := registered()
	return cancelled == 0
}

// StuckError means that no job can start, because cancelled jobs hold too much.
type StuckError struct{ Jobs, Threads int64 }

func (e *StuckError) Error() string {
	return fmt.Sprintf("%d cancelled or timed-out jobs are still waiting for storage that does not respond "+
		"(%d threads in system calls); no new job can start until some of them end", e.Jobs, e.Threads)
}

// Check returns a StuckError if cancelled jobs have held too much for a while.
func Check() error {
	jobs.Lock()
	defer jobs.Unlock()
	return held(time.Now().Add(-patience))
}

// held returns a StuckError if jobs cancelled before a time hold too much. The
// caller holds the lock.
func held(before time.Time) error {
	var e StuckError
	for s, since := range jobs.cancelled {
		if !since.After(before) {
			e.Jobs++
			e.Threads += s.threads.Load()
		}
	}
	if e.Jobs < maxCancelled && e.Threads < maxCancelled {
		return nil
	}
	return &e
}

// Wait waits while cancelled jobs hold too much. It returns a StuckError if they
// still do after a while, and nil if ctx ends.
func Wait(ctx context.Context) error {
	if NoneCancelled() {
		return nil
	}
	deadline := time.Now().Add(patience)
	for {
		jobs.Lock()
		err := held(time.Now())
		if err == nil {
			jobs.Unlock()
			return nil
		}
		if jobs.ended == nil {
			jobs.ended = make(chan struct{})
		}
		ended := jobs.ended
		jobs.Unlock()
		// A job may give threads back before it ends, so check regularly too.
		pause := min(100*time.Millisecond, time.Until(deadline))
		if pause <= 0 {
			return err
		}
		select {
		case <-ended:
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}
