package hashing

import (
	"context"
	"hash"

	"github.com/checksig/checksig/go/internal/blake3"
	"github.com/checksig/checksig/go/internal/multibuffer"
)

// worker reads and digests several files at a time. Its core computes their digests
// together, one file per lane.
type worker struct {
	*workspace
	run *run

	active  []*lane // lanes that have a file
	here    []*lane // lanes that read in the worker's own goroutine
	idle    []*lane
	arrived chan *lane // lanes whose read in another goroutine has ended
	away    int        // number of lanes that read in another goroutine
	pace    pace

	next  Next // the next file to start; its number is none before one is taken
	ended bool // no number is left
	alone *lane
	width int // number of files to have in lanes
}

const none = -1

func newWorker(r *run) *worker {
	w := &worker{
		workspace: takeWorkspace(),
		run:       r, next: Next{Number: none}, width: 1,
		arrived: make(chan *lane, multibuffer.MaxLanes),
	}
	for i := len(w.lanes) - 1; i >= 0; i-- {
		l := w.lanes[i]
		l.run, l.opener = r, r.root.Opener()
		w.idle = append(w.idle, l)
	}
	return w
}

// work digests files until none is left, or ctx ends.
func (w *worker) work(ctx context.Context) {
	defer w.leave()
	for ctx.Err() == nil {
		w.fill(ctx)
		if len(w.active) == 0 {
			return
		}
		w.fetch(ctx)
		w.receive()
		w.readAhead(ctx)
		w.digest()
		if ctx.Err() == nil {
			w.deliver()
		}
	}
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
	for !w.ended && len(w.active) < w.width && (w.alone == nil || len(w.active) == 0) {
		if w.next.Number == none {
			if w.next = w.run.agenda.next(); w.next.Number == none {
				w.ended = true
				return
			}
		}
		if !w.run.agenda.Admits(w.next) {
			if len(w.active) > 0 {
				return
			}
			if w.run.agenda.Wait(ctx, w.next); ctx.Err() != nil {
				return
			}
		}
		w.begin(w.next)
		w.next.Number = none
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
	switch {
	case w.isLongest(n.Size):
		w.alone = l
	case w.pace.isSlow():
		w.width = len(w.lanes)
	case l.kernel:
		w.width = l.family.Lanes()
	default:
		w.width = 1
	}
}

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
	takeProcessor()
	defer returnProcessor()
	for _, l := range w.active {
		if l.isReady() && l.hash != nil {
			write(l.hash, l.front.bytes())
			l.front.from, l.front.to = 0, 0
			l.swap()
		}
	}
	for family := range multibuffer.NoFamily {
		w.digestFamily(family)
	}
}

// write adds text to a hash, on several cores if the hash can use them and they are
// free.
func write(h hash.Hash, text []byte) {
	if tree, ok := h.(*blake3.Hash); ok {
		tree.WriteSpread(text, tryProcessor)
		return
	}
	h.Write(text)
}

func (w *worker) digestFamily(family multibuffer.Family) {
	w.messages, w.batch = w.messages[:0], w.batch[:0]
	size := family.BlockSize()
	blocks := 0
	for _, l := range w.active {
		if !l.kernel || l.family != family || !l.isReady() {
			continue
		}
		if n := l.front.len() / size; blocks == 0 || n < blocks {
			blocks = n
		}
		w.batch = append(w.batch, l)
		w.messages = append(w.messages, multibuffer.Message{Offset: uint64(l.front.start + l.front.from), State: uint32(l.index)})
	}
	if blocks == 0 {
		return
	}
	w.compressor.Compress(family, w.states, w.memory, w.messages, blocks)
	for _, l := range w.batch {
		l.front.from += blocks * size
		l.swap()
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
		w.run.turns.leave(l)
		w.run.agenda.Done(l.number, l.finish())
		w.idle = append(w.idle, l)
		if w.alone == l {
			w.alone = nil
		}
	}
	clear(w.active[len(kept):])
	w.active = kept
}
