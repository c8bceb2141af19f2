// Package tree opens files beneath a root directory and walks it.
//
// A name is resolved by the operating system, one open file handle at a time,
// and never leaves the root: not by "..", not by an absolute name, not by a
// symbolic link, even if another program swaps directories and links meanwhile. A
// link or a name that stays inside is followed, relative or absolute. Only regular
// files are returned, and opening anything else never blocks.
//
// Links may be allowed to lead to other directories. A file that such a link leads to
// is opened beneath the allowed directory, as strictly as beneath the root. A name
// itself still never leaves the root.
//
// What is not promised: mounts and hard links beneath the root are part of it,
// and opening a device may have side effects of the device's own. A directory that
// is moved out of the root may still be read by calls that are opening a name in it;
// on Linux, for names longer than the longest path, up to 50 ms later.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrOutside is the error for a name that leads outside the root.
var ErrOutside = errors.New("leads outside the root")

// LinkOutsideError is an ErrOutside that is due to a link.
type LinkOutsideError struct {
	Directory string // where the link leads, by its text
}

func (e *LinkOutsideError) Error() string { return ErrOutside.Error() }

// Is makes errors.Is take it for ErrOutside.
func (e *LinkOutsideError) Is(err error) bool { return err == ErrOutside }

// NotRegularError is the error for a name of anything but a regular file.
type NotRegularError struct{ Kind string }

func (e *NotRegularError) Error() string { return "is a " + e.Kind }

// IsMissing reports whether no file has the name. This includes a path through
// something that is not a directory.
func IsMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// LeadsNowhere reports whether a link leads to a missing file, to itself, or to a
// name that no file can have.
func LeadsNowhere(err error) bool {
	return IsMissing(err) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENAMETOOLONG)
}

// IsNoFile reports whether a path could not be opened because it is that of something
// else, or of a link that leads nowhere. A file that has just been removed is neither.
func IsNoFile(path string, err error) bool {
	var special *NotRegularError
	if errors.As(err, &special) || !LeadsNowhere(err) {
		return special != nil
	}
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// Info is the state of a file. It shows whether the file has changed since.
type Info struct {
	Size    int64 // in bytes
	ModTime int64 // in nanoseconds since 1970
	Identity
}

// Identity is the same for all names of a file, and for no two files at a time. It is zero
// where the system doesn't tell.
type Identity struct{ Inode, Device uint64 }

// Root is an open directory. It is safe for concurrent use.
type Root struct {
	path    string // absolute, as given
	dir     *os.Root
	all     bool    // whether it is the root of the file system
	allowed []*Root // links may lead to these directories too
	absolutes
	platform
}

// Open opens the directory at an absolute path as a root.
func Open(path string) (*Root, error) {
	dir, err := os.OpenRoot(directoryPath(path))
	if err != nil {
		return nil, err
	}
	r := &Root{path: path, dir: dir, all: isTop(path)}
	if err := r.start(); err != nil {
		dir.Close()
		return nil, err
	}
	return r, nil
}

// isTop reports whether an absolute path leads to the root of the file system. It
// resolves links if there is a "..", because ".." after a link leads elsewhere than
// the text suggests.
func isTop(path string) bool {
	if strings.Contains(path, "..") {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return false
		}
		path = real
	}
	return filepath.Clean(path) == string(filepath.Separator)
}

// All reports whether the root is that of the file system, so that every file is
// beneath it.
func (r *Root) All() bool { return r.all }

// Path returns the root's absolute path.
func (r *Root) Path() string { return r.path }

// Close releases the root and the allowed directories. Files opened beneath them stay
// open.
func (r *Root) Close() error {
	for _, a := range r.allowed {
		a.Close()
	}
	r.stop()
	return r.dir.Close()
}

// openPortable opens name through os.Root, on systems without a call that keeps a
// name beneath a directory.
func (r *Root) openPortable(name string) (f *os.File, err error) {
	err = r.within(name, func(dir *os.Root, name string) (err error) {
		f, err = dir.OpenFile(name, openFlags, 0)
		return err
	})
	return f, err
}

