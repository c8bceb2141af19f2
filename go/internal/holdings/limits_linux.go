package holdings

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

const (
	limitProcesses = 6 // RLIMIT_NPROC, asm-generic/resource.h; package syscall lacks it

	// A limited address space must hold the memory that Go reserves, and for each
	// thread its stack and the memory that malloc reserves.
	reservedSpace = 2 << 30
	threadSpace   = 16 << 20
)

// threadLimit returns how many threads may be in system calls at once. It stays below
// the limits of the process, because Go ends the process if it can't create a thread.
func threadLimit() int64 {
	own := int64(runtime.NumCPU() + 10)
	room := min(taskRoom()-own, (spaceRoom()-reservedSpace)/threadSpace)
	return max(1, min(maxThreads, room))
}

// taskRoom returns how many more threads the process may create, as far as is known.
// It counts all threads of the system as the user's, so near the user's limit it may
// return too few. That is the safe side.
func taskRoom() int64 {
	room := int64(unlimited)
	if limit := limitOf(limitProcesses); limit < unlimited {
		room = limit - systemTasks()
	}
	text, _ := os.ReadFile("/proc/self/cgroup")
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) == 3 && (fields[1] == "" || fields[1] == "pids") {
			room = min(room, groupRoom("/sys/fs/cgroup"+fields[2]), groupRoom("/sys/fs/cgroup/pids"+fields[2]))
		}
	}
	return min(room, groupRoom("/sys/fs/cgroup")) // the namespace's own root
}

func groupRoom(directory string) int64 {
	most, ok := number(directory + "/pids.max")
	now, known := number(directory + "/pids.current")
	if !ok || !known {
		return unlimited
	}
	return most - now
}

func number(file string) (int64, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n, err == nil // "max" is not a number
}

func systemTasks() int64 {
	text, _ := os.ReadFile("/proc/loadavg") // "0.00 0.01 0.05 1/85 6840"
	fields := strings.Fields(string(text))
	if len(fields) < 4 {
		return 0
	}
	_, tasks, _ := strings.Cut(fields[3], "/")
	n, _ := strconv.ParseInt(tasks, 10, 64)
	return n
}

// spaceRoom returns the unused address space of the process, in bytes.
func spaceRoom() int64 {
	limit := limitOf(syscall.RLIMIT_AS)
	text, err := os.ReadFile("/proc/self/statm")
	if limit == unlimited || err != nil {
		return unlimited
	}
	pages, _, _ := strings.Cut(string(text), " ")
	n, _ := strconv.ParseInt(pages, 10, 64)
	return limit - n*int64(os.Getpagesize())
}
