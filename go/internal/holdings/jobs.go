package holdings

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// patience is how long cancelled jobs may take to end before they count as stuck:
// their reads come back once storage answers. Tests set it.
var patience = 2 * time.Second

// jobs is the register of all jobs that have not ended.
var jobs struct {
	sync.Mutex
	running   int64
	cancelled map[*Share]time.Time // since when
	ended     chan struct{}        // is closed when a cancelled job ends
}

// Register begins the account of a job.
func Register() *Share {
	refreshFileLimit()
	jobs.Lock()
	defer jobs.Unlock()
	jobs.running++
	return &Share{}
}

// Cancel notes that the job was cancelled and may hold on to things all the same:
// no system call can be taken back.
func (s *Share) Cancel() {
	jobs.Lock()
	defer jobs.Unlock()
	if s.ended {
		return // it was quicker
	}
	if jobs.cancelled == nil {
		jobs.cancelled = map[*Share]time.Time{}
	}
	jobs.cancelled[s] = time.Now()
}

// End ends the account of a job. It returns true for the last one.
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

// Jobs is how many jobs have not ended.
func Jobs() int64 {
	running, _ := registered()
	return running
}

// StuckError says that so much is held by cancelled jobs that no new one starts.
type StuckError struct{ Jobs, Threads int64 }

func (e *StuckError) Error() string {
	return fmt.Sprintf("%d cancelled or timed-out jobs are still waiting for storage that does not respond "+
		"(%d threads in system calls); no new job can start until some of them end", e.Jobs, e.Threads)
}

// Check returns a StuckError where too much has been stuck for a while.
func Check() error {
	jobs.Lock()
	defer jobs.Unlock()
	return held(time.Now().Add(-patience))
}

// held returns an error where jobs that were cancelled before a time hold too
// much. The lock is held.
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

// Wait waits while cancelled jobs hold too much, for a while, and then returns a
// StuckError. It returns nil when ctx ends.
func Wait(ctx context.Context) error {
	if _, cancelled := registered(); cancelled == 0 {
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
		// Threads come back before their job ends, so look now and then as well.
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
