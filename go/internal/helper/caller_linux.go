package helper

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/checksig/checksig/go/internal/problem"
)

const (
	receiveFlags = syscall.MSG_CMSG_CLOEXEC
	pidfdOpen    = 434 // the same on every architecture, since Linux 5.3
)

// endWith ends this process at once when another one has, as if they were one: whoever
// killed it may do its work anew. The end of standard input tells less, since a fork of
// that process may hold its other end.
func endWith(caller int) {
	if fd, _, failed := syscall.Syscall(pidfdOpen, uintptr(caller), 0, 0); failed == 0 && caller > 0 {
		waitFor(int(fd))
	}
	for os.Getppid() == caller {
		time.Sleep(time.Second)
	}
	os.Exit(0)
}

// waitFor waits, without a thread, until there is something to read.
func waitFor(fd int) {
	if syscall.SetNonblock(fd, true) != nil {
		return
	}
	raw, err := os.NewFile(uintptr(fd), "process").SyscallConn()
	if err != nil {
		return
	}
	waited := false
	raw.Read(func(uintptr) bool {
		defer func() { waited = true }()
		return waited
	})
}

// leaveDirectory goes where no file of anyone's is, so that a path that leads through
// /proc/self/cwd by a link finds none. It holds no file system back from unmounting.
func leaveDirectory() {
	for _, directory := range []string{"/proc/self/ns", "/"} {
		if os.Chdir(directory) == nil {
			return
		}
	}
}

var errRights = problem.New(problem.OtherMounts, "the process has given up rights that this process of the engine still has")

// sameRights returns an error if this process has rights that the caller has not: it may
// have given them up since it started this process, and must not have them by its help.
// Python starts another process then; so this refuses only what others try.
func sameRights(caller int) error {
	self, err := os.Readlink("/proc/self")
	if err != nil || self != strconv.Itoa(os.Getpid()) || caller == 0 {
		return nil // /proc is not there, or shows other processes by these numbers
	}
	ours, err := rightsOf(self)
	if err != nil {
		return nil
	}
	theirs, err := rightsOf(strconv.Itoa(caller))
	if err != nil || ours.exceed(theirs) {
		return errRights
	}
	return nil
}

// rights are what a process may do, as far as it can give it up.
type rights struct {
	user, group   string // effective
	capabilities  uint64
	noNew, filter uint64 // what it has given up
}

// The capabilities by which a process can become any user, or of any group.
const (
	capSetgid = 1 << 6
	capSetuid = 1 << 7
)

func (r rights) exceed(other rights) bool {
	return r.capabilities&^other.capabilities != 0 ||
		r.user != other.user && other.capabilities&capSetuid == 0 ||
		r.group != other.group && other.capabilities&capSetgid == 0 ||
		r.noNew < other.noNew || r.filter < other.filter
}

func rightsOf(process string) (r rights, err error) {
	text, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return r, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		fields := strings.Fields(value)
		switch {
		case name == "Uid" && len(fields) == 4:
			r.user = fields[1]
		case name == "Gid" && len(fields) == 4:
			r.group = fields[1]
		case name == "CapEff" && len(fields) == 1:
			r.capabilities, err = strconv.ParseUint(fields[0], 16, 64)
		case name == "NoNewPrivs" && len(fields) == 1:
			r.noNew, err = strconv.ParseUint(fields[0], 10, 64)
		case name == "Seccomp_filters" && len(fields) == 1:
			r.filter, err = strconv.ParseUint(fields[0], 10, 64)
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
	}
	if r.user == "" || r.group == "" {
		return r, errors.New("no user or group")
	}
	return r, nil
}
