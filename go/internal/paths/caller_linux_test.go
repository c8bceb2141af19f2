package paths

import (
	"fmt"
	"os"
	"testing"

	"github.com/checksig/checksig/go/internal/problem"
)

func actFor(t *testing.T, pid int) {
	old := caller
	t.Cleanup(func() { caller = old })
	ActFor(pid)
}

func TestAPathMeansWhatItMeansToTheCaller(t *testing.T) {
	pid := os.Getppid()
	actFor(t, pid)
	for _, tt := range []struct{ path, at string }{
		{"/a/b", "/a/b"},
		{"/proc/self/cwd/f", fmt.Sprintf("/proc/%d/cwd/f", pid)},
		{"/proc/./self/root", fmt.Sprintf("/proc/%d/root", pid)},
		{"//dev/../dev/stdin", fmt.Sprintf("/proc/%d/fd/0", pid)},
		{"/proc/selfish", "/proc/selfish"},
		{"/dev/fd/63", fmt.Sprintf("/proc/%d/fd/63", pid)},
		{"/dev/stdin", fmt.Sprintf("/proc/%d/fd/0", pid)},
		{"/dev/stdin2", "/dev/stdin2"},
	} {
		got, err := From("").Locate(tt.path)
		if err != nil || got != (Path{tt.path, tt.at}) {
			t.Errorf("%q is %+v, %v; want %q", tt.path, got, err, tt.at)
		}
	}
	if got, err := From("/dev").Locate("stdin"); err != nil || got.At != fmt.Sprintf("/proc/%d/fd/0", pid) {
		t.Errorf("a relative path is %+v, %v", got, err)
	}
}

func TestAPathOfEachThreadIsRefused(t *testing.T) {
	actFor(t, os.Getppid())
	for _, path := range []string{"/proc/thread-self", "/proc/thread-self/cwd/f", "/proc/./thread-self/fd/0"} {
		if got, err := OfCaller(path); err == nil || problem.From(err).Code != problem.OtherMounts {
			t.Errorf("%q is %q, %v", path, got, err)
		}
	}
}

func TestThisProcesssWorkingDirectoryMeansNothingToTheCaller(t *testing.T) {
	actFor(t, os.Getppid())
	if got, err := From("").Locate("f"); err == nil || problem.From(err).Code != problem.WorkingDirectoryGone {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestACallerThatProcDoesNotShowHasNoFilesThere(t *testing.T) {
	actFor(t, 0)
	for _, path := range []string{"/proc/self/fd/3", "/dev/fd/3", "/dev/stdin"} {
		if got, err := OfCaller(path); err == nil {
			t.Errorf("%q is %q", path, got)
		}
	}
	if got, err := OfCaller("/a"); got != "/a" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
