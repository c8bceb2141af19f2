package hashing

import (
	"context"
	"time"

	"github.com/checksig/checksig/go/internal/problem"
)

// fetch reads for all lanes that have nothing to digest, in other goroutines if
// storage is slow.
func (w *worker) fetch(ctx context.Context) {
	w.here = w.here[:0]
	for _, l := range w.active {
		switch {
		case l.isHungry() && w.isSlow() && !l.isStarved():
			w.send(ctx, l)
		case l.isHungry():
			w.here = append(w.here, l)
		}
	}
	if len(w.here) > 0 {
		w.run.share.Do(ctx, func() { w.fetchHere(ctx) })
	}
	w.dropStarved()
}

// fetchHere reads for lanes in the worker's own goroutine. If storage turns out to
// be slow, it leaves the remaining lanes to other goroutines.
func (w *worker) fetchHere(ctx context.Context) {
	started, fetched, took := time.Now(), 0, time.Duration(0)
	watch := w.watch.start()
	read := int64(0)
	for _, l := range w.here {
		l.front.carry(&l.front, l.block)
		l.permit = &w.permit
		read += l.fetch(ctx, &l.front, !w.hasOpen())
		l.permit = nil
		fetched++
		if took = time.Since(started); took > time.Duration(fetched)*slowFetch*4 {
			break // four times, because observe moves the average by a quarter
		}
	}
	w.permit.giveBack(w.run.share)
	w.run.meter.Bytes.Add(read)
	w.pace.observe(took, fetched)
	w.run.depth.observe(watch.stop(took, fetched), fetched)
}

// readAhead starts to read the next piece of the worker's only file, while the
// current piece is digested.
func (w *worker) readAhead(ctx context.Context) {
	isLast := w.ended || w.alone != nil || w.run.agenda.left() == 0
	if len(w.active) != 1 || !isLast || cpus == 1 {
		return
	}
	if l := w.active[0]; l.canReadAhead() && !w.digestSubtrees(ctx, l) {
		w.spread(l)
		w.send(ctx, l)
	}
}

// spread gives the worker's only lane half of the memory for the next piece: the
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

// dropStarved reduces the number of files at a time if there are too few
// descriptors.
func (w *worker) dropStarved() {
	for _, l := range w.active {
		if l.isStarved() {
			w.width = max(1, len(w.active)-1)
			return
		}
	}
}

// send fetches in another goroutine, while the worker continues with other lanes.
func (w *worker) send(ctx context.Context, l *lane) {
	patient, seeks := !w.hasOpen(), w.seeks()
	l.front.carry(&l.back, l.block)
	l.ahead = arriving
	w.away++
	go func() {
		if seeks {
			w.run.turns.wait(ctx, l)
		}
		w.fetchAway(ctx, l, patient)
		w.run.turns.leave(l)
		w.arrived <- l
	}()
}

func (w *worker) fetchAway(ctx context.Context, l *lane, patient bool) {
	call, ok := w.run.share.Begin(ctx)
	if !ok {
		l.fail(-1, &ReadError{Reason: problem.Reason(ctx.Err())})
		return
	}
	defer call.End()
	started := time.Now()
	// A lane that has the turn must not wait for a descriptor: lanes that hold
	// descriptors may wait for the turn.
	w.run.meter.Bytes.Add(l.fetch(ctx, &l.back, patient && !l.hasTurn))
	l.took = time.Since(started)
}

// receive takes the pieces that other goroutines have read. It waits for one only
// if there is nothing to digest.
func (w *worker) receive() {
	for wait := !w.hasReady(); w.away > 0; wait = false {
		var l *lane
		if wait {
			started := time.Now()
			l = <-w.arrived
			w.run.depth.observe(time.Since(started), 1)
		} else {
			select {
			case l = <-w.arrived:
			default:
				return
			}
		}
		w.away--
		if l.ahead = arrived; l.phase == starved {
			l.ahead = nothing
		}
		w.pace.observe(l.took, 1+l.back.len()/laneSize)
		l.swap()
	}
}
