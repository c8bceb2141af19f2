package hashing

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The calls end when all workers are running at once. With fewer workers the time
// limit fails the test, with more workers the count does.
func TestParallelRunsExactlyTheRequestedWorkers(t *testing.T) {
	const workers = 5
	full, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var now, most, calls atomic.Int64
	err := parallel(t.Context(), workers, 40, func() func(int) {
		return func(int) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if n == workers {
				stop()
			}
			<-full.Done()
			now.Add(-1)
			calls.Add(1)
		}
	})
	if err != nil || most.Load() != workers || calls.Load() != 40 || context.Cause(full) != context.Canceled {
		t.Errorf("error %v, %d at once, %d calls, ended by %v", err, most.Load(), calls.Load(), context.Cause(full))
	}
}

func TestParallelTurnsAPanicIntoAnError(t *testing.T) {
	err := parallel(t.Context(), 3, 10, func() func(int) {
		return func(i int) {
			if i == 4 {
				panic("four")
			}
		}
	})
	if err == nil || !strings.Contains(err.Error(), "four") {
		t.Errorf("parallel = %v", err)
	}
}
