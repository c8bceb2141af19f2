package mounts

import (
	"syscall"
	"unsafe"

	"github.com/checksig/checksig/go/internal/problem"
)

// view is the mount namespace and root directory of a thread.
type view struct{ mounts, device, root uint64 }

const (
	statxMountID = 0x1000            // STATX_MNT_ID, linux/stat.h, since Linux 5.8
	currentDir   = ^uintptr(100) + 1 // AT_FDCWD, ignored for an absolute path
)

// lookAround uses the mount ID of the root: every mount namespace has a different
// one.
func lookAround() view {
	var s [32]uint64 // struct statx: mask in 0, inode in 4, device in 17, mount ID in 18
	root := [2]byte{'/'}
	if sysStatx > 0 {
		_, _, err := syscall.Syscall6(sysStatx, currentDir, uintptr(unsafe.Pointer(&root[0])), 0,
			statxMountID, uintptr(unsafe.Pointer(&s[0])), 0)
		if err == 0 && s[0]&statxMountID != 0 {
			return view{s[18], s[17], s[4]}
		}
	}
	return lookAroundSlowly()
}

// lookAroundSlowly looks up the namespace in /proc, which takes ten times as long.
func lookAroundSlowly() view {
	var v view
	var s syscall.Stat_t
	if syscall.Stat("/proc/thread-self/ns/mnt", &s) == nil {
		v.mounts = s.Ino
	}
	if syscall.Stat("/", &s) == nil {
		v.device, v.root = uint64(s.Dev), s.Ino
	}
	return v
}

// loaded is the view of the thread that loaded the engine. The threads that read
// files inherit it.
var loaded = lookAround()

// Check returns an error if the view of the calling thread differs from the
// engine's: the same path might be a different file.
func Check() error {
	if lookAround() != loaded {
		return problem.New(problem.OtherMounts, "this thread sees different mounts or a different root directory than the engine, which keeps the view it was loaded with; "+
			"first use checksig after unshare, setns or chroot, or use a new process")
	}
	return nil
}
