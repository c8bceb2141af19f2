package hashing

import "time"

// Storage is slow above an average fetch time of slowFetch, and no longer slow below
// fastFetch. From seekFetch for each reader on, the head of a disk may be moving. Tests set
// them.
var (
	slowFetch = 8 * time.Millisecond
	fastFetch = 60 * time.Microsecond
	seekFetch = 500 * time.Microsecond
)

// pace measures whether storage makes readers wait, as a disk or network does.
type pace struct {
	average time.Duration
	slow    bool
	latest  [4]time.Duration // each the time of a fetch, on average
	seen    int
}

// observe records the total time of some fetches.
func (p *pace) observe(took time.Duration, fetches int) {
	if fetches == 0 {
		return
	}
	each := took / time.Duration(fetches)
	p.latest[p.seen%len(p.latest)] = each
	p.seen++
	p.average += (each - p.average) / 4
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
// forth, where each fetch waits for those of all other readers. Linux reports many virtual
// disks as rotating, so that alone is not a reason to read one file at a time. Nor is one
// long wait: a virtual machine may not run for a moment.
func (p *pace) seeks(readers int64) bool {
	if p.seen < len(p.latest) {
		return false
	}
	var sum, longest time.Duration
	for _, each := range p.latest {
		sum, longest = sum+each, max(longest, each)
	}
	return (sum-longest)/time.Duration(len(p.latest)-1) >= seekFetch*time.Duration(max(1, readers))
}
