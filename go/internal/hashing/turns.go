package hashing

import (
	"context"
	"sync"
)

// turns lets files on a rotating disk be read one after the other, for its head
// can be in one place only. On all other storage there is nothing to wait for.
type turns struct {
	rotating func() bool // asked when something seeks for the first time
	one      chan struct{}
}

func newTurns(rotating func() bool) *turns {
	ask := func() (does bool) {
		defer func() { _ = recover() }() // then nobody takes turns
		return rotating()
	}
	return &turns{sync.OnceValue(ask), make(chan struct{}, 1)}
}

// wait waits until it is the lane's turn, or ctx ends. A lane keeps its turn
// until its file has been read, or can't be opened for want of a descriptor.
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
