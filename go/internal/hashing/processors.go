package hashing

import "runtime"

// cpus is the number of CPUs this process may use, by affinity and cgroup limits.
var cpus = runtime.GOMAXPROCS(0)

func init() {
	// A worker that returns from a system call or from C continues at once only if
	// fewer than GOMAXPROCS goroutines are running. Without two to spare, it sleeps
	// and a core idles whenever a goroutine that reads or scouts takes its place.
	runtime.GOMAXPROCS(cpus + 2)
}

// CPUs returns the number of CPUs this process may use.
func CPUs() int { return cpus }

// processors has one element for each worker that is digesting. Without this bound,
// the workers of several jobs would use up GOMAXPROCS, and callers that fetch results
// or must notice Ctrl-C would have to wait.
var processors = make(chan struct{}, cpus)

func takeProcessor()   { processors <- struct{}{} }
func returnProcessor() { <-processors }
