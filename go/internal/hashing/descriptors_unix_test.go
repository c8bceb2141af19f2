//go:build unix

package hashing

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
)

// leaveDescriptors limits the process to this number of further open files.
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

func TestAWorkerWaitsForADescriptorWhileOthersGetOne(t *testing.T) {
	root := rootOf(t, "a=in")
	f := newFiles(func(int) digest.Algorithm { return digest.SHA256 }, "a")
	r := testRun(root, f, 1, false)
	restore := leaveDescriptors(t, 0)
	defer restore()
	others := time.NewTicker(10 * time.Millisecond)
	defer others.Stop()
	go func() {
		for ended := time.After(1500 * time.Millisecond); ; {
			select {
			case <-others.C:
				r.finished.Add(1) // as if another worker opened and closed a file
			case <-ended:
				restore()
				return
			}
		}
	}()
	if err := r.work(t.Context()); err != nil || f.outcomes[0].Err != nil {
		t.Errorf("error %v, read = %+v", err, f.outcomes[0])
	}
}

func TestALaneThatWaitsForADescriptorHasNoTurn(t *testing.T) {
	root := rootOf(t, "a=in")
	r := testRun(root, newFiles(func(int) digest.Algorithm { return digest.SHA256 }, "a"), 1, true)
	w := newWorker(r, false)
	for range len(w.pace.latest) {
		w.pace.observe(time.Second, 1)
	}
	w.fill(t.Context())
	restore := leaveDescriptors(t, 0)
	defer restore()
	r.share.TakeFile() // as if by a lane that waits for the turn
	w.fetch(t.Context())
	select {
	case l := <-w.arrived:
		if l.phase != starved || r.turns.isGiven() {
			t.Errorf("phase %v, a turn is given: %v; want %v, false", l.phase, r.turns.isGiven(), starved)
		}
	case <-time.After(time.Minute):
		t.Error("the lane waits for a descriptor with the turn")
	}
}

func TestAWorkerWaitsForAFreeDescriptor(t *testing.T) {
	root := rootOf(t, "a=in")
	restore := leaveDescriptors(t, 0)
	time.AfterFunc(50*time.Millisecond, restore)
	if o := readOne(t, root, "a", digest.SHA256); o.Err != nil {
		t.Errorf("read = %+v", o)
	}
}
