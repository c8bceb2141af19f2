package hashing

import (
	"syscall"
	"time"
)

// coreTime returns the time of all of the process's threads on cores so far.
func coreTime() time.Duration {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(process, &created, &exited, &kernel, &user) != nil {
		return 0
	}
	return time.Duration(hundreds(kernel)+hundreds(user)) * 100
}

func hundreds(t syscall.Filetime) int64 { return int64(t.HighDateTime)<<32 + int64(t.LowDateTime) }
