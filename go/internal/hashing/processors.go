package hashing

import "runtime"

// cpus is how many this process may use, by affinity and cgroup limits.
var cpus = runtime.GOMAXPROCS(0)

func init() {
	// A worker that comes back from a system call or from C takes up its work at
	// once only where Go has a place left for it to run: without some to spare it
	// sleeps, and cores idle, each time a goroutine that reads or scouts is quicker.
	runtime.GOMAXPROCS(cpus + 2)
}

// CPUs is how many processors this process may use.
func CPUs() int { return cpus }

// processors has one element for each worker that digests. Without the bound those
// of many jobs would take all places to run that Go has, and whoever asks for
// verdicts, or is to see Ctrl-C, would wait behind them.
var processors = make(chan struct{}, cpus)

func takeProcessor()   { processors <- struct{}{} }
func returnProcessor() { <-processors }
