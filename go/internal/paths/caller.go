package paths

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/checksig/checksig/go/internal/problem"
)

// caller is the process whose paths these are, if that is another one.
var caller struct {
	another bool
	pid     int // 0: /proc doesn't show it
}

// ActFor makes every path mean what it means in another process. It has to be called
// before the first path is located.
//
// The working directory of this process means nothing then. Directories and root are
// the same in both, except where the system has a file of each process: /proc/self.
func ActFor(pid int) {
	caller.another = true
	if self, err := os.Readlink("/proc/self"); err == nil && self == strconv.Itoa(os.Getpid()) {
		caller.pid = pid
	}
}

// ofThreads mean something else in every thread, and who calls doesn't say which one it is.
const ofThreads = "/proc/thread-self"

// own are the paths that mean something else in every process, and what is there for
// the caller beneath its directory in /proc.
var own = []struct{ path, at string }{
	{"/proc/self", ""}, {ofThreads, ""}, {"/dev/fd", "/fd"},
	{"/dev/stdin", "/fd/0"}, {"/dev/stdout", "/fd/1"}, {"/dev/stderr", "/fd/2"},
}

// OfCaller returns the path by which this process reaches what an absolute path means
// in the caller.
func OfCaller(path string) (string, error) {
	if !caller.another {
		return path, nil
	}
	clean := filepath.Clean(path)
	for _, o := range own {
		rest, ok := strings.CutPrefix(clean, o.path)
		switch {
		case !ok || rest != "" && rest[0] != '/':
		case o.path == ofThreads:
			return "", problem.New(problem.OtherMounts, "%q means another file in each thread, and the engine is in a process of its own here", path)
		case caller.pid == 0:
			return "", problem.New(problem.OtherMounts, "%q means another file in each process, and the engine is in a process of its own here", path)
		default:
			return fmt.Sprintf("/proc/%d%s%s", caller.pid, o.at, rest), nil
		}
	}
	return path, nil
}

// workingDirectory returns where relative paths start if nobody says it.
func workingDirectory() (string, error) {
	if caller.another {
		return "", syscall.ENOENT
	}
	return syscall.Getwd() // os.Getwd trusts $PWD, where a link may be swapped
}
