// Package holdings keeps account of what the engine holds in the process around
// it, and bounds it: threads in system calls for files, open files, workers, and
// jobs that were cancelled and have not ended. A thread too many ends the whole
// process in Go, and a descriptor too many is missing elsewhere in the program.
//
// A job alone always gets one thread, one open file and one worker, whatever the
// others hold, so no bound can make jobs wait for each other without end.
package holdings

import (
	"context"
	"runtime"
	"sync/atomic"
)

// Now is the account at one moment.
type Now struct {
	Jobs      int64 // not ended
	Cancelled int64 // of those, cancelled or timed out
	Threads   int64 // in system calls for files
	Files     int64 // open for their digests
	Workers   int64 // with a file under way or looking for one
	Idle      int64 // bytes kept for the next workers
}

// Limits are the bounds of the account.
type Limits struct {
	Cancelled int64 // jobs; and threads that cancelled jobs hold
	Threads   int64
	Files     int64
	Workers   int64
}

const (
	maxCancelled = 32
	maxThreads   = 512
	maxFiles     = 4096
	minFiles     = 8
	// maxWorkers is beyond what storage can tell apart: each of them has up to 16
	// files under way. Machines with more processors have as many workers.
	maxWorkers = 128
)

// Share is what one job holds.
type Share struct {
	threads atomic.Int64
	files   atomic.Int64
	workers atomic.Int64
	ended   bool // guarded by the register's lock
}

var total Share

// slots holds one element for each thread in a system call, but for those that a
// job has as its only one.
var slots = make(chan struct{}, threadLimit())

// Call is the right of one thread to be in system calls for files.
type Call struct {
	share *Share
	slot  bool
}

// Begin waits until the thread that calls may enter system calls for files. It
// returns false when ctx ends first.
func (s *Share) Begin(ctx context.Context) (Call, bool) {
	if s.threads.Add(1) == 1 {
		total.threads.Add(1)
		return Call{s, false}, true
	}
	select {
	case slots <- struct{}{}:
	default:
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			s.threads.Add(-1)
			return Call{}, false
		}
	}
	total.threads.Add(1)
	return Call{s, true}, true
}

// End gives the right back.
func (c Call) End() {
	if c.share == nil {
		return
	}
	if c.slot {
		<-slots
	}
	total.threads.Add(-1)
	c.share.threads.Add(-1)
}

// Do calls a function with such a right. It returns false, without a call, when
// ctx has ended.
func (s *Share) Do(ctx context.Context, enter func()) bool {
	call, ok := s.Begin(ctx)
	if ok {
		defer call.End()
		enter()
	}
	return ok
}

var fileLimit atomic.Int64 // in force

func init() { refreshFileLimit() }

// refreshFileLimit leaves half of the descriptors to the rest of the program,
// which may change the limit at any time.
func refreshFileLimit() {
	fileLimit.Store(max(minFiles, min(maxFiles, descriptorLimit()/2)))
}

// TakeFile says whether the job may open one more file.
func (s *Share) TakeFile() bool {
	return take(&s.files, &total.files, fileLimit.Load())
}

// ReturnFile says that the job has closed one.
func (s *Share) ReturnFile() {
	s.files.Add(-1)
	total.files.Add(-1)
}

// Files is how many files the job has open.
func (s *Share) Files() int64 { return s.files.Load() }

var workerLimit = max(maxWorkers, int64(runtime.NumCPU()))

// TakeWorker says whether the job may have one more worker.
func (s *Share) TakeWorker() bool {
	return take(&s.workers, &total.workers, workerLimit)
}

// take counts one more, of a job's own and of all, unless that is beyond the bound.
// A job's first one never is.
func take(own, all *atomic.Int64, most int64) bool {
	if own.Add(1) > 1 && all.Load() >= most {
		own.Add(-1)
		return false
	}
	all.Add(1)
	return true
}

// ReturnWorker says that a worker has ended.
func (s *Share) ReturnWorker() {
	s.workers.Add(-1)
	total.workers.Add(-1)
}

// Look returns the account and its bounds.
func Look(idle int64) (Now, Limits) {
	jobs, cancelled := registered()
	now := Now{jobs, cancelled, total.threads.Load(), total.files.Load(), total.workers.Load(), idle}
	return now, Limits{maxCancelled, int64(cap(slots)), fileLimit.Load(), workerLimit}
}
