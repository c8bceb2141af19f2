package hashing

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// storage is a model of storage: workers wait for one file after the other, and between
// the files they use a processor.
type storage struct {
	wait, compute time.Duration  // for one file
	most          float64        // files a second that it can read
	shares        func() float64 // of its time that the machine runs at all; may be nil
}

// after returns what some workers see in a time.
func (s storage) after(workers int64, t time.Duration) (files float64, waited, onCores time.Duration) {
	each := s.wait + s.compute
	rate := min(float64(workers)/each.Seconds(), s.most, float64(cpus)/s.compute.Seconds())
	if s.shares != nil {
		rate *= s.shares()
	}
	files = rate * t.Seconds()
	onCores = time.Duration(files * float64(s.compute))
	return files, time.Duration(workers)*t - onCores, onCores
}

// settle lets a depth look at storage for a time, and returns the number of workers at
// its end and the number of files.
func settle(d *depth, s storage, t time.Duration) (workers int64, files float64) {
	now, onCores := time.Now(), time.Duration(0)
	d.looked = now
	defer func(before func() time.Duration) { processTime = before }(processTime)
	processTime = func() time.Duration { return onCores }
	const step = 5 * time.Millisecond
	for range t / step {
		n, waited, used := s.after(d.wanted.Load(), step)
		d.observe(waited, int(files+n)-int(files))
		files, onCores, now = files+n, onCores+used, now.Add(step)
		d.look(now, func() int64 { return int64(files) })
	}
	return d.wanted.Load(), files
}

func TestWorkersAreAddedAsLongAsTheyBringMoreFiles(t *testing.T) {
	withCPUs(t, 2, func(t *testing.T) {
		for _, tt := range []struct {
			name        string
			storage     storage
			least, most int64 // workers in the end
		}{
			{"in memory", storage{0, 10 * time.Microsecond, math.Inf(1), nil}, 2, 2},
			{"a disk that computes as much as it waits", storage{80 * time.Microsecond, 80 * time.Microsecond, math.Inf(1), nil}, 4, 8},
			{"a disk that reads 16 files at once", storage{time.Millisecond, 20 * time.Microsecond, 16_000, nil}, 16, 32},
			{"a network without a limit", storage{10 * time.Millisecond, 20 * time.Microsecond, math.Inf(1), nil}, mostDeep, mostDeep},
		} {
			t.Run(tt.name, func(t *testing.T) {
				if n, _ := settle(newDepth(2, mostDeep), tt.storage, 3*time.Second); n < tt.least || n > tt.most {
					t.Errorf("%d workers, want %d to %d", n, tt.least, tt.most)
				}
			})
		}
	})
}

func TestWorkersAreAddedOnAMachineWhoseRateVaries(t *testing.T) {
	withCPUs(t, 2, func(t *testing.T) {
		few := 0
		for seed := range uint64(100) {
			random, step, share := rand.New(rand.NewPCG(seed, 0)), 0, 1.0
			shares := func() float64 {
				if step++; step%20 == 0 { // 100 ms
					share = 0.75 + 0.25*random.Float64()
				}
				return share
			}
			varies := storage{160 * time.Microsecond, 40 * time.Microsecond, 22_000, shares}
			if n, _ := settle(newDepth(2, mostDeep), varies, 350*time.Millisecond); n < 8 {
				few++
			}
		}
		if few > 10 {
			t.Errorf("in %d of 100 cases, there are too few workers", few)
		}
	})
}

func TestTheFirstSecondOnSlowStorageIsNotLost(t *testing.T) {
	withCPUs(t, 2, func(t *testing.T) {
		slow := storage{time.Millisecond, 10 * time.Microsecond, math.Inf(1), nil}
		_, one := settle(newDepth(1, 1), slow, time.Second)
		if _, files := settle(newDepth(2, mostDeep), slow, time.Second); files < 30*one {
			t.Errorf("%.0f files in the first second, and %.0f with one worker", files, one)
		}
	})
}

func TestWorkersEndWhenStorageIsFastAgain(t *testing.T) {
	withCPUs(t, 2, func(t *testing.T) {
		d := newDepth(2, mostDeep)
		settle(d, storage{10 * time.Millisecond, 20 * time.Microsecond, math.Inf(1), nil}, time.Second)
		if n, _ := settle(d, storage{0, 20 * time.Microsecond, math.Inf(1), nil}, 2*time.Second); n != 2 {
			t.Errorf("%d workers for files in memory, want 2", n)
		}
	})
}

func TestAFixedNumberOfWorkersStays(t *testing.T) {
	d := newDepth(3, 3)
	if n, _ := settle(d, storage{10 * time.Millisecond, 20 * time.Microsecond, math.Inf(1), nil}, time.Second); n != 3 {
		t.Errorf("%d workers, want 3", n)
	}
}
