package engine

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/tree"
)

// work is a numbered set of files whose digests are wanted. Workers call its
// methods at the same time.
type work interface {
	// count is one more than the largest number.
	count() int
	// file says what to read for a number; ok is false where there is nothing.
	file(number int) (name string, a digest.Algorithm, ok bool)
	// admit says whether it may be begun now; early, that it comes before its turn.
	// Told to wait, it returns when it may.
	admit(number int, early, wait bool) bool
	// done takes what came of it. The sum is valid during the call.
	done(number int, r reading)
}

// largeFile is the size in bytes from which on it matters when a file is begun.
const largeFile = 16 << 20

// agenda hands out the numbers of some work, each one once: in their order, but
// large files, as far as they are known, before all others. A large file at the
// end would leave all workers but one idle.
type agenda struct {
	work
	taken []atomic.Uint32 // bits
	next  atomic.Int64
	large atomic.Int64 // how many are in the queue
	mu    sync.Mutex
	queue largestFirst
}

type sized struct {
	number int
	size   int64
}

// largestFirst is a heap: there may be many large files, and all may be as large.
type largestFirst []sized

func (q largestFirst) Len() int           { return len(q) }
func (q largestFirst) Less(i, j int) bool { return q[i].size > q[j].size }
func (q largestFirst) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *largestFirst) Push(x any)        { *q = append(*q, x.(sized)) }

func (q *largestFirst) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

func newAgenda(w work) *agenda {
	return &agenda{work: w, taken: make([]atomic.Uint32, (w.count()+31)/32)}
}

// take reserves a number for whoever asks first.
func (a *agenda) take(number int) bool {
	bit := uint32(1) << (number % 32)
	return a.taken[number/32].Or(bit)&bit == 0
}

// begin returns the next number, and the size of its file if it is a large one;
// ok is false after the last number.
func (a *agenda) begin() (number int, size int64, ok bool) {
	for a.large.Load() > 0 {
		if number, size, ok = a.largest(); ok {
			return number, size, true
		}
	}
	for {
		number = int(a.next.Add(1)) - 1
		if number >= a.count() {
			return 0, 0, false
		}
		if a.take(number) {
			return number, 0, true
		}
	}
}

func (a *agenda) largest() (number int, size int64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue) == 0 {
		return 0, 0, false
	}
	file := heap.Pop(&a.queue).(sized)
	a.large.Store(int64(len(a.queue)))
	return file.number, file.size, a.take(file.number)
}

// left is how many numbers have not been handed out, but for large files.
func (a *agenda) left() int64 { return max(0, int64(a.count())-a.next.Load()) }

// note learns the size of a file.
func (a *agenda) note(number int, size int64) {
	if size < largeFile {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	heap.Push(&a.queue, sized{number, size})
	a.large.Store(int64(len(a.queue)))
}

// measure learns the sizes of all files, and adds them up for progress.
func (a *agenda) measure(ctx context.Context, j *Job, root *tree.Root, workers int) error {
	return parallel(ctx, workers, a.count(), func() func(int) {
		opener := root.Opener()
		return func(number int) {
			if name, _, ok := a.file(number); ok {
				if size, ok := j.size(ctx, opener, name); ok {
					j.totalBytes.Add(size)
					a.note(number, size)
				}
			}
		}
	})
}

// size looks how large a file is, for what gets on without it.
func (j *Job) size(ctx context.Context, o *tree.Opener, name string) (size int64, ok bool) {
	call, ok := j.share.Begin(ctx)
	if !ok {
		return 0, false
	}
	defer call.End()
	size, err := o.Size(name)
	return size, err == nil
}

const (
	scoutedAtOnce = 64
	scoutRests    = 40      // times as long as it works
	scoutHurries  = 8       // the same, where files take longer to digest than to find
	bigOnAverage  = 1 << 14 // bytes
)

// scout looks for large files while workers are busy with others. It begins at
// the end, where they do most harm, and takes little of the machine's time. What
// goes wrong with it costs no more than the time of large files at the end.
func (a *agenda) scout(ctx context.Context, j *Job, root *tree.Root) {
	defer func() { _ = recover() }()
	opener := root.Opener()
	started := time.Now()
	for number := a.count() - 1; number > int(a.next.Load()); number-- {
		if name, _, ok := a.file(number); ok {
			if size, ok := j.size(ctx, opener, name); ok {
				a.note(number, size)
			}
		}
		if number%scoutedAtOnce == 0 {
			rests := time.Duration(scoutRests)
			if j.bytes.Load() > bigOnAverage*j.files.Load() {
				rests = scoutHurries
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(rests * time.Since(started)):
			}
			started = time.Now()
		}
	}
}
