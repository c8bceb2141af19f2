package verify

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// lease takes a lease on a file, as a file server does, and calls broken when
// another program opens the file.
func lease(t *testing.T, path string, broken func(release func())) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	opened := make(chan os.Signal, 1)
	signal.Notify(opened, syscall.SIGIO)
	t.Cleanup(func() { signal.Stop(opened); close(opened); f.Close() })
	if err := setLease(f, syscall.F_WRLCK); err != nil {
		t.Skip("leases are not supported here: ", err)
	}
	go func() {
		if _, ok := <-opened; ok {
			broken(func() { setLease(f, syscall.F_UNLCK) })
		}
	}()
}

func setLease(f *os.File, kind uintptr) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var number syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, number = syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_SETLEASE, kind)
	})
	if err == nil && number != 0 {
		err = number
	}
	return err
}

func afterAWhile(release func()) { time.AfterFunc(300*time.Millisecond, release) }

func never(func()) {}

func leasedTree(t *testing.T) string {
	return treetest.Make(t, "a=in", "b=in", "SHA256SUMS="+treetest.SHA256("in")+"  a\n"+treetest.SHA256("in")+"  b\n")
}

func TestAFileThatAnotherProgramReleasesIsVerified(t *testing.T) {
	for _, name := range []string{"a", "SHA256SUMS"} {
		t.Run(name, func(t *testing.T) {
			root := leasedTree(t)
			lease(t, filepath.Join(root, name), afterAWhile)
			if results, s := run(t, Request{Request: job.Request{Root: root}}); !s.OK {
				t.Errorf("got %+v, error %v", results, s.Err)
			}
		})
	}
}

func TestAFileThatAnotherProgramKeepsIsUnreadable(t *testing.T) {
	root := leasedTree(t)
	lease(t, filepath.Join(root, "a"), never)
	started := time.Now()
	results, s := run(t, Request{Request: job.Request{Root: root}})
	took := time.Since(started)
	if len(results) != 1 || results[0].Status != verdict.Unreadable || !strings.Contains(results[0].Detail, "another program holds") || s.OK {
		t.Errorf("got %+v, ok %v", results, s.OK)
	}
	if took < tree.Patience || took > 3*tree.Patience {
		t.Errorf("it took %v", took)
	}
}

func TestAListThatAnotherProgramKeepsGivesNoVerdict(t *testing.T) {
	root := leasedTree(t)
	lease(t, filepath.Join(root, "SHA256SUMS"), never)
	if _, s := run(t, Request{Request: job.Request{Root: root}}); s.Err == nil || !strings.Contains(s.Err.Error(), "another program holds") {
		t.Errorf("error %v", s.Err)
	}
}

func TestCancelEndsTheWaitForAFileThatAnotherProgramKeeps(t *testing.T) {
	root := leasedTree(t)
	ctx, cancel := context.WithCancel(t.Context())
	lease(t, filepath.Join(root, "a"), func(func()) { cancel() })
	j, err := Start(ctx, Request{Request: job.Request{Root: root}})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if _, s := jobtest.Drain(j); s.Err != problem.ErrCancelled || time.Since(started) > tree.Patience {
		t.Errorf("error %v after %v", s.Err, time.Since(started))
	}
}
