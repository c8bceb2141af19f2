package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/manifest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// sparse makes a file of that many bytes that takes no room, and a list of it.
func sparse(t *testing.T, size int64) (root, file string) {
	t.Helper()
	root = treetest.Make(t, "big=", "SHA256SUMS="+hexOf("")+"  big\n")
	file = filepath.Join(root, "big")
	if err := os.Truncate(file, size); err != nil {
		t.Skip(err)
	}
	return root, file
}

// whileReading starts a job and calls do once bytes have been read.
func whileReading(t *testing.T, root string, do func(*Job)) ([]Result, *Summary) {
	t.Helper()
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: root}})
	if err != nil {
		t.Fatal(err)
	}
	for job.bytes.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	do(job)
	return drain(job)
}

func TestAFileWrittenWhileItIsReadIsChanged(t *testing.T) {
	const size = 1 << 30 // so much that it is not read before it is written, on a busy machine too
	for name, write := range map[string]func(file string) error{
		"grows":          func(file string) error { return os.Truncate(file, size+1) },
		"shrinks":        func(file string) error { return os.Truncate(file, 1) },
		"same size":      func(file string) error { return os.Chtimes(file, time.Time{}, time.Unix(1, 0)) },
		"shrinks to nil": func(file string) error { return os.Truncate(file, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			root, file := sparse(t, size)
			results, s := whileReading(t, root, func(*Job) {
				if err := write(file); err != nil {
					t.Skip(err)
				}
			})
			if len(results) != 1 || results[0].Status != Changed || results[0].Detail == "" || s.OK {
				t.Errorf("got %+v, ok %v; want it changed", results, s.OK)
			}
		})
	}
}

func TestCancelEndsAJobAtOnceAndItsWorkSoon(t *testing.T) {
	root, _ := sparse(t, 1<<40)
	before := runtime.NumGoroutine()
	var asked time.Time
	_, s := whileReading(t, root, func(j *Job) { asked = time.Now(); j.Cancel() })
	if took := time.Since(asked); !errors.Is(s.Err, problem.ErrCancelled) || s.OK || took > 30*time.Second {
		t.Errorf("error %v, ok %v, after %v", s.Err, s.OK, took)
	}
	for end := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines are left of %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestVerdictsBehindASlowFileAreBounded(t *testing.T) {
	const entries = 2 * maxAhead
	root := treetest.Make(t, "big=", "SHA256SUMS="+hexOf("")+"  big\n"+strings.Repeat(hexOf("")+"  nothing\n", entries))
	if err := os.Truncate(filepath.Join(root, "big"), 1<<40); err != nil {
		t.Skip(err)
	}
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: root, Jobs: 4}})
	if err != nil {
		t.Fatal(err)
	}
	last := int64(-1)
	for n := job.files.Load(); n != last || n == 0; n = job.files.Load() { // until they wait
		last = n
		time.Sleep(300 * time.Millisecond)
	}
	job.Cancel()
	drain(job)
	if most := int64(maxAhead + 8*spanEntries); last > most {
		t.Errorf("%d verdicts wait behind the first file, at most %d may", last, most)
	}
}

// rootOf opens a new tree, made as treetest says, for as long as the test runs.
func rootOf(t *testing.T, specs ...string) *tree.Root {
	t.Helper()
	root, err := tree.Open(treetest.Make(t, specs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// crowded is the work of judging a file often, with as many verdicts waiting for
// their turn as may.
func crowded(t *testing.T) (*tree.Root, *Job, *comparison) {
	t.Helper()
	job := bareJob()
	job.room.L = &job.mu
	c := &comparison{&Verify{KeepAll: true}, makeSpans(t, 4*spanEntries), nil}
	c.order = newOrder(job, c.plan, true)
	c.order.ahead = maxAhead
	return rootOf(t, "a=in"), job, c
}

func TestLargeFilesBeforeTheirTurnDoNotStopThoseWhoseTurnItIs(t *testing.T) {
	root, job, c := crowded(t) // as if so many large files had been read
	a := newAgenda(c)
	for number := 2 * spanEntries; number < c.count(); number++ {
		a.note(number, largeFile)
	}
	done := make(chan error, 1)
	go func() { done <- job.work(t.Context(), root, 1, a, rotating(false)) }()
	select {
	case err := <-done:
		if err != nil || len(job.ready) != 4*spanEntries {
			t.Errorf("error %v, %d verdicts of %d", err, len(job.ready), 4*spanEntries)
		}
	case <-time.After(time.Minute):
		t.Fatal("the workers wait for each other")
	}
}

func TestCancelFreesWorkersThatWaitToDeliver(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+strings.Repeat(hexOf("")+"  nothing\n", 2*maxReady))
	before := runtime.NumGoroutine()
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: root, Jobs: 4}})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	job.Cancel()
	drain(job)
	for end := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines are left of %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestTheEndIsToldAgainToWhoeverAsksAgain(t *testing.T) {
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: treetest.Make(t)}})
	if err != nil {
		t.Fatal(err)
	}
	drain(job)
	started := time.Now()
	if batch := job.Next(time.Minute); batch.Summary == nil || time.Since(started) > 30*time.Second {
		t.Errorf("Next = %+v after %v", batch, time.Since(started))
	}
}

