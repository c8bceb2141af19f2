//go:build unix

package engine

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
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

func TestAWorkerWaitsForADescriptorAsLongAsOthersGetSome(t *testing.T) {
	root := rootOf(t, "a=in")
	f := &files{[]string{"a"}, func(int) digest.Algorithm { return digest.SHA256 }, make([]reading, 1)}
	job := bareJob()
	restore := leaveDescriptors(t, 0)
	defer restore()
	others := time.NewTicker(10 * time.Millisecond)
	defer others.Stop()
	go func() {
		for ended := time.After(1500 * time.Millisecond); ; {
			select {
			case <-others.C:
				job.openings.Add(1) // and closed at once
			case <-ended:
				restore()
				return
			}
		}
	}()
	if err := job.work(t.Context(), root, 1, newAgenda(f), rotating(false)); err != nil || f.readings[0].status != OK {
		t.Errorf("error %v, read = %+v", err, f.readings[0])
	}
}

func TestWhoWaitsForADescriptorHasNoTurn(t *testing.T) {
	root := rootOf(t, "a=in")
	f := &files{[]string{"a"}, func(int) digest.Algorithm { return digest.SHA256 }, make([]reading, 1)}
	job, turns := bareJob(), rotating(true)
	w := newWorker(job, root, newAgenda(f), turns)
	w.pace = pace{average: time.Second, slow: true}
	w.take()
	restore := leaveDescriptors(t, 0)
	defer restore()
	job.share.TakeFile() // by somebody who waits for the turn
	w.fetch(t.Context())
	select {
	case l := <-w.arrived:
		if !l.starved || len(turns.one) > 0 {
			t.Errorf("starved %v, %d turns are taken", l.starved, len(turns.one))
		}
	case <-time.After(time.Minute):
		t.Error("the turn was kept while it waited")
	}
}

func TestAWorkerWaitsForAFreeDescriptor(t *testing.T) {
	root := rootOf(t, "a=in")
	restore := leaveDescriptors(t, 0)
	time.AfterFunc(50*time.Millisecond, restore)
	if r := readOne(t, root, "a", digest.SHA256); r.status != OK {
		t.Errorf("read = %+v", r)
	}
}
