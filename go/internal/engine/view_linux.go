package engine

import "syscall"

// view is what a thread sees as its file system: its mounts, and its root.
type view struct{ mounts, device, root uint64 }

func lookAround() view {
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
		return &HostError{"this thread has other mounts or another root directory than the engine, which keeps those it was loaded with; " +
			"use checksig for the first time after unshare, setns or chroot, or in a new process"}
	}
	return nil
}
