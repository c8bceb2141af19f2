package hashing

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// phase is the phase of reading a file.
type phase uint8

const (
	unopened phase = iota
	starved        // unopened, because no descriptor was free
	reading        // open
	complete       // read to its end, and did not change
	failed         // the bytes read so far don't count
)

// ahead is the state of the next piece, after the one being digested.
type ahead uint8

const (
	nothing  ahead = iota
	arriving       // a goroutine reads it, and owns the phase until it has arrived
	arrived
)

// lane holds one file of a worker. The file is opened and read in pieces. Each piece
// is digested before the next one is read, or while it is read.
type lane struct {
	run    *run
	opener *tree.Opener
	index  int // among the worker's lanes
	own    [2]buffer

	digests
	number int // of the file
	name   string

	phase   phase
	permit  *permit // for the file
	file    tree.File
	before  tree.Info // of the file when it was opened
	total   int64     // bytes read
	outcome Outcome   // set when the file is complete or failed

	careful     bool // look at the file again after it was read
	isUnchecked bool // the file was not looked at again
	after       tree.Info

	footprint tree.Footprint

	front, back buffer // the piece being digested, and the next one
	ahead       ahead  // state of back
	hasTurn     bool   // to read from a rotating disk
	place       int64  // of the file in the order of the disk
	took        time.Duration
}

// begin assigns a file to the lane. It does not open the file.
func (l *lane) begin(number int, name string, wanted digest.Set) {
	l.number, l.name = number, name
	if l.opener == nil { // most lanes of a small job never have a file
		l.opener = l.run.root.Opener()
	}
	l.phase, l.ahead, l.hasTurn = unopened, nothing, false
	l.total, l.careful, l.isUnchecked, l.after = 0, false, false, tree.Info{}
	l.front, l.back = l.own[0], l.own[1]
	l.digests.begin(wanted, l.run.attacks)
}

// again begins the same file again, with care.
func (l *lane) again() {
	turn := l.hasTurn
	l.begin(l.number, l.name, l.wanted)
	l.careful, l.hasTurn = true, turn
}

// fetch reads the next piece of the file, and returns the number of bytes. It opens the
// file before the first piece and closes it after the last. Unless patient, it gives up if
// no descriptor is free.
func (l *lane) fetch(ctx context.Context, into *buffer, patient bool) (read int64) {
	defer func() {
		if p := recover(); p != nil {
			l.fail(-1, &ReadError{Reason: problem.Panicked(p).Error()})
		}
	}()
	if l.phase != reading && !l.open(ctx, patient) {
		return 0
	}
	for limit := (len(into.memory) - paddingRoom) / laneSize * laneSize; into.to < limit; {
		room := into.memory[into.to:limit]
		n, err := l.file.Read(room)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			l.fail(l.before.Size, &ReadError{Reason: problem.Reason(err)})
			return read
		}
		l.writeAlso(into.memory[into.to : into.to+n])
		into.to += n
		l.total += int64(n)
		read += int64(n)
		l.footprint.Passed(l.total)
		// Once all bytes of the file's size have been read, another read is not
		// needed to find the end: conclude checks the size.
		if n == 0 || l.total >= l.before.Size && l.before.Size > 0 {
			l.conclude(into, int64(n) == l.total && n < len(room))
			return read
		}
	}
	return read
}

// open opens the file. Without a free descriptor, it waits while this run has files
// open or finishes others, and otherwise for tree.Patience, because the rest of the
// program may close some. It waits equally long for a file that another program
// holds.
func (l *lane) open(ctx context.Context, patient bool) bool {
	l.reset()
	finished, tried := int64(0), time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, tree.LongestPause) {
		f, info, err := l.openFile()
		if err == nil {
			l.opened(f, info)
			return true
		}
		switch exhausted := tree.IsExhausted(err); {
		case exhausted && !patient:
			l.phase = starved
			return false
		case !exhausted && !tree.IsBusy(err) || ctx.Err() != nil:
			l.fail(-1, err)
			return false
		case exhausted && (l.run.share.Files() > 0 || l.run.finished.Load() != finished):
			finished, tried = l.run.finished.Load(), time.Now()
		case time.Since(tried) > tree.Patience:
			l.fail(-1, err)
			return false
		}
		time.Sleep(pause)
	}
}

