package create

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// ended waits until all jobs have ended, and not only told their outcome.
func ended(t *testing.T) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); holdings.Jobs() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("a job has not ended")
		}
	}
	if now, _ := holdings.Look(0); now != (holdings.Now{}) {
		t.Errorf("all jobs have ended, and use %+v", now)
	}
}

// silently makes a tree with files, and a directory that the storage doesn't list.
func silently(t *testing.T, specs ...string) (root string, release func()) {
	t.Helper()
	root = treetest.Make(t, append(specs, "stuck/")...)
	mounted, release := treetest.Silent(t)
	if err := syscall.Mount(mounted, root+"/stuck", "", syscall.MS_BIND, ""); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { syscall.Unmount(root+"/stuck", syscall.MNT_DETACH) })
	return root, release
}

func TestFilesAreReadWhileADirectoryDoesNotAnswer(t *testing.T) {
	for name, end := range map[string]func(context.CancelFunc, *job.Job){
		"cancelled": func(_ context.CancelFunc, j *job.Job) { j.Cancel() },
		"timed out": func(cancel context.CancelFunc, _ *job.Job) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			var specs []string
			for i := range 50 {
				specs = append(specs, fmt.Sprintf("d/f%d=in", i))
			}
			root, release := silently(t, specs...)
			list := filepath.Join(t.TempDir(), "list")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			j, err := Start(ctx, Request{Request: job.Request{Root: root, Workers: 2}, Output: list, Algorithms: []digest.Algorithm{digest.SHA256}})
			if err != nil {
				t.Fatal(err)
			}
			for until := time.Now().Add(10 * time.Second); j.Meter.Files.Load() < 50 && time.Now().Before(until); {
				time.Sleep(time.Millisecond)
			}
			if files := j.Meter.Files.Load(); files != 50 {
				t.Errorf("%d files were read, want 50", files)
			}
			for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(time.Millisecond) {
				if now, _ := holdings.Look(0); now.Threads > 0 && now.Files == 0 { // the one that waits for the directory
					break
				}
			}
			started := time.Now()
			end(cancel, j)
			_, s := jobtest.Drain(j)
			if took := time.Since(started); s.Err != problem.ErrCancelled || took > time.Second {
				t.Errorf("%v after %v", s.Err, took)
			}
			if now, _ := holdings.Look(0); now.Jobs != 1 || now.Cancelled != 1 || now.Threads == 0 {
				t.Errorf("while the directory does not answer: %+v", now)
			}
			release()
			ended(t)
			if _, err := os.Stat(list); !os.IsNotExist(err) {
				t.Error("a list was written:", err)
			}
		})
	}
}

func TestADirectoryThatCantBeReadPreventsTheListWhateverWasRead(t *testing.T) {
	root, release := silently(t, "a=1", "d/b=2")
	release()
	_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}})
	if problem.From(s.Err).Code != problem.DirectoryUnreadable || !strings.Contains(s.Err.Error(), "stuck") {
		t.Errorf("error %v", s.Err)
	}
	ended(t)
}

func TestTheSearchForExtraFilesRunsBesideTheReading(t *testing.T) {
	root, release := silently(t, "SHA256SUMS="+treetest.SHA256("in")+"  a\n"+treetest.SHA256("in")+"  b\n", "a=in", "b=no", "x=1")
	j, err := verify.Start(t.Context(), verify.Request{Request: job.Request{Root: root}, Extra: verify.AllExtra, Lists: []verify.List{{Path: root + "/SHA256SUMS"}}})
	if err != nil {
		t.Fatal(err)
	}
	var results []verdict.Result
	for until := time.Now().Add(10 * time.Second); len(results) == 0 && time.Now().Before(until); {
		results = append(results, j.Next(100*time.Millisecond).Results...)
	}
	if got, want := jobtest.Briefs(results), []string{"b mismatch"}; !slices.Equal(want, got) {
		t.Errorf("while a directory does not answer: got %q, want %q", got, want)
	}
	release()
	results, s := jobtest.Drain(j)
	if got, want := jobtest.Briefs(results), []string{"stuck unreadable", "x extra"}; !slices.Equal(want, got) || s.Err != nil || s.OK {
		t.Errorf("then: got %q, %v; want %q", got, s.Err, want)
	}
	ended(t)
}

