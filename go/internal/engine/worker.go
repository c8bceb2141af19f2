package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// digestAll computes all digests of the work. Where sizes have been measured, no
// scout needs to look for large files.
func (j *Job) digestAll(ctx context.Context, root *tree.Root, c *Common, a *agenda) error {
	turns := newTurns(func() bool { return c.adapt && root.IsRotating() })
	scouting, stop := context.WithCancel(ctx)
	var scout sync.WaitGroup
	if c.Jobs > 1 && !c.Sizes && a.count() > scoutedAtOnce {
		scout.Go(func() { a.scout(scouting, j, root) })
	}
	defer scout.Wait()
	defer stop()
	return j.work(ctx, root, c.Jobs, a, turns)
}

// work lets a number of workers do what is on an agenda. A panic in one ends the
// job, for the others would wait for the verdicts of its files.
func (j *Job) work(ctx context.Context, root *tree.Root, workers int, a *agenda, t *turns) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return inParallel(ctx, min(workers, a.count()), func() {
		if ctx.Err() != nil {
			return
		}
		defer func() {
			if p := recover(); p != nil {
				j.finish(Summary{}, fmt.Errorf("internal error: %v", p))
				stop()
				panic(p)
			}
		}()
		if !j.share.TakeWorker() {
			return // the others do its work
		}
		defer j.share.ReturnWorker()
		w := newWorker(j, root, a, t)
		w.workers = workers
		w.run(ctx)
	})
}

// worker reads and digests files, several at a time: their digests are computed
// at once in the lanes of its core.
type worker struct {
	*workspace
	job     *Job
	agenda  *agenda
	turns   *turns
	workers int

	active  []*lane // with a file under way
	here    []*lane // that read in the worker's own thread now
	idle    []*lane
	arrived chan *lane // whose fetch in a goroutine of its own has ended
	away    int        // how many such fetches are under way
	pace    pace

	held  int   // the number that is to be begun next, -1: none
	size  int64 // of its file, if that is a large one
	ended bool  // no number is left
	alone *lane
	width int // how many files to have under way
}

func newWorker(j *Job, root *tree.Root, a *agenda, t *turns) *worker {
	w := &worker{
		workspace: takeWorkspace(),
		job:       j, agenda: a, turns: t, held: -1, width: 1,
		arrived: make(chan *lane, multibuffer.MaxLanes),
	}
	for i := len(w.lanes) - 1; i >= 0; i-- {
		l := w.lanes[i]
		l.worker, l.opener = w, root.Opener()
		w.idle = append(w.idle, l)
	}
	return w
}

