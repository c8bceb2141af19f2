package engine

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// maxAhead is how many verdicts may wait for their turn behind a slow file.
const maxAhead = 64 << 10

// order puts the verdicts that workers find at any time back in the order of
// the lists, and counts them. It is guarded by its job's lock.
type order struct {
	job    *Job
	plan   *plan
	strict bool           // malformed lines fail the run
	left   []atomic.Int32 // by span: entries without a verdict; needs no lock

	counts Counts           // entries are good until something else is found
	next   int              // the first span whose verdicts are not delivered
	done   []bool           // by span
	kept   map[int][]Result // of spans that are not complete, or wait for one before them
	ahead  int              // verdicts in kept
}

func newOrder(j *Job, p *plan, strict bool) *order {
	o := &order{
		job: j, plan: p, strict: strict, kept: map[int][]Result{},
		left: make([]atomic.Int32, len(p.spans)),
		done: make([]bool, len(p.spans)),
	}
	o.counts[OK] = p.entries
	for i, s := range p.spans {
		o.left[i].Store(int32(max(1, s.to-s.from)))
	}
	return o
}

// admit holds a worker back before it begins with a span: while too many
// verdicts wait to be fetched, and, unless all wait for this very span, while
// too many wait for their turn. It does not for the latter where the file comes
// early, for it is large: workers that all held such ones would never get to
// those that the others wait for. It takes longer to read than its verdict weighs.
func (o *order) admit(span int, early, wait bool) bool {
	return o.job.wait(wait, func() bool { return o.ahead >= maxAhead && span != o.next && !early })
}

// keep takes a verdict that is to be delivered.
func (o *order) keep(span int, r Result) {
	o.kept[span] = append(o.kept[span], r)
	o.ahead++
}

// settle notes that one more entry of a span has its verdict. With the last one
// the span's verdicts are complete, and all that have their turn are delivered.
func (o *order) settle(span int) {
	if o.left[span].Add(-1) > 0 {
		return
	}
	s := o.plan.spans[span]
	o.job.files.Add(int64(s.to - s.from))
	o.job.mu.Lock()
	defer o.job.mu.Unlock()
	for _, m := range s.Malformed[s.badFrom:s.badTo] {
		o.counts[Malformed]++
		o.keep(span, malformedLine(s.shown, m, o.strict))
	}
	o.done[span] = true
	slices.SortFunc(o.kept[span], func(a, b Result) int { return cmp.Compare(a.Line, b.Line) })
	for o.next < len(o.done) && o.done[o.next] {
		o.job.append(o.kept[o.next])
		o.ahead -= len(o.kept[o.next])
		delete(o.kept, o.next)
		o.next++
	}
	o.job.room.Broadcast()
}