// openFile opens the file if the process may open one more.
func (l *lane) openFile() (tree.File, tree.Info, error) {
	if !l.permit.take(l.run.share) {
		return tree.File{}, tree.Info{}, syscall.EMFILE
	}
	f, info, err := l.opener.Open(l.name)
	if err != nil {
		l.run.share.ReturnFile()
	}
	return f, info, err
}

func (l *lane) opened(f tree.File, info tree.Info) {
	l.file, l.before, l.phase = f, info, reading
	l.footprint = tree.Footprint{}
	if l.run.noCache {
		l.footprint = f.Footprint(info.Size)
	}
	if info.Size > 2*laneSize {
		f.ReadAhead()
	}
}

// conclude checks that the file did not change while reading, and ends it. It leaves the
// check out for a file that one read has returned as a whole, if the work will say whether
// the digests are those expected: only if they are not, it matters whether the file changed.
func (l *lane) conclude(last *buffer, inOneRead bool) {
	isWhole := inOneRead && l.total == l.before.Size
	l.isUnchecked = isWhole && !l.careful && l.run.expecting != nil
	if l.isUnchecked {
		l.complete(last)
		return
	}
	after, err := l.file.Info()
	if err != nil {
		l.fail(l.before.Size, &ReadError{Reason: problem.Reason(err)})
		return
	}
	if detail := change(l.before, after, l.total); detail != "" {
		l.fail(after.Size, &ReadError{Reason: detail, Changed: true})
		return
	}
	l.after = after
	l.complete(last)
}

func (l *lane) complete(last *buffer) {
	last.to = l.pad(last.memory, last.to, l.total)
	l.end(complete, Outcome{Size: l.total, After: l.after})
}

// change describes how the file changed while reading, or returns "". Files in /proc
// have a size of 0 and yet some content; that alone is not a change.
func change(before, after tree.Info, total int64) string {
	switch {
	case before.Size != after.Size:
		return fmt.Sprintf("size changed from %d to %d bytes while reading", before.Size, after.Size)
	case before.ModTime != after.ModTime:
		return "modified while reading"
	case before.Size != total && before.Size > 0:
		return fmt.Sprintf("size is %d bytes, but %d could be read", before.Size, total)
	}
	return ""
}

func (l *lane) fail(size int64, err error) { l.end(failed, Outcome{Size: size, Err: err}) }

func (l *lane) end(p phase, o Outcome) {
	l.close()
	l.phase, l.outcome = p, o
}

func (l *lane) close() {
	if l.phase == reading {
		l.footprint.Erase()
		l.file.Close()
		l.phase = unopened
		l.permit.leave(l.run.share)
	}
}

// isReady reports whether there are blocks to digest.
func (l *lane) isReady() bool {
	return l.front.len() >= l.block && (l.ahead == arriving || l.phase != failed)
}

// isDone reports whether the outcome is known and every block is digested.
func (l *lane) isDone() bool {
	switch {
	case l.ahead == arriving:
		return false
	case l.phase == failed:
		return true
	}
	return l.phase == complete && l.ahead == nothing && !l.isReady()
}

// isHungry reports whether a piece must be read before there is anything to digest.
func (l *lane) isHungry() bool {
	return l.ahead == nothing && l.phase <= reading && !l.isReady()
}

// isOpen reports whether the file is open, or may be opened at any moment.
func (l *lane) isOpen() bool { return l.ahead == arriving || l.phase == reading }

// isStarved reports whether the file waits for a descriptor.
func (l *lane) isStarved() bool { return l.ahead != arriving && l.phase == starved }

// canReadAhead reports whether there is a next piece, and room for it.
func (l *lane) canReadAhead() bool { return l.ahead == nothing && l.phase == reading }

// swap makes the piece that was read ahead the current one.
func (l *lane) swap() {
	if l.ahead == arrived && !l.isReady() {
		l.front, l.back, l.ahead = l.back, l.front, nothing
	}
}

// finish completes the outcome of the file with its digests.
func (l *lane) finish(c *multibuffer.Compressor) {
	if l.phase == failed {
		return
	}
	l.outcome.sums = l.digests.finish(c, l.front.bytes(), l.total)
	l.outcome.Attack = l.isAttack()
}
