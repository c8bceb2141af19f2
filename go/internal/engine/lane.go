package engine

import (
	"context"
	"fmt"
	"hash"
	"syscall"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

const (
	// laneSize is how many bytes a lane reads at a time: with all lanes of a
	// worker they stay in the CPU's second-level cache until they are digested.
	laneSize = 64 << 10
	// paddingRoom is for what a digest adds to the end of a file.
	paddingRoom = 2 * 128
	// laneStride keeps lanes out of each other's sets of the first-level cache.
	laneStride = laneSize + paddingRoom + 64
)

// How a worker waits for a descriptor, or for a file that another program holds:
// this long at a time, and this long in all. For a descriptor the time begins anew
// as long as the job has files open.
const (
	longestPause = 50 * time.Millisecond
	patience     = 2 * time.Second
)

// buffer is a part of a worker's memory that reads fill and digests empty.
type buffer struct {
	start  int    // where it lies in the worker's memory
	memory []byte // with room for padding at its end
	from   int    // what is not digested yet begins here
	to     int    // and ends here
}

func (b *buffer) len() int { return b.to - b.from }

// carry moves the rest of a block from b to the beginning of into, whose next
// bytes then complete it.
func (b *buffer) carry(into *buffer, block int) {
	rest := b.len() % block
	n := copy(into.memory, b.memory[b.to-rest:b.to])
	b.to -= rest
	if b.from == b.to {
		b.from, b.to = 0, 0
	}
	into.from, into.to = 0, n
}

// lane is where a worker has one file under way: opened, read in pieces, each
// digested before the next one or while it is read.
type lane struct {
	worker *worker
	index  int
	opener *tree.Opener
	own    [2]buffer

	number    int // of the file
	name      string
	algorithm digest.Algorithm
	family    multibuffer.Family
	sum       hash.Hash // nil: the digest is computed along with those of other lanes
	block     int       // how many bytes the digest takes at least

	file   tree.File
	open   bool
	before tree.Info
	total  int64   // bytes read
	ended  bool    // nothing is left to read
	failed bool    // and what was read doesn't count
	result reading // once it has ended

	front, back buffer        // what is digested now, and what comes next
	full        bool          // back is read
	fetching    bool          // back is being read
	starved     bool          // there was no free descriptor to open it with
	hasTurn     bool          // of those that a rotating disk gives
	took        time.Duration // the last fetch

	hashes [digest.Count]hash.Hash
	digest [digest.MaxSize]byte
}

// begin gives the lane a file. Nothing is opened yet.
func (l *lane) begin(number int, name string, a digest.Algorithm) {
	l.number, l.name, l.algorithm = number, name, a
	l.ended, l.failed, l.full, l.fetching, l.starved, l.hasTurn = false, false, false, false, false, false
	l.total, l.sum, l.block = 0, nil, 1
	l.front, l.back = l.own[0], l.own[1]
	family, initial, ok := multibuffer.Of(a)
	if ok && family.Lanes() > 1 {
		l.family, l.block = family, family.BlockSize()
		l.worker.states[l.index] = initial
	}
}

// startHash is for digests that are computed one by one.
func (l *lane) startHash() {
	if l.block > 1 {
		return
	}
	if l.hashes[l.algorithm] == nil {
		l.hashes[l.algorithm] = l.algorithm.New()
	}
	l.sum = l.hashes[l.algorithm]
	l.sum.Reset()
}

// fetch reads the next piece of the file, and opens it before the first one and
// closes it after the last. Impatient, it gives up where no descriptor is free.
func (l *lane) fetch(ctx context.Context, into *buffer, patient bool) {
	defer func() {
		if p := recover(); p != nil {
			l.fail(reading{Unreadable, nil, -1, fmt.Sprintf("internal error: %v", p)})
		}
	}()
	if !l.open && !l.start(ctx, patient) {
		return
	}
	for limit := len(into.memory) - paddingRoom; into.to < limit; {
		n, err := l.file.Read(into.memory[into.to:limit])
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			l.fail(reading{Unreadable, nil, l.before.Size, problem.Reason(err)})
			return
		}
		into.to += n
		l.total += int64(n)
		l.worker.job.bytes.Add(int64(n))
		// A file that has given as many bytes as it said it has needs no read
		// that returns nothing: the look at its size that follows tells the same.
		if n == 0 || l.total >= l.before.Size && l.before.Size > 0 {
			l.conclude(into)
			return
		}
	}
}

