//go:build unix

package hashing

import (
	"syscall"
	"time"
)

// coreTime returns the time of all of the process's threads on cores so far.
func coreTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
