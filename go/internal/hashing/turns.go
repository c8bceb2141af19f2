package hashing

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// turns makes lanes read files on a rotating disk one after the other, because its
// head can be in only one place. On other storage, lanes do not wait.
type turns struct {
	rotating func() bool // called when storage seeks for the first time
	taken    atomic.Bool // whether rotating was called, and is true

	mu      sync.Mutex
	given   bool      // a lane has its turn
	waiting []*waiter // lanes that wait for theirs
}

type waiter struct {
	place int64
	turn  chan struct{} // closed when the lane gets it
}

func newTurns(rotating func() bool) *turns {
	t := &turns{}
	t.rotating = sync.OnceValue(func() bool {
		defer func() { _ = recover() }() // after a panic, no lane takes turns
		t.taken.Store(rotating())
		return t.taken.Load()
	})
	return t
}

// wait waits until it is the lane's turn, or ctx ends. Of the lanes that wait, the one
// whose file lies first on the disk is next. A lane keeps its turn until its file has been
// read, or could not be opened without a free descriptor.
func (t *turns) wait(ctx context.Context, l *lane) {
	if l.hasTurn || !t.rotating() {
		return
	}
	w := t.ask(l.place)
	select {
	case <-w.turn:
		l.hasTurn = true
	case <-ctx.Done():
		l.hasTurn = !t.forget(w) // it may have got it at this moment
	}
}

func (t *turns) ask(place int64) *waiter {
	w := &waiter{place, make(chan struct{})}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting = append(t.waiting, w)
	if !t.given {
		t.giveNext()
	}
	return w
}

// forget takes a waiter back. It reports whether it still waited.
func (t *turns) forget(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting, w)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	return i >= 0
}

func (t *turns) giveNext() {
	if t.given = len(t.waiting) > 0; !t.given {
		return
	}
	first := 0
	for i, w := range t.waiting {
		if w.place < t.waiting[first].place {
			first = i
		}
	}
	close(t.waiting[first].turn)
	t.waiting = slices.Delete(t.waiting, first, first+1)
}

func (t *turns) leave(l *lane) {
	if l.hasTurn && l.phase != unopened && l.phase != reading {
		l.hasTurn = false
		t.mu.Lock()
		defer t.mu.Unlock()
		t.giveNext()
	}
}

func (t *turns) isGiven() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.given
}