func TestAFailureEndsARunAlthoughTheSearchWouldHang(t *testing.T) {
	root, release := silently(t, "SHA256SUMS="+treetest.SHA256("in")+"  b\n", "b=no", "x=1")
	ask := verify.Request{Request: job.Request{Root: root}, Lists: []verify.List{{Path: root + "/SHA256SUMS"}}, Extra: verify.AllExtra, FailFast: true}
	results, s := verifyAll(t, ask)
	if got, want := jobtest.Briefs(results), []string{"b mismatch"}; !slices.Equal(want, got) || s.Err != nil {
		t.Errorf("got %q, %v; want %q", got, s.Err, want)
	}
	release()
	ended(t)
}

// withDescriptors lowers the number of descriptors for the time of the test, so that this
// many are free.
func withDescriptors(t *testing.T, free uint64) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	few := before
	few.Cur = uint64(len(open)) + free
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before) })
}

func TestAListIsCreatedAndVerifiedWithFewDescriptors(t *testing.T) {
	var specs []string
	for i := range 40 {
		specs = append(specs, fmt.Sprintf("top/d%d/e/f%d/g=in", i%8, i), fmt.Sprintf("top/d%d/g%d=in", i%8, i))
	}
	root := treetest.Make(t, specs...)
	for _, free := range []uint64{5, 9, 20, 60, 300} {
		t.Run(fmt.Sprint(free), func(t *testing.T) {
			withDescriptors(t, free)
			list := filepath.Join(root, "SHA256SUMS")
			_, s := runCreate(t, Request{Request: job.Request{Root: root + "/top", Workers: 4}, Output: list, Force: true})
			if !s.OK || s.Counts[verdict.OK] != 80 {
				t.Fatalf("create: %v, %v", s.Err, s.Counts)
			}
			results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root + "/top", Workers: 4}, Lists: []verify.List{{Path: list}}, Extra: verify.AllExtra})
			if !s.OK || s.Counts[verdict.OK] != 80 {
				t.Errorf("verify: %v, %v, %q", s.Err, s.Counts, jobtest.Briefs(results))
			}
		})
	}
}

// What comes and goes is listed with its digest, or prevents the list; a list that was
// written names all that was there all the time, and each name once.
func TestFilesThatComeAndGoDuringAWalk(t *testing.T) {
	var specs, still []string
	for i := range 400 {
		still = append(still, fmt.Sprintf("d%d/f%d", i%20, i))
		specs = append(specs, still[i]+"=in")
	}
	root := treetest.Make(t, specs...)
	var over atomic.Bool
	var others sync.WaitGroup
	defer others.Wait()
	defer over.Store(true)
	for other := range 2 {
		others.Go(func() {
			for i := 0; !over.Load(); i++ {
				name := fmt.Sprintf("%s/d%d/comes%d", root, i%20, other)
				_ = os.WriteFile(name, []byte("in"), 0o644)
				time.Sleep(50 * time.Microsecond)
				_ = os.Rename(name, name+"b")
				_ = os.Remove(name + "b")
			}
		})
	}
	list, written := filepath.Join(t.TempDir(), "SHA256SUMS"), 0
	for range 60 {
		_, s := runCreate(t, Request{Request: job.Request{Root: root}, Output: list, Force: true})
		if s.Err != nil {
			t.Fatal(s.Err)
		}
		if !s.OK {
			if s.Counts[verdict.OK] < int64(len(still)) {
				t.Errorf("counts %v", s.Counts)
			}
			continue
		}
		written++
		names := listed(t, list)
		if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("%d names, not in order or not each once", len(names))
		}
		for _, name := range still {
			if _, is := slices.BinarySearch(names, name); !is {
				t.Errorf("%s is not listed", name)
			}
		}
	}
	t.Logf("%d lists were written", written)
}
