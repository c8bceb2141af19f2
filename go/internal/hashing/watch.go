package hashing

import "time"

// sampled is the number of fetches of which one is watched.
const sampled = 4

// watch measures how long a worker waits for storage: the time in which its thread is
// not on a core, if it gave the core up itself. (A thread that other programs keep from
// its core waits for no storage.) It watches a sample, because asking is a system call.
type watch struct {
	fetches int
	before  times
	watches bool
}

// times is what the system has counted for a thread.
type times struct {
	thread int // its number, or 0 if nothing is known
	onCore time.Duration
	waits  int64 // number of times it gave up its core to wait
}

func (w *watch) start() *watch {
	w.fetches++
	if w.watches = w.fetches%sampled == 0; w.watches {
		w.before = threadTimes()
	}
	return w
}

// stop returns an estimate of the time that the last few fetches have waited, if the
// last one took this time for a number of pieces.
func (w *watch) stop(took time.Duration, pieces int) time.Duration {
	if !w.watches {
		return 0
	}
	now := threadTimes()
	switch {
	case now.thread != w.before.thread: // it went on elsewhere, because it waited
		return took * sampled
	case now.thread == 0 && took < time.Duration(pieces)*fastFetch: // not known here
		return 0
	case now.thread != 0 && now.waits == w.before.waits:
		return 0
	}
	return max(0, took-(now.onCore-w.before.onCore)) * sampled
}