// run works until nothing is left, or ctx ends.
func (w *worker) run(ctx context.Context) {
	defer w.leave()
	for ctx.Err() == nil {
		w.take()
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

// leave waits for the reads under way, for they use the worker's memory.
func (w *worker) leave() {
	for ; w.away > 0; w.away-- {
		<-w.arrived
	}
	for _, l := range w.active {
		l.close()
	}
	for _, l := range w.lanes {
		l.worker, l.opener, l.name = nil, nil, ""
	}
	w.workspace.keep()
}

// take begins files until enough are under way.
func (w *worker) take() {
	for !w.ended && len(w.active) < w.width && (w.alone == nil || len(w.active) == 0) {
		if w.held < 0 {
			var ok bool
			if w.held, w.size, ok = w.agenda.begin(); !ok {
				w.held, w.ended = -1, true
				return
			}
		}
		if !w.agenda.admit(w.held, w.size > 0, len(w.active) == 0) {
			return
		}
		w.begin(w.held, w.size)
		w.held = -1
	}
}

func (w *worker) begin(number int, size int64) {
	name, algorithm, ok := w.agenda.file(number)
	if !ok {
		w.agenda.done(number, reading{})
		return
	}
	l := w.idle[len(w.idle)-1]
	w.idle = w.idle[:len(w.idle)-1]
	w.active = append(w.active, l)
	l.begin(number, name, algorithm)
	switch {
	case w.isLongest(size):
		w.alone = l
	case w.pace.isSlow():
		w.width = len(w.lanes)
	case l.block > 1:
		w.width = l.family.Lanes()
	default:
		w.width = 1
	}
}

// isLongest says that one large file will take about as long as all that is left
// for the other workers. Beside others in its worker's lanes it would take longer.
func (w *worker) isLongest(size int64) bool {
	average := w.job.bytes.Load() / max(1, w.job.files.Load())
	return size > 0 && 2*size*int64(w.workers-1) >= average*w.agenda.left()
}

// fetch reads for all lanes that have nothing to digest.
func (w *worker) fetch(ctx context.Context) {
	w.here = w.here[:0]
	for _, l := range w.active {
		switch {
		case l.isHungry() && w.pace.isSlow() && !l.starved:
			w.send(ctx, l)
		case l.isHungry():
			w.here = append(w.here, l)
		}
	}
	if len(w.here) > 0 {
		w.job.share.Do(ctx, func() { w.fetchHere(ctx) })
	}
	w.dropStarved()
}

// fetchHere reads for lanes in the worker's own thread. Storage that turns out to
// be slow in the middle has the rest read in goroutines.
func (w *worker) fetchHere(ctx context.Context) {
	started, fetched, took := time.Now(), 0, time.Duration(0)
	for _, l := range w.here {
		l.front.carry(&l.front, l.block)
		l.starved = false
		l.fetch(ctx, &l.front, !w.hasOpen())
		fetched++
		if took = time.Since(started); took > time.Duration(fetched)*slowFetch*4 {
			break // four times, since the average follows by a fourth
		}
	}
	w.pace.observe(took, fetched)
}

// readAhead begins to read the next piece of a file that the worker has alone,
// while this one is digested.
func (w *worker) readAhead(ctx context.Context) {
	if len(w.active) != 1 || !w.ended && w.alone == nil || cpus == 1 {
		return
	}
	if l := w.active[0]; l.canReadAhead() {
		w.spread(l)
		w.send(ctx, l)
	}
}

// spread gives a lane that is alone half of all memory for what comes next: the
// half that is not being digested.
func (w *worker) spread(l *lane) {
	if l.before.Size-l.total < laneSize {
		return
	}
	half, start := len(w.memory)/2, 0
	if l.front.start < half {
		start = half
	}
	l.back = w.part(start, half)
}

func (w *worker) hasOpen() bool {
	for _, l := range w.active {
		if l.fetching || l.open {
			return true
		}
	}
	return false
}

// dropStarved makes do with as many files at a time as there are descriptors.
func (w *worker) dropStarved() {
	for _, l := range w.active {
		if !l.fetching && l.starved {
			w.width = max(1, len(w.active)-1)
			return
		}
	}
}

// send fetches in a goroutine, and the worker goes on with other lanes.
func (w *worker) send(ctx context.Context, l *lane) {
	patient, seeks := !w.hasOpen(), w.pace.seeks()
	l.front.carry(&l.back, l.block)
	l.fetching = true
	w.away++
	go func() {
		if seeks {
			w.turns.wait(ctx, l)
		}
		call, ok := w.job.share.Begin(ctx)
		if !ok {
			l.fail(reading{Unreadable, nil, -1, problem.Reason(ctx.Err())})
			w.turns.leave(l)
			w.arrived <- l
			return
		}
		defer call.End()
		started := time.Now()
		// Whoever has the turn does not wait for a descriptor: those who hold them
		// may wait for the turn.
		l.fetch(ctx, &l.back, patient && !l.hasTurn)
		l.took = time.Since(started)
		w.turns.leave(l)
		w.arrived <- l
	}()
}

// receive takes what goroutines have fetched. It waits for them only where there
// is nothing else to do.
func (w *worker) receive() {
	for wait := !w.hasSome(); w.away > 0; wait = false {
		var l *lane
		if wait {
			l = <-w.arrived
		} else {
			select {
			case l = <-w.arrived:
			default:
				return
			}
		}
		w.away--
		l.fetching, l.full = false, !l.starved
		w.pace.observe(l.took, 1+l.back.len()/laneSize)
		l.turn()
	}
}

func (w *worker) hasSome() bool {
	for _, l := range w.active {
		if l.isReady() || l.isDone() {
			return true
		}
	}
	return false
}

// processors has one element for each worker that digests. Without the bound those
// of many jobs would take all places to run that Go has, and whoever asks for
// verdicts, or is to see Ctrl-C, would wait behind them.
var processors = make(chan struct{}, cpus)

// digest computes on for all lanes that have something, as far as the one with
// the least.
func (w *worker) digest() {
	if !w.hasSome() {
		return
	}
	processors <- struct{}{}
	defer func() { <-processors }()
	for _, l := range w.active {
		if l.isReady() && l.sum != nil {
			l.sum.Write(l.front.memory[l.front.from:l.front.to])
			l.front.from, l.front.to = 0, 0
			l.turn()
		}
	}
	for family := multibuffer.MD5; family <= multibuffer.SHA512; family++ {
		w.digestFamily(family)
	}
}

func (w *worker) digestFamily(family multibuffer.Family) {
	w.messages, w.batch = w.messages[:0], w.batch[:0]
	size := family.BlockSize()
	blocks := 0
	for _, l := range w.active {
		if l.block == 1 || l.family != family || !l.isReady() {
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
		l.turn()
	}
}

// deliver hands over what is complete.
func (w *worker) deliver() {
	kept := w.active[:0]
	for _, l := range w.active {
		if !l.isDone() {
			kept = append(kept, l)
			continue
		}
		w.turns.leave(l)
		w.agenda.done(l.number, l.finish())
		w.idle = append(w.idle, l)
		if w.alone == l {
			w.alone = nil
		}
	}
	clear(w.active[len(kept):])
	w.active = kept
}
