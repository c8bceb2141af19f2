package create

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

// Package syscall lacks these constants. They are the same on every architecture
// that Go supports.
const (
	nameless      = syscall.O_DIRECTORY | 0x400000 // O_TMPFILE
	followLink    = 0x400                          // AT_SYMLINK_FOLLOW
	atWorkingPath = -0x64                          // AT_FDCWD
)

// openNameless creates a file without a name. The system removes it when the process
// ends, even if it is killed. Some file systems don't support such files, and without
// /proc they can't be named.
var openNameless = func(directory string, mode fs.FileMode) (*os.File, error) {
	f, err := os.OpenFile(directory, os.O_RDWR|nameless, mode)
	if err != nil {
		return nil, err
	}
	err = withPath(f, func(path string) error {
		_, err := os.Readlink(path)
		return err
	})
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// giveName names a nameless file, unless the name exists.
var giveName = func(f *os.File, name string) error {
	return withPath(f, func(path string) error { return link(path, name) })
}

// withPath calls do with a path of an open file, and keeps the file open meanwhile.
func withPath(f *os.File, do func(path string) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = do(fmt.Sprintf("/proc/self/fd/%d", fd)) })
	if err == nil {
		err = failed
	}
	return err
}

// link is like os.Link, but follows from if it is a symbolic link.
func link(from, to string) error {
	old, err := syscall.BytePtrFromString(from)
	if err != nil {
		return err
	}
	name, err := syscall.BytePtrFromString(to)
	if err != nil {
		return err
	}
	here := atWorkingPath
	for {
		_, _, number := syscall.Syscall6(syscall.SYS_LINKAT, uintptr(here), uintptr(unsafe.Pointer(old)),
			uintptr(here), uintptr(unsafe.Pointer(name)), followLink, 0)
		switch number {
		case 0:
			return nil
		case syscall.EINTR:
		default:
			return &os.LinkError{Op: "link", Old: from, New: to, Err: number}
		}
	}
}
