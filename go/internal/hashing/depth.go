package hashing

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// mostDeep is the largest number of workers that wait for storage at the same time.
	mostDeep = 64
	// trial is the time in which the effect of more or fewer workers shows. Linux and
	// hypervisors limit a program's use of the processors in periods of 100 ms.
	trial = 100 * time.Millisecond
	// glance is the time in which it shows that workers do nothing but wait.
	glance = 10 * time.Millisecond
	// gains is the factor in files a second that makes more workers worth their while, and
	// losses the one that makes fewer of them too few.
	gains  = 1.1
	losses = 1.03
	// doubles is the factor instead of gains where the head of a disk may be moving: there,
	// the rate varies much, and a network answers twice as many requests in the same time.
	doubles = 1.6
	// fetchesEach is the number of pieces that each worker must have fetched.
	fetchesEach = 16
	// firstRest and longestRest bound the time after a change that did not help.
	firstRest   = 200 * time.Millisecond
	longestRest = 5 * time.Second
)

// depth decides how many workers a run has. While they wait for storage, it tries more
// of them, and keeps those that bring more files a second. Files in memory make no
// worker wait, so that there are no more workers than processors.
type depth struct {
	least, most int64
	wanted      atomic.Int64 // number of workers
	waited      atomic.Int64 // nanoseconds, of all workers
	fetched     atomic.Int64 // pieces of files

	mu     sync.Mutex // guards the fields below
	looked time.Time
	since  progress      // at the last look
	before int64         // workers before the change that is on trial, or 0
	rate   float64       // without the change
	again  bool          // whether the trial goes on for another time
	best   float64       // the better rate of both
	calm   bool          // whether nothing was waited for at the last look
	rests  time.Time     // when the next change may be tried
	rest   time.Duration // how long it rests after a change that does not help
}

// progress is what a run has done so far.
type progress struct {
	work, waited, fetched int64
	onCores               time.Duration // of the whole process
}

// sight is what a look shows: a rate of work, and shares of time.
type sight struct {
	rate  float64
	waits float64 // share of the workers' time in which they wait for storage
	used  float64 // share of the processors' time that the process uses
	seeks bool    // whether the head of a disk may be moving
}

// processTime is coreTime. Tests set it.
var processTime = coreTime

func newDepth(least, most int) *depth {
	d := &depth{least: int64(least), most: int64(most), looked: time.Now(), rest: firstRest}
	if d.least < d.most {
		d.since.onCores = processTime()
	}
	d.wanted.Store(d.least)
	return d
}

// observe records that a worker has fetched some pieces and waited for them.
func (d *depth) observe(waited time.Duration, fetched int) {
	d.waited.Add(int64(waited))
	d.fetched.Add(int64(fetched))
}

// look changes the number of workers if it is time. work measures what the run has done
// so far. At most one worker looks.
func (d *depth) look(now time.Time, work func() int64) {
	if d.least == d.most || !d.mu.TryLock() {
		return
	}
	defer d.mu.Unlock()
	elapsed, workers := now.Sub(d.looked), d.wanted.Load()
	if elapsed < glance || d.fetched.Load()-d.since.fetched < fetchesEach*workers {
		return
	}
	p := progress{work(), d.waited.Load(), d.fetched.Load(), processTime()}
	s := sight{
		float64(p.work-d.since.work) / elapsed.Seconds(),
		float64(p.waited-d.since.waited) / float64(int64(elapsed)*workers),
		float64(p.onCores-d.since.onCores) / float64(int64(elapsed)*int64(cpus)),
		p.waited-d.since.waited > int64(seekFetch)*workers*(p.fetched-d.since.fetched),
	}
	// Workers that do nothing but wait need no long trials, at first.
	if idle := s.waits > 0.7 && s.used < 0.3; elapsed < trial && !(idle && d.rests.IsZero()) {
		return
	}
	d.since, d.looked = p, now
	d.wanted.Store(d.next(now, workers, s))
}

// next returns the next number of workers, after a trial of this number.
func (d *depth) next(now time.Time, workers int64, s sight) int64 {
	if before := d.before; before > 0 {
		d.before = 0
		wanted := gains
		if s.seeks {
			wanted = doubles
		}
		d.best = max(d.best, s.rate)
		if workers > before && d.best < d.rate*wanted || workers < before && d.best < d.rate/losses {
			if d.again = !d.again; d.again { // some disks and machines stop for a moment
				d.before = before
				return workers
			}
			d.rests, d.rest = now.Add(d.rest), min(2*d.rest, longestRest)
			return before
		}
		d.again, d.rest = false, firstRest
	}
	wasCalm := d.calm
	d.calm = s.waits < 0.05
	next := workers
	switch {
	case d.calm && wasCalm:
		return max(d.least, workers/2)
	case d.calm:
	case now.Before(d.rests):
	case s.used > 0.9: // they wait for processors
		next = max(d.least, workers/2)
	case s.waits > 0.2 && s.used > 0.6:
		next = min(d.most, workers*2)
	case s.waits > 0.2: // what twice as many gain might not show, as the rate of a machine varies
		next = min(d.most, workers*4)
	}
	if next != workers {
		d.before, d.rate, d.best = workers, s.rate, 0
	}
	return next
}
