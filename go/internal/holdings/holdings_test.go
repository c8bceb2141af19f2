package holdings

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestThreadsAreLimitedButEachJobGetsOne(t *testing.T) {
	greedy, modest := Register(), Register()
	defer greedy.End()
	defer modest.End()
	var calls []Call
	for range int64(cap(slots)) + 1 { // the first one takes no slot
		call, ok := greedy.Begin(t.Context())
		if !ok {
			t.Fatal("a thread below the limit was refused")
		}
		calls = append(calls, call)
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, ok := greedy.Begin(soon); ok {
		t.Error("a thread above the limit was allowed")
	}
	call, ok := modest.Begin(soon)
	if !ok {
		t.Error("the first thread of another job was refused")
	}
	call.End()
	freed := make(chan bool)
	go func() {
		call, ok := greedy.Begin(t.Context())
		call.End()
		freed <- ok
	}()
	calls[1].End()
	if !<-freed {
		t.Error("Begin did not return after a thread was given back")
	}
	calls[1] = Call{}
	for _, call := range calls {
		call.End()
	}
	if now, _ := Look(0); now.Threads != 0 || len(slots) != 0 {
		t.Errorf("after all calls have ended: %+v, %d slots", now, len(slots))
	}
}

func TestFilesAndWorkersAreLimitedButEachJobGetsOne(t *testing.T) {
	for name, tt := range map[string]struct {
		take  func(*Share) bool
		back  func(*Share)
		bound int64
	}{
		"files":   {(*Share).TakeFile, (*Share).ReturnFile, fileLimit.Load()},
		"workers": {(*Share).TakeWorker, (*Share).ReturnWorker, workerLimit},
	} {
		greedy, modest := Register(), Register()
		taken := int64(0)
		for tt.take(greedy) {
			taken++
		}
		if taken != tt.bound {
			t.Errorf("%s: %d taken, want %d", name, taken, tt.bound)
		}
		if !tt.take(modest) || tt.take(modest) {
			t.Errorf("%s: another job does not get exactly one", name)
		}
		tt.back(modest)
		for range taken {
			tt.back(greedy)
		}
		if !tt.take(greedy) {
			t.Errorf("%s: refused after all were given back", name)
		}
		tt.back(greedy)
		greedy.End()
		modest.End()
	}
}

// stuck registers cancelled jobs that hold one thread each. end ends them.
func stuck(t *testing.T, jobs int) (end func()) {
	t.Helper()
	var shares []*Share
	var calls []Call
	for range jobs {
		s := Register()
		call, _ := s.Begin(t.Context())
		s.Cancel()
		shares, calls = append(shares, s), append(calls, call)
	}
	return func() {
		for i := range shares {
			calls[i].End()
			shares[i].End()
		}
	}
}

func TestNoJobStartsWhileTooManyAreStuck(t *testing.T) {
	defer func(old time.Duration) { patience = old }(patience)
	patience = 50 * time.Millisecond
	for _, tt := range []struct {
		jobs int
		want bool // whether a StuckError is expected
	}{{0, false}, {maxCancelled - 1, false}, {maxCancelled, true}, {maxCancelled + 1, true}} {
		end := stuck(t, tt.jobs)
		if err := Check(); err != nil {
			t.Errorf("%d jobs, just cancelled: %v", tt.jobs, err)
		}
		var e *StuckError
		if err := Wait(t.Context()); errors.As(err, &e) != tt.want {
			t.Errorf("%d jobs: Wait = %v", tt.jobs, err)
		}
		if err := Check(); (err != nil) != tt.want || tt.want && !strings.Contains(err.Error(), "does not respond") {
			t.Errorf("%d jobs: Check = %v", tt.jobs, err)
		}
		end()
		if err := Check(); err != nil {
			t.Errorf("%d jobs, ended: %v", tt.jobs, err)
		}
	}
}

func TestWaitReturnsWhenStuckJobsEnd(t *testing.T) {
	end := stuck(t, maxCancelled)
	time.AfterFunc(20*time.Millisecond, end)
	if err := Wait(t.Context()); err != nil {
		t.Errorf("Wait = %v", err)
	}
	end = stuck(t, maxCancelled)
	defer end()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := Wait(ctx); err != nil {
		t.Errorf("cancelled: Wait = %v", err)
	}
}

func TestAJobThatIsCancelledAfterItsEndIsForgotten(t *testing.T) {
	var all sync.WaitGroup
	for range 10 * maxCancelled {
		s := Register()
		all.Go(s.Cancel)
		s.End()
	}
	all.Wait()
	if running, cancelled := registered(); running != 0 || cancelled != 0 {
		t.Errorf("%d jobs are running, %d are cancelled; want none", running, cancelled)
	}
}
