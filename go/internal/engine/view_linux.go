package engine

import (
	"syscall"
	"unsafe"

	"github.com/checksig/checksig/go/internal/problem"
)

// view is what a thread sees as its file system: its mounts, and its root.
type view struct{ mounts, device, root uint64 }

const (
	statxMountID = 0x1000            // STATX_MNT_ID, linux/stat.h, since Linux 5.8
	currentDir   = ^uintptr(100) + 1 // AT_FDCWD, of which an absolute path makes no use
)

// lookAround asks for the mount that is the root: each mount namespace has its own.
func lookAround() view {
	var s [32]uint64 // struct statx: the mask in 0, the inode in 4, the device in 17, the mount in 18
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

// lookAroundSlowly finds the namespace in /proc, which takes ten times as long.
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
// files come from it and keep it.
var loaded = lookAround()

// checkView compares the caller's view: in another one the same path may be
// another file, which the caller doesn't see at all.
func checkView() error {
	if lookAround() != loaded {
		return problem.New(problem.OtherMounts, "this thread has other mounts or another root directory than the engine, which keeps those it was loaded with; "+
			"use checksig for the first time after unshare, setns or chroot, or in a new process")
	}
	return nil
}
