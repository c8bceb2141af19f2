package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
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
	const size = 256 << 20
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
	if took := time.Since(asked); !errors.Is(s.Err, ErrCancelled) || s.OK || took > 5*time.Second {
		t.Errorf("error %v, ok %v, after %v", s.Err, s.OK, took)
	}
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
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

func TestAWorkerWaitsForAFreeDescriptor(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("fills the table of descriptors")
	}
	root, err := tree.Open(treetest.Make(t, "a=in"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	h := newHasher(root, new(atomic.Int64))
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	low := old
	low.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low); err != nil {
		t.Skip(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old) })
	if r := h.read(t.Context(), "a", digest.SHA256); r.status != OK {
		t.Errorf("read = %+v", r)
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
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
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
	if batch := job.Next(time.Minute); batch.Summary == nil || time.Since(started) > 10*time.Second {
		t.Errorf("Next = %+v after %v", batch, time.Since(started))
	}
}

func TestAPanicFailsItsFileAndTheHasherGoesOn(t *testing.T) {
	root, err := tree.Open(treetest.Make(t, "a=in"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	h := newHasher(root, new(atomic.Int64))
	if r := h.read(t.Context(), "a", digest.Unknown); r.status != Unreadable || !strings.HasPrefix(r.detail, "internal error") {
		t.Errorf("read with no algorithm = %+v", r)
	}
	if r := h.read(t.Context(), "a", digest.SHA256); r.status != OK {
		t.Errorf("the next read = %+v", r)
	}
}

func TestReadingAllocatesNothingForAFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("os.File allocates")
	}
	root, err := tree.Open(treetest.Make(t, "a=in"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	h := newHasher(root, new(atomic.Int64))
	if n := testing.AllocsPerRun(100, func() { h.read(t.Context(), "a", digest.SHA256) }); n > 0 {
		t.Errorf("a file costs %v allocations", n)
	}
}

// TestParallelRunsAsManyAsAskedAndNoMore ends when all workers are in flight at
// once; a version with fewer fails by its time limit, one with more by its count.
func TestParallelRunsAsManyAsAskedAndNoMore(t *testing.T) {
	const workers = 5
	full, stop := context.WithTimeout(t.Context(), 10*time.Second)
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