// start opens the file. Where the process has no descriptor left it waits: as long
// as files of this job are open, or are opened between one try and the next, and
// else for a while, since the rest of the program may close some. For a file that
// another program holds it waits for a while, too.
func (l *lane) start(ctx context.Context, patient bool) bool {
	l.startHash()
	job, openings, tried := l.worker.job, int64(0), time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, longestPause) {
		f, info, err := l.openFile()
		if err == nil {
			l.opened(f, info)
			return true
		}
		switch exhausted := tree.IsExhausted(err); {
		case exhausted && !patient:
			l.starved = true
			return false
		case !exhausted && !tree.IsBusy(err) || ctx.Err() != nil:
			l.fail(failedOpen(err))
			return false
		case exhausted && (job.share.Files() > 0 || job.openings.Load() != openings):
			openings, tried = job.openings.Load(), time.Now()
		case time.Since(tried) > patience:
			l.fail(failedOpen(err))
			return false
		}
		time.Sleep(pause)
	}
}

// openFile opens the file, if the process may have one more open.
func (l *lane) openFile() (tree.File, tree.Info, error) {
	share := l.worker.job.share
	if !share.TakeFile() {
		return tree.File{}, tree.Info{}, syscall.EMFILE
	}
	f, info, err := l.opener.Open(l.name)
	if err != nil {
		share.ReturnFile()
	}
	return f, info, err
}

func (l *lane) opened(f tree.File, info tree.Info) {
	l.file, l.before, l.open = f, info, true
	l.worker.job.openings.Add(1)
	if info.Size > 2*laneSize {
		f.ReadAhead()
	}
}

// conclude looks whether the file has held still while it was read.
func (l *lane) conclude(last *buffer) {
	after, err := l.file.Info()
	if err != nil {
		l.fail(reading{Unreadable, nil, l.before.Size, problem.Reason(err)})
		return
	}
	if detail := moved(l.before, after, l.total); detail != "" {
		l.fail(reading{Changed, nil, after.Size, detail})
		return
	}
	if l.block > 1 {
		last.to = l.family.Pad(last.memory, last.to, uint64(l.total))
	}
	l.result = reading{OK, nil, l.total, ""}
	l.end()
}

func (l *lane) fail(r reading) {
	l.result, l.failed = r, true
	l.end()
}

func (l *lane) end() {
	l.ended = true
	l.close()
}

func (l *lane) close() {
	if l.open {
		l.file.Close()
		l.open = false
		l.worker.job.share.ReturnFile()
	}
}

// isReady says that there are blocks to digest.
func (l *lane) isReady() bool { return l.front.len() >= l.block && (l.fetching || !l.failed) }

// isDone says that the result is complete.
func (l *lane) isDone() bool {
	return !l.fetching && l.ended && (l.failed || !l.full && !l.isReady())
}

// isHungry says that a piece has to be read before there is anything to digest.
func (l *lane) isHungry() bool {
	return !l.fetching && !l.ended && !l.full && !l.isReady()
}

// canReadAhead says that there is a next piece, and room for it.
func (l *lane) canReadAhead() bool {
	return !l.fetching && l.open && !l.full
}

// turn makes what was read ahead the next to digest.
func (l *lane) turn() {
	if l.full && !l.isReady() {
		l.front, l.back, l.full = l.back, l.front, false
	}
}

// finish returns what came of the file.
func (l *lane) finish() reading {
	switch {
	case l.failed:
	case l.sum != nil:
		l.result.sum = l.sum.Sum(l.digest[:0])
	default:
		l.result.sum = l.family.AppendSum(l.digest[:0], &l.worker.states[l.index], l.algorithm.Size())
	}
	return l.result
}
