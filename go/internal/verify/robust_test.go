package verify

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// sparse creates a sparse file of this size, and a list of it.
func sparse(t *testing.T, size int64) (root, file string) {
	t.Helper()
	root = treetest.Make(t, "big=", "SHA256SUMS="+treetest.SHA256("")+"  big\n")
	file = filepath.Join(root, "big")
	if err := os.Truncate(file, size); err != nil {
		t.Skip(err)
	}
	return root, file
}

// whileReading runs a job, and calls do after the first bytes have been read.
func whileReading(t *testing.T, root string, do func(*job.Job)) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root}})
	if err != nil {
		t.Fatal(err)
	}
	for j.Meter.Bytes.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	do(j)
	return jobtest.Drain(j)
}

func TestAFileWrittenWhileItIsReadIsChanged(t *testing.T) {
	const size = 1 << 30 // large enough that even a busy machine writes before all is read
	for name, write := range map[string]func(file string) error{
		"grows":        func(file string) error { return os.Truncate(file, size+1) },
		"shrinks":      func(file string) error { return os.Truncate(file, 1) },
		"same size":    func(file string) error { return os.Chtimes(file, time.Time{}, time.Unix(1, 0)) },
		"shrinks to 0": func(file string) error { return os.Truncate(file, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			root, file := sparse(t, size)
			results, s := whileReading(t, root, func(*job.Job) {
				if err := write(file); err != nil {
					t.Skip(err)
				}
			})
			if len(results) != 1 || results[0].Status != verdict.Changed || results[0].Detail == "" || s.OK {
				t.Errorf("got %+v, ok %v; want %v", results, s.OK, verdict.Changed)
			}
		})
	}
}

func TestCancelEndsAJobAtOnceAndItsWorkSoon(t *testing.T) {
	root, _ := sparse(t, 1<<40)
	before := runtime.NumGoroutine()
	var asked time.Time
	_, s := whileReading(t, root, func(j *job.Job) { asked = time.Now(); j.Cancel() })
	if took := time.Since(asked); !errors.Is(s.Err, problem.ErrCancelled) || s.OK || took > 30*time.Second {
		t.Errorf("error %v, ok %v, after %v", s.Err, s.OK, took)
	}
	for end := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines are left, want at most %d", runtime.NumGoroutine(), before)
		}
	}
}

func TestResultsBehindASlowFileAreLimited(t *testing.T) {
	const entries = 2 * maxAhead
	root := treetest.Make(t, "big=", "SHA256SUMS="+treetest.SHA256("")+"  big\n"+strings.Repeat(treetest.SHA256("")+"  nothing\n", entries))
	if err := os.Truncate(filepath.Join(root, "big"), 1<<40); err != nil {
		t.Skip(err)
	}
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Workers: 4}})
	if err != nil {
		t.Fatal(err)
	}
	last := int64(-1)
	for n := j.Meter.Files.Load(); n != last || n == 0; n = j.Meter.Files.Load() { // until the workers wait
		last = n
		time.Sleep(300 * time.Millisecond)
	}
	j.Cancel()
	jobtest.Drain(j)
	if most := int64(maxAhead + 8*stretchEntries + hashing.Window); last > most {
		t.Errorf("%d results wait behind the first file, want at most %d", last, most)
	}
}

// within calls do in a job, with the comparison of a plan, and returns the results of
// the job.
func within(t *testing.T, p *plan, keepAll bool, do func(context.Context, *job.Job, *comparison) error) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := job.Start(t.Context(), func(ctx context.Context, j *job.Job) (job.Summary, error) {
		c := &comparison{plan: p, order: newOrder(j, p, policy{keepAll: keepAll}, way{}, func() {})}
		err := do(ctx, j, c)
		return job.Summary{OK: err == nil}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	watch := time.AfterFunc(time.Minute, func() {
		select {
		case <-ended:
		default:
			panic("the workers wait for each other")
		}
	})
	defer watch.Stop()
	defer close(ended)
	return jobtest.Drain(j)
}

func TestLargeFilesStartedEarlyDoNotBlockOtherFiles(t *testing.T) {
	root := rootOf(t, "a=in", "big=")
	if err := os.Truncate(filepath.Join(root.Path(), "big"), 16<<20); err != nil { // large enough to be started early
		t.Skip(err)
	}
	const each = 2 * stretchEntries
	p := planOf(t, strings.Repeat(treetest.SHA256("in")+"  a\n", each)+strings.Repeat(treetest.SHA256("in")+"  big\n", each))
	results, s := within(t, p, true, func(ctx context.Context, j *job.Job, c *comparison) error {
		c.order.ahead.Store(maxAhead) // as if many large files had been read
		return hashing.Run(ctx, root, c, hashing.Options{Workers: 1, Sizes: true}, j.Share, &j.Meter)
	})
	if s.Err != nil || len(results) != 2*each {
		t.Errorf("error %v, %d results, want %d", s.Err, len(results), 2*each)
	}
}

func TestCancelEndsWorkersThatWaitForRoom(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+strings.Repeat(treetest.SHA256("")+"  nothing\n", 2*job.MaxReady))
	before := runtime.NumGoroutine()
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Workers: 4}})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	j.Cancel()
	jobtest.Drain(j)
	for end := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines are left, want at most %d", runtime.NumGoroutine(), before)
		}
	}
}

