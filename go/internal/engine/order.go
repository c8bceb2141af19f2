package engine

// maxAhead is how many verdicts may wait for their turn behind a slow file.
const maxAhead = 64 << 10

// order puts the verdicts that workers find at any time back in the order of
// the lists, and adds up the counts. It is guarded by its job's lock.
type order struct {
	job    *Job
	counts Counts
	next   int              // the first span whose verdicts are not delivered
	done   []bool           // by span
	kept   map[int][]Result // of spans that wait for one before them
	ahead  int              // verdicts in kept
}

func newOrder(j *Job, spans int) *order {
	return &order{job: j, done: make([]bool, spans), kept: map[int][]Result{}}
}

// waitForRoom holds a worker back before it takes a span: while too many
// verdicts wait to be fetched, and, unless all wait for this very span, while
// too many wait for their turn.
func (o *order) waitForRoom(span int) {
	o.job.wait(func() bool { return o.ahead >= maxAhead && span != o.next })
}

// put takes a span's verdicts and delivers all that have their turn now.
func (o *order) put(span int, kept []Result, counts Counts) {
	o.job.mu.Lock()
	defer o.job.mu.Unlock()
	for s, n := range counts {
		o.counts[s] += n
	}
	o.done[span] = true
	o.kept[span] = kept
	o.ahead += len(kept)
	for o.next < len(o.done) && o.done[o.next] {
		o.job.append(o.kept[o.next])
		o.ahead -= len(o.kept[o.next])
		delete(o.kept, o.next)
		o.next++
	}
	o.job.room.Broadcast()
}
