package hashing

import (
	"context"
	"slices"

	"github.com/checksig/checksig/go/internal/multibuffer"
)

// worker reads and digests several files at a time. Its core computes their digests
// together, one file per lane.
type worker struct {
	*workspace
	run   *run
	spare bool // whether it has a spare processor

	active  []*lane // lanes that have a file
	here    []*lane // lanes that read in the worker's own goroutine
	idle    []*lane
	arrived chan *lane // lanes whose read in another goroutine has ended
	away    int        // number of lanes that read in another goroutine
	permit  permit
	pace    pace
	watch   watch

	queue   []Next // the next files to start
	ended   bool   // no number is left for it
	retired bool   // because there are enough workers
	alone   *lane
	width   int // number of files to have in lanes
}

const none = -1

func newWorker(r *run, spare bool) *worker {
	w := &worker{
		workspace: takeWorkspace(),
		run:       r, spare: spare, width: 1,
		arrived: make(chan *lane, multibuffer.MaxLanes),
	}
	for i := len(w.lanes) - 1; i >= 0; i-- {
		l := w.lanes[i]
		l.run, l.spare = r, spare
		w.idle = append(w.idle, l)
	}
	return w
}

// work digests files until none is left, ctx ends, or it retires, which it reports.
func (w *worker) work(ctx context.Context) (retired bool) {
	defer w.leave()
	for ctx.Err() == nil {
		w.fill(ctx)
		if len(w.active) == 0 {
			break
		}
		w.fetch(ctx)
		w.run.adjust(w.seeks())
		w.receive()
		w.readAhead(ctx)
		w.digest()
		if ctx.Err() == nil {
			w.deliver()
		}
	}
	return w.retired
}

// leave waits for unfinished reads, because they use the worker's memory.
func (w *worker) leave() {
	for ; w.away > 0; w.away-- {
		<-w.arrived
	}
	for _, l := range w.active {
		l.close()
	}
	for _, l := range w.lanes {
		l.run, l.opener, l.name = nil, nil, ""
	}
	w.workspace.keep()
}

// fill starts files until enough lanes have one.
func (w *worker) fill(ctx context.Context) {
	if w.seeks() {
		w.run.agenda.nearby.on.Store(true)
	}
	if !w.ended && len(w.queue) == 0 && w.run.retire() {
		w.ended, w.retired = true, true
	}
	for !w.ended && len(w.active) < w.width && (w.alone == nil || len(w.active) == 0) {
		if len(w.queue) == 0 && !w.findNext(ctx) {
			return
		}
		next := w.queue[0]
		if !w.run.agenda.Admits(next) {
			if len(w.active) > 0 {
				return
			}
			if w.run.agenda.Wait(ctx, next); ctx.Err() != nil {
				return
			}
		}
		w.queue = w.queue[1:]
		w.begin(next)
	}
}

// findNext takes the next files to start, and reports whether there is one. It waits for one
// to become known only if the worker has nothing else to do.
func (w *worker) findNext(ctx context.Context) bool {
	for ctx.Err() == nil {
		grows := w.run.agenda.grows() // before it has no more
		if w.takeNext(ctx, w.width-len(w.active)); len(w.queue) > 0 {
			return true
		}
		if w.ended = !grows; w.ended || len(w.active) > 0 {
			return false
		}
		w.run.agenda.waitForMore(ctx)
	}
	return false
}

// takeNext takes the next files to start, at most that many, or none. In the order of the
// disk, the agenda may have to read directories for it.
func (w *worker) takeNext(ctx context.Context, most int) {
	take := func() { w.queue = w.run.agenda.next(w.queued[:0], most) }
	if w.run.agenda.nearby.on.Load() {
		w.run.share.Do(ctx, take)
	} else {
		take()
	}
}

func (w *worker) begin(n Next) {
	name, wanted, ok := w.run.agenda.File(n.Number)
	if !ok {
		w.run.agenda.Done(n.Number, Outcome{})
		return
	}
	l := w.idle[len(w.idle)-1]
	w.idle = w.idle[:len(w.idle)-1]
	w.active = append(w.active, l)
	l.begin(n.Number, name, wanted)
	l.place = n.place
	switch {
	case w.isLongest(n.Size):
		w.alone = l
	case w.isSlow():
		w.width = len(w.lanes)
	default:
		w.width = l.together.lanes()
	}
}

