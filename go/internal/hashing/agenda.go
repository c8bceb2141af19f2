package hashing

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/tree"
)

// largeFile is the smallest size in bytes of a file that is handed out early.
const largeFile = 16 << 20

// agenda hands out each number of a Work once, in order, except that files known to
// be large come first. A large file at the end would leave all workers but one idle.
type agenda struct {
	Work
	growing Growing // the same; nil if all numbers are known
	root    *tree.Root
	taken   taken
	begun   atomic.Int64 // all numbers below it have been handed out
	large   atomic.Int64 // length of the queue
	mu      sync.Mutex
	queue   largestFirst
	nearby
}

// largestFirst is a heap, because there may be many large files.
type largestFirst []Next

func (q largestFirst) Len() int           { return len(q) }
func (q largestFirst) Less(i, j int) bool { return q[i].Size > q[j].Size }
func (q largestFirst) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *largestFirst) Push(x any)        { *q = append(*q, x.(Next)) }

func (q *largestFirst) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

func newAgenda(root *tree.Root, w Work) *agenda {
	a := &agenda{Work: w, root: root}
	a.growing, _ = w.(Growing)
	return a
}

// take reserves a number and reports whether it was free.
func (a *agenda) take(number int) bool { return a.taken.take(number) }

// grows reports whether there may be more numbers.
func (a *agenda) grows() bool { return a.growing != nil && a.growing.Grows() }

// waitForAll waits until all numbers are known, or ctx ends.
func (a *agenda) waitForAll(ctx context.Context) {
	for a.grows() && ctx.Err() == nil {
		a.growing.WaitForMore(ctx, a.Count())
	}
}

// waitForMore waits until there may be another number to hand out, or no more will be
// known, or ctx ends.
func (a *agenda) waitForMore(ctx context.Context) {
	a.growing.WaitForMore(ctx, int(a.begun.Load()))
}

// takeAll reserves the numbers from … to-1, and appends those that were free.
func (a *agenda) takeAll(free []Next, from, to int) []Next {
	for from < to {
		end := min(to, (from/32+1)*32)
		bits := (uint32(1)<<(end-from) - 1) << (from % 32)
		bits &^= a.taken.word(from).Or(bits)
		for ; from < end; from++ {
			if bits&(1<<(from%32)) != 0 {
				free = append(free, Next{Number: from})
			}
		}
	}
	return free
}

// next hands out the next numbers: at least one, or none after the last one that is known,
// and at most that many. It appends them to some.
func (a *agenda) next(some []Next, most int) []Next {
	for a.large.Load() > 0 {
		if n := a.largest(); n.Number != none {
			return append(some, n)
		}
	}
	if a.nearby.on.Load() {
		if number, place, ok := a.nearby.next(a.fillWindow); ok {
			return append(some, Next{Number: number, sorted: true, place: place})
		}
	}
	for len(some) == 0 {
		from, count := a.begun.Load(), int64(a.Count())
		if from >= count {
			break
		}
		if end := min(from+int64(most), count); a.begun.CompareAndSwap(from, end) {
			some = a.takeAll(some, int(from), int(end))
		}
	}
	return some
}

// largest hands out the largest file in the queue, or none if that file was handed
// out before.
func (a *agenda) largest() Next {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue) == 0 {
		return Next{Number: none}
	}
	n := heap.Pop(&a.queue).(Next)
	a.large.Store(int64(len(a.queue)))
	if !a.take(n.Number) {
		n.Number = none
	}
	return n
}

// left returns how many numbers have not been handed out. It counts large files that
// were handed out early.
func (a *agenda) left() int64 {
	return max(0, int64(a.Count())-a.begun.Load()) + a.nearby.left.Load()
}

// note records the size of a file.
func (a *agenda) note(number int, size int64) {
	if size < largeFile {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	heap.Push(&a.queue, Next{Number: number, Size: size})
	a.large.Store(int64(len(a.queue)))
}

// measure records the sizes of all files, and adds them up for progress. Missing files
// need not wait until a worker gets to them.
func (a *agenda) measure(ctx context.Context, r *run) error {
	var total atomic.Int64
	err := parallel(ctx, r.workers, a.Count(), func() func(int) {
		opener := r.root.Opener()
		return func(number int) {
			size, err := r.size(ctx, opener, number)
			switch {
			case err == nil:
				total.Add(size)
				a.note(number, size)
			case tree.IsMissing(err) && a.Admits(Next{Number: number}) && a.take(number):
				a.Done(number, Outcome{Size: -1, Err: err})
			}
		}
	})
	r.meter.TotalBytes.Store(total.Load())
	return err
}
