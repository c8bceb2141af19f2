package hashing

import (
	"context"
	"fmt"
	"hash"
	"slices"
	"syscall"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// phase is how far the reading of a file is.
type phase uint8

const (
	unopened phase = iota
	starved        // unopened, since no descriptor was free
	reading        // open
	complete       // read to its end, and it held still
	failed         // and what was read doesn't count
)

// ahead is how far the piece after the one that is digested is.
type ahead uint8

const (
	nothing  ahead = iota
	arriving       // a goroutine reads it; the phase is the goroutine's meanwhile
	arrived
)

// lane is where a worker has one file under way: opened, read in pieces, each
// digested before the next one or while it is read.
type lane struct {
	run    *run
	opener *tree.Opener
	index  int                // among the worker's lanes, and of its state
	state  *multibuffer.State // of the file's digest, where a kernel computes it
	own    [2]buffer

	number    int // of the file
	name      string
	algorithm digest.Algorithm
	kernel    bool // computes its digest, along with those of other lanes
	family    multibuffer.Family
	block     int        // bytes of the smallest piece that can be digested
	hash      hash.Hash  // computes the digest where no kernel does
	also      digest.Set // is wanted as well, and computed as the file is read

	phase   phase
	file    tree.File
	before  tree.Info // once it is open
	total   int64     // bytes read
	outcome Outcome   // once it is complete or failed

	front, back buffer // what is digested now, and what comes next
	ahead       ahead  // what back has
	hasTurn     bool   // of those that a rotating disk gives
	took        time.Duration

	hashes [digest.Count]hash.Hash
	sums   []sum
}

// begin gives the lane a file. Nothing is opened yet.
func (l *lane) begin(number int, name string, wanted digest.Set) {
	l.number, l.name = number, name
	l.algorithm, l.also = first(wanted)
	l.phase, l.ahead, l.hasTurn = unopened, nothing, false
	l.total, l.hash, l.block = 0, nil, 1
	l.front, l.back = l.own[0], l.own[1]
	family, start, ok := l.algorithm.Family()
	if l.kernel = ok && family.Lanes() > 1; l.kernel {
		l.family, l.block, *l.state = family, family.BlockSize(), start
	}
}

// first picks an algorithm that a kernel may compute, and returns the others.
func first(wanted digest.Set) (a digest.Algorithm, others digest.Set) {
	a = wanted.First()
	if fast := wanted & digest.WithFamily; fast != 0 {
		a = fast.First()
	}
	return a, wanted &^ digest.SetOf(a)
}

// startHashes is for digests that are computed one by one.
func (l *lane) startHashes() {
	if !l.kernel {
		l.hash = l.fresh(l.algorithm)
	}
	for a := range l.also.All() {
		l.fresh(a)
	}
}

func (l *lane) fresh(a digest.Algorithm) hash.Hash {
	if l.hashes[a] == nil {
		l.hashes[a] = a.New()
	}
	l.hashes[a].Reset()
	return l.hashes[a]
}

// digestAlso takes what was read into the digests that are wanted as well.
func (l *lane) digestAlso(text []byte) {
	if l.also == 0 {
		return
	}
	takeProcessor()
	defer returnProcessor()
	for a := range l.also.All() {
		l.hashes[a].Write(text)
	}
}

// fetch reads the next piece of the file, and opens it before the first one and
// closes it after the last. Impatient, it gives up where no descriptor is free.
func (l *lane) fetch(ctx context.Context, into *buffer, patient bool) {
	defer func() {
		if p := recover(); p != nil {
			l.fail(-1, &ReadError{Reason: problem.Panicked(p).Error()})
		}
	}()
	if l.phase != reading && !l.open(ctx, patient) {
		return
	}
	for limit := len(into.memory) - paddingRoom; into.to < limit; {
		n, err := l.file.Read(into.memory[into.to:limit])
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			l.fail(l.before.Size, &ReadError{Reason: problem.Reason(err)})
			return
		}
		l.digestAlso(into.memory[into.to : into.to+n])
		into.to += n
		l.total += int64(n)
		l.run.meter.Bytes.Add(int64(n))
		// A file that has given as many bytes as it said it has needs no read
		// that returns nothing: the look at its size that follows tells the same.
		if n == 0 || l.total >= l.before.Size && l.before.Size > 0 {
			l.conclude(into)
			return
		}
	}
}