// isSlow reports whether the worker should not wait for its files one by one: storage is
// slow, or a disk on which files take turns.
func (w *worker) isSlow() bool {
	return w.pace.isSlow() || w.seeks() && w.run.turns.rotating()
}

// seeks reports whether the head of a disk may be moving.
func (w *worker) seeks() bool { return w.pace.seeks(w.run.working.Load()) }

// isLongest reports whether a large file takes about as long as all remaining files
// take the other workers. Other files in its worker's lanes would slow it down.
func (w *worker) isLongest(size int64) bool {
	average := w.run.meter.Bytes.Load() / max(1, w.run.meter.Files.Load())
	return size > 0 && 2*size*int64(w.run.workers-1) >= average*w.run.agenda.left()
}

func (w *worker) hasOpen() bool {
	for _, l := range w.active {
		if l.isOpen() {
			return true
		}
	}
	return false
}

func (w *worker) hasReady() bool {
	for _, l := range w.active {
		if l.isReady() || l.isDone() {
			return true
		}
	}
	return false
}

// digest digests what the lanes have read, up to the length of the shortest piece.
func (w *worker) digest() {
	if !w.hasReady() {
		return
	}
	compute(w.spare, w.digestReady)
}

func (w *worker) digestReady() {
	w.kinds = w.kinds[:0]
	for _, l := range w.active {
		switch {
		case !l.isReady():
		case l.alone != nil:
			l.alone.Write(l.front.bytes())
			l.front.from, l.front.to = 0, 0
			l.swap()
		case !slices.Contains(w.kinds, l.together):
			w.kinds = append(w.kinds, l.together)
		}
	}
	for i := range w.kinds {
		w.digestTogether(&w.kinds[i])
	}
}

// cachedBytes is the number of bytes of all lanes that a kernel takes before the next
// kernel takes them too: they are still in the cache then.
const cachedBytes = 128 << 10

// digestTogether digests lanes with the same families, up to the length of the shortest
// piece.
func (w *worker) digestTogether(kind *together) {
	w.batch = w.batch[:0]
	length := 0
	for _, l := range w.active {
		if l.together != *kind || !l.isReady() {
			continue
		}
		if n := l.front.len(); len(w.batch) == 0 || n < length {
			length = n
		}
		w.batch = append(w.batch, l)
	}
	block := kind.block()
	step := length
	if kind.count > 1 {
		step = max(1, cachedBytes/len(w.batch)/block) * block
	}
	for length -= length % block; length > 0; length -= step {
		w.compress(kind, min(step, length))
	}
	for _, l := range w.batch {
		l.swap()
	}
}

// compress digests a number of bytes of each lane of the batch.
func (w *worker) compress(kind *together, length int) {
	for i, family := range kind.all() {
		w.messages = w.messages[:0]
		for _, l := range w.batch {
			at := uint64(l.front.start + l.front.from)
			w.messages = append(w.messages, multibuffer.Message{Offset: at, State: uint32(l.index*maxTogether + i)})
		}
		w.compressor.Compress(family, w.states, w.memory, w.messages, length/family.BlockSize())
	}
	for _, l := range w.batch {
		l.front.from += length
	}
}

// deliver passes the outcomes of finished files to the Work.
func (w *worker) deliver() {
	kept := w.active[:0]
	for _, l := range w.active {
		if !l.isDone() {
			kept = append(kept, l)
			continue
		}
		l.finish(w.compressor)
		if l.isUnchecked && !w.run.expecting.Expects(l.number, &l.outcome) {
			w.run.meter.Bytes.Add(-l.total)
			l.again()
			kept = append(kept, l)
			continue
		}
		w.run.turns.leave(l)
		w.run.agenda.Done(l.number, l.outcome)
		w.idle = append(w.idle, l)
		if w.alone == l {
			w.alone = nil
		}
	}
	if finished := len(w.active) - len(kept); finished > 0 {
		w.run.finished.Add(int64(finished))
	}
	clear(w.active[len(kept):])
	w.active = kept
}
