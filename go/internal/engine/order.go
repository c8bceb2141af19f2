package engine

import "sync"

// order puts the verdicts that workers find at any time back in the order of
// the lists, and adds up the counts.
type order struct {
	job    *Job
	mu     sync.Mutex
	counts Counts
	next   int              // the first span whose verdicts are not delivered
	done   []bool           // by span
	kept   map[int][]Result // of spans that wait for one before them
}

func newOrder(j *Job, spans int) *order {
	return &order{job: j, done: make([]bool, spans), kept: map[int][]Result{}}
}

// put takes a span's verdicts and delivers all that have their turn now.
func (o *order) put(span int, kept []Result, counts Counts) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for s, n := range counts {
		o.counts[s] += n
	}
	o.done[span] = true
	if len(kept) > 0 {
		o.kept[span] = kept
	}
	for o.next < len(o.done) && o.done[o.next] {
		o.job.deliver(o.kept[o.next])
		delete(o.kept, o.next)
		o.next++
	}
}
