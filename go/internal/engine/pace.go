package engine

import (
	"context"
	"sync"
	"time"
)

// From an average of slowFetch on storage is slow, below fastFetch it no longer
// is, and from seekFetch on it may be a head that moves. Tests set them.
var (
	slowFetch = 250 * time.Microsecond
	fastFetch = 60 * time.Microsecond
	seekFetch = time.Millisecond
)

// pace tells storage that makes a reader wait (a disk, a network) from memory.
type pace struct {
	average time.Duration
	slow    bool
}

// observe learns how long some fetches took together.
func (p *pace) observe(took time.Duration, fetches int) {
	if fetches == 0 {
		return
	}
	p.average += (took/time.Duration(fetches) - p.average) / 4
	switch {
	case p.average > slowFetch:
		p.slow = true
	case p.average < fastFetch:
		p.slow = false
	}
}

// isSlow says that a worker should not wait for each file in turn.
func (p *pace) isSlow() bool { return p.slow }

// seeks says that fetches take as long as on a disk whose head goes back and forth.
// The kernel says of many a virtual disk that it rotates: that alone is no reason
// to read one file at a time.
func (p *pace) seeks() bool { return p.average >= seekFetch }

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
	if l.hasTurn && (l.ended || l.starved) {
		<-t.one
		l.hasTurn = false
	}
}
