package hashing

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"
)

// largeFile is the size in bytes from which on it matters when a file is begun.
const largeFile = 16 << 20

// agenda hands out the numbers of some work, each one once: in their order, but
// large files, as far as they are known, before all others. A large file at the
// end would leave all workers but one idle.
type agenda struct {
	Work
	taken []atomic.Uint32 // bits
	begun atomic.Int64    // numbers below it have been handed out
	large atomic.Int64    // how many are in the queue
	mu    sync.Mutex
	queue largestFirst
}

// largestFirst is a heap: there may be many large files, and all may be as large.
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

func newAgenda(w Work) *agenda {
	return &agenda{Work: w, taken: make([]atomic.Uint32, (w.Count()+31)/32)}
}

// take reserves a number for whoever asks first.
func (a *agenda) take(number int) bool {
	bit := uint32(1) << (number % 32)
	return a.taken[number/32].Or(bit)&bit == 0
}

// next hands out the next number. After the last one it is none.
func (a *agenda) next() Next {
	for a.large.Load() > 0 {
		if n := a.largest(); n.Number != none {
			return n
		}
	}
	for {
		number := int(a.begun.Add(1)) - 1
		if number >= a.Count() {
			return Next{Number: none}
		}
		if a.take(number) {
			return Next{Number: number}
		}
	}
}

// largest hands out the largest file in the queue, unless it was handed out before.
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

// left is how many numbers have not been handed out, but for large files.
func (a *agenda) left() int64 { return max(0, int64(a.Count())-a.begun.Load()) }

// note learns the size of a file.
func (a *agenda) note(number int, size int64) {
	if size < largeFile {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	heap.Push(&a.queue, Next{number, size})
	a.large.Store(int64(len(a.queue)))
}

// measure learns the sizes of all files, and adds them up for progress.
func (a *agenda) measure(ctx context.Context, r *run) error {
	return parallel(ctx, r.workers, a.Count(), func() func(int) {
		opener := r.root.Opener()
		return func(number int) {
			if size, ok := r.size(ctx, opener, number); ok {
				r.meter.TotalBytes.Add(size)
				a.note(number, size)
			}
		}
	})
}
