package hashing

import (
	"runtime"
	"sync"
)

// cpus is the number of CPUs this process may use, by affinity and cgroup limits.
var cpus = runtime.GOMAXPROCS(0)

func init() {
	// A worker that returns from a system call or from C continues at once only if
	// fewer than GOMAXPROCS goroutines are running. Without two to spare, it sleeps
	// and a core idles whenever a goroutine that reads or scouts takes its place.
	runtime.GOMAXPROCS(cpus + headroom)
}

const headroom = 2

// waiting counts the workers of all jobs that are there only because others wait for
// storage.
var waiting struct {
	sync.Mutex
	workers, spare int
}

// spareProcessor makes sure that a worker more returns from its system calls at once, as
// above, until done is called. The Go runtime stops all goroutines for a moment to change
// their number, so that it is changed in large steps.
func spareProcessor() (done func()) {
	waiting.Lock()
	defer waiting.Unlock()
	if waiting.workers++; waiting.workers > waiting.spare {
		waiting.spare = max(6, 2*waiting.spare)
		runtime.GOMAXPROCS(cpus + headroom + waiting.spare)
	}
	return func() {
		waiting.Lock()
		defer waiting.Unlock()
		if waiting.workers--; waiting.workers == 0 {
			waiting.spare = 0
			runtime.GOMAXPROCS(cpus + headroom)
		}
	}
}

// CPUs returns the number of CPUs this process may use.
func CPUs() int { return cpus }

// processors has one element for each worker that is digesting. Without this bound,
// the workers of several jobs would use up GOMAXPROCS, and callers that fetch results
// or must notice Ctrl-C would have to wait.
var processors = make(chan struct{}, cpus)

// compute calls f, which digests, when a processor is free for it. spare means that the
// caller has one from spareProcessor.
func compute(spare bool, f func()) {
	if !spare {
		processors <- struct{}{}
		defer func() { <-processors }()
	}
	f()
}
