package archive

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/hashing"
)

// isNew is in the place of the number of a record.
const isNew = -1

// task is a file to read.
type task struct {
	name   string
	record int32 // its number, or isNew
	size   int64 // in bytes; that of the record, or of the walk
}

const chunkTasks = 1024

// tasks are the files to read. They become known while others are read.
type tasks struct {
	meter  *hashing.Meter
	chunks atomic.Pointer[[]*[chunkTasks]task]
	count  atomic.Int64
	ended  atomic.Bool

	mu   sync.Mutex
	more sync.Cond // signals that count has grown, or the end
}

// add adds a task. Only one goroutine at a time may add some.
func (t *tasks) add(one task) {
	number := int(t.count.Load())
	var all []*[chunkTasks]task
	if known := t.chunks.Load(); known != nil {
		all = *known
	}
	if number == len(all)*chunkTasks {
		all = append(slices.Clip(all), new([chunkTasks]task))
		t.chunks.Store(&all)
	}
	all[number/chunkTasks][number%chunkTasks] = one
	t.signal(func() { t.count.Store(int64(number) + 1) })
}

// end records that there are no more.
func (t *tasks) end() {
	t.meter.TotalFiles.Store(t.count.Load())
	t.signal(func() { t.ended.Store(true) })
}

func (t *tasks) signal(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	if t.more.L != nil {
		t.more.Broadcast()
	}
}

func (t *tasks) at(number int) *task {
	return &(*t.chunks.Load())[number/chunkTasks][number%chunkTasks]
}

// Count implements [hashing.Work].
func (t *tasks) Count() int { return int(t.count.Load()) }

// Size implements [hashing.Sized].
func (t *tasks) Size(number int) (int64, bool) { return t.at(number).size, true }

// Grows implements [hashing.Growing].
func (t *tasks) Grows() bool { return !t.ended.Load() }

// WaitForMore implements [hashing.Growing].
func (t *tasks) WaitForMore(ctx context.Context, n int) {
	defer context.AfterFunc(ctx, func() { t.signal(func() {}) })()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.more.L = &t.mu
	for ctx.Err() == nil && t.Grows() && t.Count() <= n {
		t.more.Wait()
	}
}
