// Package holdings counts and limits what the engine uses of its process: threads in
// system calls, open files, workers, and cancelled jobs that have not ended. Go ends
// the process if it can't create a thread, and the rest of the program needs
// descriptors too.
//
// Every job gets one thread, one open file and one worker, whatever other jobs hold,
// so jobs never wait for each other forever.
package holdings

import (
	"context"
	"runtime"
	"sync/atomic"
)

// Now is what the engine uses at one moment.
type Now struct {
	Jobs      int64 // not ended
	Cancelled int64 // jobs cancelled or timed out, but not ended
	Threads   int64 // in system calls on files
	Files     int64 // open to be digested
	Workers   int64
	Idle      int64 // bytes kept for the next workers
}

// Limits are the largest values of Now.
type Limits struct {
	Cancelled int64 // jobs, and also the threads that cancelled jobs hold
	Threads   int64
	Files     int64
	Workers   int64
}

const (
	maxCancelled = 32
	maxThreads   = 512
	maxFiles     = 4096
	minFiles     = 8
	// maxWorkers is more than any storage needs: each worker reads up to 16 files at
	// once. On machines with more CPUs, their number is the limit.
	maxWorkers = 128
)

// Share is what one job uses.
type Share struct {
	threads atomic.Int64
	files   atomic.Int64
	workers atomic.Int64
	ended   bool // guarded by the lock of jobs
}

var total Share

// slots holds one element for each thread in a system call, except the first thread
// of each job.
var slots = make(chan struct{}, threadLimit())

// Call is the permission of one thread to make system calls on files.
type Call struct {
	share *Share
	slot  bool
}

// Begin waits until the calling thread may make system calls on files. It returns
// false if ctx ends first.
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

// End gives the permission back.
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

// Do calls enter between Begin and End. It returns false, without the call, if ctx
// ends first.
func (s *Share) Do(ctx context.Context, enter func()) bool {
	call, ok := s.Begin(ctx)
	if ok {
		defer call.End()
		enter()
	}
	return ok
}

var fileLimit atomic.Int64

func init() { refreshFileLimit() }

// refreshFileLimit sets fileLimit to half of the descriptors. The other half is for
// the rest of the program, which may change the number at any time.
func refreshFileLimit() {
	fileLimit.Store(max(minFiles, min(maxFiles, descriptorLimit()/2)))
}

// fewFiles is the number of open files below which a walk and reading are not to compete
// for descriptors: twice as many directories as a walk keeps open.
const fewFiles = 128

// FewFiles reports whether the process may open only a few files.
func FewFiles() bool { return fileLimit.Load() < fewFiles }

// TakeFile reports whether the job may open one more file, and counts it.
func (s *Share) TakeFile() bool {
	return take(&s.files, &total.files, fileLimit.Load())
}

// ReturnFile records that the job has closed a file.
func (s *Share) ReturnFile() {
	s.files.Add(-1)
	total.files.Add(-1)
}

// Files returns the number of files that the job has open.
func (s *Share) Files() int64 { return s.files.Load() }

var workerLimit = max(maxWorkers, int64(runtime.NumCPU()))

// TakeWorker reports whether the job may have one more worker, and counts it.
func (s *Share) TakeWorker() bool {
	return take(&s.workers, &total.workers, workerLimit)
}

// take adds one to a job's own count and to the count of all jobs, unless the latter
// has reached the limit. The first one of a job is always allowed.
func take(own, all *atomic.Int64, most int64) bool {
	if own.Add(1) > 1 && all.Load() >= most {
		own.Add(-1)
		return false
	}
	all.Add(1)
	return true
}

// ReturnWorker records that a worker of the job has ended.
func (s *Share) ReturnWorker() {
	s.workers.Add(-1)
	total.workers.Add(-1)
}

// Look returns what the engine uses now, and the limits.
func Look(idle int64) (Now, Limits) {
	jobs, cancelled := registered()
	now := Now{jobs, cancelled, total.threads.Load(), total.files.Load(), total.workers.Load(), idle}
	return now, Limits{maxCancelled, int64(cap(slots)), fileLimit.Load(), workerLimit}
}
