package job

import (
	"context"

	"github.com/checksig/checksig/go/internal/problem"
)

// Beside is work beside that of a job, in a goroutine of its own. The zero value has not
// begun.
type Beside struct {
	stop  context.CancelFunc
	ended chan error // nil before it has begun
}

// Begin begins the work. It may be called once.
func (b *Beside) Begin(ctx context.Context, work func(ctx context.Context) error) {
	ctx, b.stop = context.WithCancel(ctx)
	b.ended = make(chan error, 1)
	go func() {
		defer close(b.ended)
		b.ended <- Guarded(func() error { return work(ctx) })
	}()
}

// HasBegun reports whether the work has begun.
func (b *Beside) HasBegun() bool { return b.ended != nil }

// Wait waits for the end of the work, and returns its error.
func (b *Beside) Wait() error { return <-b.ended }

// Leave ends work whose outcome is not needed any more, and waits for its end.
func (b *Beside) Leave() {
	if b.HasBegun() {
		b.stop()
		<-b.ended
	}
}

// Guarded calls a function, and turns a panic into an error: one in another goroutine than
// that of the job would end the process.
func Guarded(call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = problem.Panicked(p)
		}
	}()
	return call()
}
