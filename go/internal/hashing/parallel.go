package hashing

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/problem"
)

// inParallel runs a number of workers, the last one in the caller's goroutine. It
// returns when all have ended, with an error if one has panicked or ctx has ended.
func inParallel(ctx context.Context, workers int, work func()) error {
	var wait sync.WaitGroup
	var failure atomic.Pointer[error]
	guarded := func() {
		defer func() {
			if p := recover(); p != nil {
				err := problem.Panicked(p)
				failure.CompareAndSwap(nil, &err)
			}
		}()
		work()
	}
	for range workers - 1 {
		wait.Go(guarded)
	}
	if workers > 0 {
		guarded()
	}
	wait.Wait()
	if err := failure.Load(); err != nil {
		return *err
	}
	if ctx.Err() != nil {
		return problem.ErrCancelled
	}
	return nil
}

// stopOnPanic calls stop if the function that defers it panics.
func stopOnPanic(stop func()) {
	if p := recover(); p != nil {
		stop()
		panic(p)
	}
}

// parallel runs a fixed number of workers over the numbers 0 … n-1, handed out in
// order. Each worker gets its own function from start. parallel returns when all
// have ended: after the last number, when ctx ends, or with an error after a panic.
func parallel(ctx context.Context, workers, n int, start func() func(int)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var next atomic.Int64
	return inParallel(ctx, min(workers, n), func() {
		defer stopOnPanic(stop)
		work := start()
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			work(i)
		}
	})
}