// sizePortable is Opener.Size on such systems.
func (r *Root) sizePortable(name string) (size int64, err error) {
	err = r.within(name, func(dir *os.Root, name string) error {
		info, err := dir.Stat(name)
		if err == nil {
			size = info.Size()
		}
		return err
	})
	return size, err
}

// within calls do with name in the form that os.Root accepts. If os.Root refuses a
// link, it calls do again with the resolved name: os.Root refuses all absolute links,
// also those that stay inside, and knows no allowed directories.
func (r *Root) within(name string, do func(*os.Root, string) error) error {
	name, err := r.local(name)
	if err != nil {
		return err
	}
	if err = do(r.dir, name); !isEscape(err) {
		return err
	}
	at, name, err := r.resolve(name)
	if err != nil {
		return err
	}
	if err = do(at.dir, name); isEscape(err) {
		return ErrOutside
	}
	return err
}

// local returns name in the form that os.Root accepts.
func (r *Root) local(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	if r.all {
		if name = strings.TrimLeft(name, "/"); name == "" {
			name = "."
		}
	}
	if filepath.IsAbs(name) {
		inside, err := r.Inside(name)
		if err != nil {
			return "", err
		}
		name = inside
	}
	if filepath.VolumeName(name) != "" || name != "" && os.IsPathSeparator(name[0]) {
		return "", ErrOutside
	}
	// A name that ends in a slash is a directory's; see CVE-2026-39822.
	if strings.HasSuffix(name, "/") {
		return "", &NotRegularError{"directory"}
	}
	return name, nil
}

// isEscape reports whether os.Root has refused a name. Unlike an error of the
// operating system, such an error has no error number.
func isEscape(err error) bool {
	var number syscall.Errno
	return err != nil && !errors.As(err, &number) && !errors.Is(err, fs.ErrClosed)
}

// leadsUp reports whether an element of a name is "..".
func leadsUp(name string) bool {
	name = filepath.ToSlash(name)
	return name == ".." || strings.HasPrefix(name, "../") || strings.HasSuffix(name, "/..") || strings.Contains(name, "/../")
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "directory"
	case mode&fs.ModeNamedPipe != 0:
		return "FIFO"
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeDevice != 0:
		return "device"
	case mode&fs.ModeSymlink != 0:
		return "symbolic link"
	}
	return fmt.Sprintf("special file (%v)", mode.Type())
}

// tidy turns errors of the operating system into errors of this package. Sockets and
// devices without a driver can't be opened at all.
func tidy(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	if errors.Is(err, syscall.EAGAIN) {
		return errBusy
	}
	if errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.EOPNOTSUPP) {
		return &NotRegularError{"socket or device"}
	}
	return err
}

func stateOf(f fs.FileInfo) Info {
	return Info{f.Size(), f.ModTime().UnixNano(), identityOf(f)}
}

// inspect is File.Info for an os.File.
func inspect(f *os.File) (Info, error) {
	info, err := f.Stat()
	if err != nil {
		return Info{}, err
	}
	if !info.Mode().IsRegular() {
		return Info{}, &NotRegularError{kindOf(info.Mode())}
	}
	return stateOf(info), nil
}

// OpenPath opens a regular file at any path, and never blocks.
func OpenPath(path string) (*os.File, error) {
	f, err := os.OpenFile(path, openFlags, 0)
	if err != nil {
		return nil, tidy(err)
	}
	if _, err := inspect(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Dir returns the root as an os.Root, for calls that are not made for every file.
func (r *Root) Dir() *os.Root { return r.dir }

// OpenFile opens the regular file with this name beneath the root. Opener is faster
// for many files.
func (r *Root) OpenFile(name string) (*os.File, error) {
	f, err := r.openPortable(name)
	if err != nil {
		return nil, tidy(err)
	}
	if _, err := inspect(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
