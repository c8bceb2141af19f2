package hashing

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// watched returns the wait that a watch estimates for one fetch, and the time in which
// its thread was not on a core.
func watched(fetch func()) (waited, away time.Duration) {
	w := watch{fetches: sampled - 1}
	started, onCore := time.Now(), threadTimes().onCore
	w.start()
	fetch()
	took := time.Since(started)
	waited = w.stop(took, 1) / sampled
	return waited, took - (threadTimes().onCore - onCore)
}

func TestAThreadThatSleepsInACallWaits(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	waited, away := watched(func() {
		left := syscall.NsecToTimespec(int64(20 * time.Millisecond))
		for errno := syscall.EINTR; errno == syscall.EINTR; {
			_, _, errno = syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&left)), uintptr(unsafe.Pointer(&left)), 0)
		}
	})
	if waited < 15*time.Millisecond {
		t.Errorf("waited %v of %v", waited, away)
	}
}

func TestAThreadThatSharesItsCoreDoesNotWait(t *testing.T) {
	var stop atomic.Bool
	defer stop.Store(true)
	spins, result := make(chan struct{}), make(chan string)
	go func() {
		runtime.LockOSThread() // for good: its thread ends with it, and keeps no core
		stayOnFirstCore(t)
		close(spins)
		for !stop.Load() {
		}
	}()
	go func() {
		<-spins
		runtime.LockOSThread()
		stayOnFirstCore(t)
		result <- shareCore()
	}()
	if wrong := <-result; wrong != "" {
		t.Error(wrong)
	}
}

// shareCore takes as long as a few slow fetches, and returns what is wrong with their
// waits. The Go runtime may interrupt some of them, which looks like a wait.
func shareCore() (wrong string) {
	shared, waiting := 0, 0
	for range 100 {
		waited, away := watched(func() {
			for started := time.Now(); time.Since(started) < 4*time.Millisecond; {
			}
		})
		if away < time.Millisecond {
			continue
		}
		shared++
		if waited > 0 {
			waiting++
		}
	}
	if shared == 0 || waiting > shared/2 {
		return fmt.Sprintf("%d of %d fetches on a shared core waited", waiting, shared)
	}
	return ""
}

// stayOnFirstCore keeps the calling thread on the first core that it may use.
func stayOnFirstCore(t *testing.T) {
	t.Helper()
	var mask [128]byte
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, uintptr(len(mask)), uintptr(unsafe.Pointer(&mask))); errno != 0 {
		t.Error(errno)
	}
	first := false
	for i := range mask {
		if first {
			mask[i] = 0
		} else if mask[i] != 0 {
			mask[i], first = mask[i]&-mask[i], true
		}
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, uintptr(len(mask)), uintptr(unsafe.Pointer(&mask))); errno != 0 {
		t.Error(errno)
	}
}
