package hashing

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/problem"
)

// crew is a number of goroutines that do the same work.
type crew struct {
	wait    sync.WaitGroup
	failure atomic.Pointer[error] // after a panic
}

// join does the work in the caller's goroutine.
func (c *crew) join(work func()) {
	defer func() {
		if p := recover(); p != nil {
			err := problem.Panicked(p)
			c.failure.CompareAndSwap(nil, &err)
		}
	}()
	work()
}

// add does the work in another goroutine.
func (c *crew) add(work func()) { c.wait.Go(func() { c.join(work) }) }

// end waits until all have ended. It returns an error if one has panicked or ctx has
// ended.
func (c *crew) end(ctx context.Context) error {
	c.wait.Wait()
	if err := c.failure.Load(); err != nil {
		return *err
	}
	if ctx.Err() != nil {
		return problem.ErrCancelled
	}
	return nil
}

// inParallel runs a number of workers, the last one in the caller's goroutine. It
// returns when all have ended, with an error if one has panicked or ctx has ended.
func inParallel(ctx context.Context, workers int, work func()) error {
	var c crew
	for range workers - 1 {
		c.add(work)
	}
	if workers > 0 {
		c.join(work)
	}
	return c.end(ctx)
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
