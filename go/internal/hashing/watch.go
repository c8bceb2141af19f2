package hashing

import "time"

// sampled is the number of fetches of which one is watched.
const sampled = 4

// watch measures how long a worker waits for storage: the time in which its thread is
// not on a core. It watches a sample, because asking for a thread's time is a system call.
type watch struct {
	fetches int
	thread  int
	onCore  time.Duration
	watches bool
}

func (w *watch) start() *watch {
	w.fetches++
	if w.watches = w.fetches%sampled == 0; w.watches {
		w.thread, w.onCore = threadTime()
	}
	return w
}

// stop returns an estimate of the time that the last few fetches have waited, if the
// last one took this time for a number of pieces.
func (w *watch) stop(took time.Duration, pieces int) time.Duration {
	if !w.watches {
		return 0
	}
	thread, onCore := threadTime()
	switch {
	case thread != w.thread: // it went on elsewhere, because it waited
		return took * sampled
	case thread == 0 && took < time.Duration(pieces)*fastFetch: // not known here
		return 0
	}
	return max(0, took-(onCore-w.onCore)) * sampled
}
