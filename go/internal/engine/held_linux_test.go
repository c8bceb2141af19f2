package engine

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
)

// lease takes a lease on a file as a file server does, and calls broken when
// somebody else opens the file.
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
		t.Skip("no leases here: ", err)
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
	return treetest.Make(t, "a=in", "b=in", "SHA256SUMS="+hexOf("in")+"  a\n"+hexOf("in")+"  b\n")
}

func TestAFileThatAnotherProgramReleasesIsVerified(t *testing.T) {
	for _, name := range []string{"a", "SHA256SUMS"} {
		t.Run(name, func(t *testing.T) {
			root := leasedTree(t)
			lease(t, filepath.Join(root, name), afterAWhile)
			if results, s := run(t, Verify{Common: Common{Root: root}}); !s.OK {
				t.Errorf("got %+v, error %v", results, s.Err)
			}
		})
	}
}

func TestAFileThatAnotherProgramKeepsIsUnreadable(t *testing.T) {
	root := leasedTree(t)
	lease(t, filepath.Join(root, "a"), never)
	started := time.Now()
	results, s := run(t, Verify{Common: Common{Root: root}})
	took := time.Since(started)
	if len(results) != 1 || results[0].Status != Unreadable || !strings.Contains(results[0].Detail, "another program holds") || s.OK {
		t.Errorf("got %+v, ok %v", results, s.OK)
	}
	if took < patience || took > 3*patience {
		t.Errorf("it took %v", took)
	}
}

func TestAListThatAnotherProgramKeepsGivesNoVerdict(t *testing.T) {
	root := leasedTree(t)
	lease(t, filepath.Join(root, "SHA256SUMS"), never)
	if _, s := run(t, Verify{Common: Common{Root: root}}); s.Err == nil || !strings.Contains(s.Err.Error(), "another program holds") {
		t.Errorf("error %v", s.Err)
	}
}

func TestCancelEndsTheWaitForAFileThatAnotherProgramKeeps(t *testing.T) {
	root := leasedTree(t)
	ctx, cancel := context.WithCancel(t.Context())
	lease(t, filepath.Join(root, "a"), func(func()) { cancel() })
	job, err := StartVerify(ctx, Verify{Common: Common{Root: root}})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if _, s := drain(job); s.Err != problem.ErrCancelled || time.Since(started) > patience {
		t.Errorf("error %v after %v", s.Err, time.Since(started))
	}
}
