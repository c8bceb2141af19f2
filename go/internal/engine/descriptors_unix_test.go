//go:build unix

package engine

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// leaveDescriptors lets the process open only so many files more.
func leaveDescriptors(t *testing.T, free int) (restore func()) {
	t.Helper()
	next, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	low := old
	low.Cur = uint64(next.Fd()) + uint64(free)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low); err != nil {
		t.Skip(err)
	}
	return func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old) }
}

func TestAWorkerWaitsForAFreeDescriptor(t *testing.T) {
	root, err := tree.Open(treetest.Make(t, "a=in"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	restore := leaveDescriptors(t, 0)
	time.AfterFunc(50*time.Millisecond, restore)
	if r := readOne(t, root, "a", digest.SHA256); r.status != OK {
		t.Errorf("read = %+v", r)
	}
}
