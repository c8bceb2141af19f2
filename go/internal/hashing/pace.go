package hashing

import "time"

// Storage is slow above an average fetch time of slowFetch, and no longer slow below
// fastFetch. From seekFetch on, the head of a disk may be moving. Tests set them.
var (
	slowFetch = 8 * time.Millisecond
	fastFetch = 60 * time.Microsecond
	seekFetch = time.Millisecond
)

// pace measures whether storage makes readers wait, as a disk or network does.
type pace struct {
	average time.Duration
	slow    bool
}

// observe records the total time of some fetches.
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

// isSlow reports whether a worker should not wait for its files one by one.
func (p *pace) isSlow() bool { return p.slow }

// seeks reports whether fetches take as long as on a disk whose head moves back and
// forth. Linux reports many virtual disks as rotating, so that alone is not a reason
// to read one file at a time.
func (p *pace) seeks() bool { return p.average >= seekFetch }