func TestNextReturnsTheSummaryAgain(t *testing.T) {
	j, err := Start(t.Context(), Request{Request: job.Request{Root: treetest.Make(t)}})
	if err != nil {
		t.Fatal(err)
	}
	jobtest.Drain(j)
	started := time.Now()
	if batch := j.Next(time.Minute); batch.Summary == nil || time.Since(started) > 30*time.Second {
		t.Errorf("Next = %+v after %v", batch, time.Since(started))
	}
}

// broken panics on the outcome of the first file.
type broken struct{ *comparison }

func (b broken) Done(number int, o hashing.Outcome) {
	if number == 0 {
		panic("broken")
	}
	b.comparison.Done(number, o)
}

func TestNothingIsKeptOnceAllVerdictsAreDelivered(t *testing.T) {
	root := rootOf(t, "a=in")
	p := planOf(t, strings.Repeat(treetest.SHA256("in")+"  a\nwhat\n", 4*stretchEntries))
	_, s := within(t, p, true, func(ctx context.Context, j *job.Job, c *comparison) error {
		err := hashing.Run(ctx, root, c, hashing.Options{Workers: 2}, j.Share, &j.Meter)
		if o := c.order; o.ahead.Load() != 0 || len(o.kept) != 0 || o.next.Load() != int64(len(p.stretches)) {
			t.Errorf("%d verdicts are ahead, %d stretches are kept, the next is %d of %d", o.ahead.Load(), len(o.kept), o.next.Load(), len(p.stretches))
		}
		return err
	})
	if s.Err != nil {
		t.Error(s.Err)
	}
}

func TestAPanicInAWorkerEndsTheJob(t *testing.T) {
	root := rootOf(t, "a=in")
	p := planOf(t, strings.Repeat(treetest.SHA256("in")+"  a\n", 4*stretchEntries))
	_, s := within(t, p, true, func(ctx context.Context, j *job.Job, c *comparison) error {
		c.order.ahead.Store(maxAhead) // so that no worker starts a stretch after the first one
		return hashing.Run(ctx, root, broken{c}, hashing.Options{Workers: 2}, j.Share, &j.Meter)
	})
	if s.OK || s.Err == nil || !strings.Contains(s.Err.Error(), "broken") {
		t.Errorf("summary %+v", s)
	}
}

func TestReadingAllocatesNothingForAFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("os.File allocates")
	}
	root := rootOf(t, "a=in")
	cost := func(files int) (allocations float64) {
		p := planOf(t, strings.Repeat(treetest.SHA256("in")+"  a\n", files))
		within(t, p, false, func(ctx context.Context, j *job.Job, c *comparison) error {
			allocations = testing.AllocsPerRun(5, func() {
				c.order = newOrder(j, p, policy{}, way{}, func() {})
				if err := hashing.Run(ctx, root, c, hashing.Options{Workers: 1}, j.Share, &j.Meter); err != nil {
					t.Error(err)
				}
			})
			return nil
		})
		return allocations
	}
	if few, many := cost(1000), cost(2000); many > few+100 { // each stretch allocates, and the race detector empties pools
		t.Errorf("1,000 files cost %v allocations, 2,000 cost %v", few, many)
	}
}

// rootOf creates a tree in the notation of treetest and opens it for the time of the
// test.
func rootOf(t *testing.T, specs ...string) *tree.Root {
	t.Helper()
	root, err := tree.Open(treetest.Make(t, specs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// planOf returns the plan of a list with this text.
func planOf(t *testing.T, text string) *plan {
	t.Helper()
	all, err := list.Parse(strings.NewReader(text), list.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := &plan{}
	p.add(&source{Path: paths.Path{Shown: "SHA256SUMS"}, List: all}, &wanted{})
	return p
}

func TestMemoryDoesNotGrowWithTheSizeOfFiles(t *testing.T) {
	root, _ := sparse(t, 512<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run(t, Request{Request: job.Request{Root: root, Workers: 2}})
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}