// files is work that keeps what comes of it.
type files struct {
	names     []string
	algorithm func(number int) digest.Algorithm
	readings  []reading
}

func (f *files) count() int                 { return len(f.names) }
func (f *files) admit(int, bool, bool) bool { return true }

func (f *files) file(number int) (string, digest.Algorithm, bool) {
	return f.names[number], f.algorithm(number), true
}

func (f *files) done(number int, r reading) {
	r.sum = bytes.Clone(r.sum)
	f.readings[number] = r
}

// readAll lets one worker read files.
func readAll(t *testing.T, root *tree.Root, algorithm func(int) digest.Algorithm, names ...string) []reading {
	t.Helper()
	f := &files{names, algorithm, make([]reading, len(names))}
	if err := bareJob().work(t.Context(), root, 1, newAgenda(f), rotating(false)); err != nil {
		t.Fatal(err)
	}
	return f.readings
}

func readOne(t *testing.T, root *tree.Root, name string, a digest.Algorithm) reading {
	t.Helper()
	return readAll(t, root, func(int) digest.Algorithm { return a }, name)[0]
}

func TestAPanicFailsItsFileAndTheWorkerGoesOn(t *testing.T) {
	root := rootOf(t, "a=in")
	algorithms := []digest.Algorithm{digest.SHA256, digest.Unknown, digest.SHA256, digest.SHA3_256}
	for i, r := range readAll(t, root, func(i int) digest.Algorithm { return algorithms[i] }, "a", "a", "a", "a") {
		if algorithms[i] == digest.Unknown {
			if r.status != Unreadable || !strings.HasPrefix(r.detail, "internal error") {
				t.Errorf("read with no algorithm = %+v", r)
			}
		} else if r.status != OK {
			t.Errorf("read number %d = %+v", i, r)
		}
	}
}

// broken panics when it is told what came of the first file.
type broken struct{ *comparison }

func (b broken) done(number int, r reading) {
	if number == 0 {
		panic("broken")
	}
	b.comparison.done(number, r)
}

func TestAPanicInAWorkerEndsTheJob(t *testing.T) {
	root, job, c := crowded(t) // so that nobody goes beyond what the first file holds up
	done := make(chan error, 1)
	go func() { done <- job.work(t.Context(), root, 2, newAgenda(broken{c}), rotating(false)) }()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "broken") || job.summary == nil || job.summary.OK {
			t.Errorf("error %v, summary %+v", err, job.summary)
		}
	case <-time.After(time.Minute):
		t.Fatal("a worker waits for one that is gone")
	}
}

func TestReadingAllocatesNothingForAFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("os.File allocates")
	}
	root := rootOf(t, "a=in")
	cost := func(files int) float64 {
		c := &comparison{&Verify{}, makeSpans(t, files), nil}
		return testing.AllocsPerRun(5, func() {
			c.order = newOrder(bareJob(), c.plan, true)
			if err := bareJob().work(t.Context(), root, 1, newAgenda(c), rotating(false)); err != nil {
				t.Error(err)
			}
		})
	}
	if few, many := cost(1000), cost(2000); many > few+100 { // there is something for each span, and the race detector empties pools
		t.Errorf("1,000 files cost %v allocations, 2,000 cost %v", few, many)
	}
}

// makeSpans plans a list that names the file "a" often.
func makeSpans(t *testing.T, entries int) *plan {
	t.Helper()
	list, err := manifest.Parse(strings.NewReader(strings.Repeat(hexOf("in")+"  a\n", entries)), manifest.Options{FileName: "SHA256SUMS"})
	if err != nil {
		t.Fatal(err)
	}
	p := &plan{}
	p.add(&source{place{"SHA256SUMS", ""}, list})
	return p
}

// TestParallelRunsAsManyAsAskedAndNoMore ends when all workers are in flight at
// once; a version with fewer fails by its time limit, one with more by its count.
func TestParallelRunsAsManyAsAskedAndNoMore(t *testing.T) {
	const workers = 5
	full, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var now, most, calls atomic.Int64
	err := parallel(t.Context(), workers, 40, func() func(int) {
		return func(int) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if n == workers {
				stop()
			}
			<-full.Done()
			now.Add(-1)
			calls.Add(1)
		}
	})
	if err != nil || most.Load() != workers || calls.Load() != 40 || context.Cause(full) != context.Canceled {
		t.Errorf("error %v, %d at once, %d calls, ended by %v", err, most.Load(), calls.Load(), context.Cause(full))
	}
}

func TestParallelTurnsAPanicIntoAnError(t *testing.T) {
	err := parallel(t.Context(), 3, 10, func() func(int) {
		return func(i int) {
			if i == 4 {
				panic("four")
			}
		}
	})
	if err == nil || !strings.Contains(err.Error(), "four") {
		t.Errorf("parallel = %v", err)
	}
}

func TestMemoryDoesNotGrowWithTheSizeOfFiles(t *testing.T) {
	root, _ := sparse(t, 512<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run(t, Verify{Common: Common{Root: root, Jobs: 2}})
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}
