package hashing

import (
	"context"
	"sync"
	"sync/atomic"
)

// turns makes lanes read files on a rotating disk one after the other, because its
// head can be in only one place. On other storage, lanes do not wait.
type turns struct {
	rotating func() bool // called when storage seeks for the first time
	taken    atomic.Bool // whether rotating was called, and is true
	one      chan struct{}
}

func newTurns(rotating func() bool) *turns {
	t := &turns{one: make(chan struct{}, 1)}
	t.rotating = sync.OnceValue(func() bool {
		defer func() { _ = recover() }() // after a panic, no lane takes turns
		t.taken.Store(rotating())
		return t.taken.Load()
	})
	return t
}

// wait waits until it is the lane's turn, or ctx ends. A lane keeps its turn until
// its file has been read, or could not be opened without a free descriptor.
func (t *turns) wait(ctx context.Context, l *lane) {
	if l.hasTurn || !t.rotating() {
		return
	}
	select {
	case t.one <- struct{}{}:
		l.hasTurn = true
	case <-ctx.Done():
	}
}

func (t *turns) leave(l *lane) {
	if l.hasTurn && l.phase != unopened && l.phase != reading {
		<-t.one
		l.hasTurn = false
	}
}