// open opens the file. Where the process has no descriptor left it waits: as long
// as files of this run are open, or are opened between one try and the next, and
// else for a while, since the rest of the program may close some. For a file that
// another program holds it waits for a while, too.
func (l *lane) open(ctx context.Context, patient bool) bool {
	l.startHashes()
	openings, tried := int64(0), time.Now()
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
		case exhausted && (l.run.share.Files() > 0 || l.run.openings.Load() != openings):
			openings, tried = l.run.openings.Load(), time.Now()
		case time.Since(tried) > tree.Patience:
			l.fail(-1, err)
			return false
		}
		time.Sleep(pause)
	}
}

// openFile opens the file, if the process may have one more open.
func (l *lane) openFile() (tree.File, tree.Info, error) {
	if !l.run.share.TakeFile() {
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
	l.run.openings.Add(1)
	if info.Size > 2*laneSize {
		f.ReadAhead()
	}
}

// conclude looks whether the file has held still while it was read.
func (l *lane) conclude(last *buffer) {
	after, err := l.file.Info()
	if err != nil {
		l.fail(l.before.Size, &ReadError{Reason: problem.Reason(err)})
		return
	}
	if detail := moved(l.before, after, l.total); detail != "" {
		l.fail(after.Size, &ReadError{Reason: detail, Changed: true})
		return
	}
	if l.kernel {
		last.to = l.family.Pad(last.memory, last.to, uint64(l.total))
	}
	l.end(complete, Outcome{Size: l.total})
}

// moved says what shows that the file was written while it was read. Files of
// /proc say they have 0 bytes and have some; that alone is no movement.
func moved(before, after tree.Info, total int64) string {
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
		l.file.Close()
		l.phase = unopened
		l.run.share.ReturnFile()
	}
}

// isReady says that there are blocks to digest.
func (l *lane) isReady() bool {
	return l.front.len() >= l.block && (l.ahead == arriving || l.phase != failed)
}

// isDone says that the outcome is there, but for the digest.
func (l *lane) isDone() bool {
	switch {
	case l.ahead == arriving:
		return false
	case l.phase == failed:
		return true
	}
	return l.phase == complete && l.ahead == nothing && !l.isReady()
}

// isHungry says that a piece has to be read before there is anything to digest.
func (l *lane) isHungry() bool {
	return l.ahead == nothing && l.phase <= reading && !l.isReady()
}

// isOpen says that the file is open, or may be at any moment.
func (l *lane) isOpen() bool { return l.ahead == arriving || l.phase == reading }

// isStarved says that the file waits for a descriptor.
func (l *lane) isStarved() bool { return l.ahead != arriving && l.phase == starved }

// canReadAhead says that there is a next piece, and room for it.
func (l *lane) canReadAhead() bool { return l.ahead == nothing && l.phase == reading }

// turn makes what was read ahead the next to digest.
func (l *lane) turn() {
	if l.ahead == arrived && !l.isReady() {
		l.front, l.back, l.ahead = l.back, l.front, nothing
	}
}

// finish returns what came of the file.
func (l *lane) finish() Outcome {
	l.sums = l.sums[:0]
	if l.phase == failed {
		return l.outcome
	}
	if l.kernel {
		l.family.AppendSum(l.sum(l.algorithm), l.state, l.algorithm.Size())
	} else {
		l.hash.Sum(l.sum(l.algorithm))
	}
	for a := range l.also.All() {
		l.hashes[a].Sum(l.sum(a))
	}
	l.outcome.sums = l.sums
	return l.outcome
}

// sum makes room for the digest of an algorithm, and returns it empty.
func (l *lane) sum(a digest.Algorithm) []byte {
	n := len(l.sums)
	if l.sums = slices.Grow(l.sums, 1)[:n+1]; l.sums[n].bytes == nil {
		l.sums[n].bytes = make([]byte, digest.MaxSize)
	}
	l.sums[n] = sum{a, l.sums[n].bytes[:a.Size()]}
	return l.sums[n].bytes[:0]
}
