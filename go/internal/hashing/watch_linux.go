package hashing

import (
	"syscall"
	"time"
	"unsafe"
)

const (
	threadClock = 3 // CLOCK_THREAD_CPUTIME_ID in linux/time.h
	ofThread    = 1 // RUSAGE_THREAD in linux/resource.h
)

// threadTimes returns what the system has counted for the calling thread.
func threadTimes() times {
	var clock syscall.Timespec
	var usage syscall.Rusage
	id, _, _ := syscall.RawSyscall(syscall.SYS_GETTID, 0, 0, 0)
	if _, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&clock)), 0); errno != 0 {
		return times{}
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_GETRUSAGE, ofThread, uintptr(unsafe.Pointer(&usage)), 0); errno != 0 {
		return times{}
	}
	return times{int(id), time.Duration(clock.Nano()), int64(usage.Nvcsw)}
}
