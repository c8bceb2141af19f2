package hashing

import "time"

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
