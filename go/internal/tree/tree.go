// Package tree opens files beneath a root folder and walks it.
//
// A name is resolved by the operating system, one open file handle at a time,
// and never leaves the root: not by "..", not by an absolute name, not by a
// symbolic link, also when somebody swaps folders and links meanwhile. A link or
// a name that stays inside is followed, relative or absolute. Only regular files are
// handed out, and opening anything else never blocks.
//
// What is not promised: mounts and hard links beneath the root are part of it,
// and opening a device may have side effects of the device's own. A directory that
// is moved out of the root may still be read from by those who are opening a name
// in it; on Linux, for names longer than a path may be, up to 50 ms later.
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

// NotRegularError is the error for a name that isn't a regular file's.
type NotRegularError struct{ Kind string }

func (e *NotRegularError) Error() string { return "is a " + e.Kind }

// IsMissing says that nothing is there by the name. A path through something
// that is no folder names nothing either.
func IsMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// LeadsNowhere says that a link leads to nothing, in a circle, or to a name that no
// file can have.
func LeadsNowhere(err error) bool {
	return IsMissing(err) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENAMETOOLONG)
}

// Info is what tells a file from its later states.
type Info struct {
	Size    int64 // in bytes
	ModTime int64 // in nanoseconds since 1970
}

// Root is an open folder. It is safe for use by several goroutines.
type Root struct {
	path string // absolute, as it was given
	dir  *os.Root
	all  bool // the root of the file system: every file is beneath it
	absolutes
	platform
}

// Open opens the directory at an absolute path as a root.
func Open(path string) (*Root, error) {
	dir, err := os.OpenRoot(folderPath(path))
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

// isTop says that an absolute path leads to the root of the file system. Behind a
// link ".." is not what it reads as.
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

// All says that the root is the file system's: every file is beneath it.
func (r *Root) All() bool { return r.all }

// Path is the root's absolute path.
func (r *Root) Path() string { return r.path }

// Close releases the root. Files opened beneath it stay open.
func (r *Root) Close() error {
	r.stop()
	return r.dir.Close()
}

// openPortable opens name through os.Root, on systems whose kernel can't keep a
// name beneath a folder in one call.
func (r *Root) openPortable(name string) (f *os.File, err error) {
	err = r.within(name, func(name string) (err error) {
		f, err = r.dir.OpenFile(name, openFlags, 0)
		return err
	})
	return f, err
}

// sizePortable is Opener.Size where the kernel can't help.
func (r *Root) sizePortable(name string) (size int64, err error) {
	err = r.within(name, func(name string) error {
		info, err := r.dir.Stat(name)
		if err == nil {
			size = info.Size()
		}
		return err
	})
	return size, err
}

// within calls do with name as os.Root takes it, and where that finds a link
// that seems to lead outside, once more with the name that resolve finds.
func (r *Root) within(name string, do func(string) error) error {
	name, err := r.local(name)
	if err != nil {
		return err
	}
	if err = do(name); !isEscape(err) {
		return err
	}
	if name, err = r.Resolve(name); err != nil {
		return err
	}
	if err = do(name); isEscape(err) {
		return ErrOutside
	}
	return err
}

// local makes name one that os.Root takes.
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
	// A name that ends in a slash is a folder's; CVE-2026-39822 was about these.
	if strings.HasSuffix(name, "/") {
		return "", &NotRegularError{"directory"}
	}
	return name, nil
}

// isEscape recognises os.Root's refusal: unlike everything the operating system
// refuses, it carries no error number.
func isEscape(err error) bool {
	var number syscall.Errno
	return err != nil && !errors.As(err, &number) && !errors.Is(err, fs.ErrClosed)
}

// leadsUp says that one of the elements of a name is "..".
func leadsUp(name string) bool {
	name = filepath.ToSlash(name)
	return name == ".." || strings.HasPrefix(name, "../") || strings.HasSuffix(name, "/..") || strings.Contains(name, "/../")
}

const maxLinks = 40 // links followed for one name, as Linux has it

// Resolve follows the links in name, absolute ones too, and returns a name
// without links, or ErrOutside. It only finds the way: nothing it says is
// trusted, the open that follows enforces the root again.
func (r *Root) Resolve(name string) (string, error) {
	way := passage{root: r, todo: strings.Split(filepath.ToSlash(name), "/")}
	for len(way.todo) > 0 {
		part := way.todo[0]
		way.todo = way.todo[1:]
		if err := way.step(part); err != nil {
			return "", err
		}
	}
	if len(way.done) == 0 {
		return ".", nil
	}
	return strings.Join(way.done, "/"), nil
}

// passage is how far a name is resolved: done holds no links.
type passage struct {
	root       *Root
	done, todo []string
	links      int
}

func (p *passage) step(part string) error {
	switch part {
	case "", ".":
		return nil
	case "..":
		return p.up()
	}
	p.done = append(p.done, part)
	target, err := p.root.dir.Readlink(strings.Join(p.done, "/"))
	if err != nil {
		return nil // not a link, or not there: the open will tell
	}
	if p.links++; p.links > maxLinks {
		return syscall.ELOOP
	}
	p.done = p.done[:len(p.done)-1]
	return p.follow(target)
}

func (p *passage) up() error {
	if len(p.done) == 0 {
		if p.root.all {
			return nil
		}
		return ErrOutside
	}
	if info, err := p.root.dir.Lstat(strings.Join(p.done, "/")); err != nil || !info.IsDir() {
		return syscall.ENOTDIR
	}
	p.done = p.done[:len(p.done)-1]
	return nil
}

func (p *passage) follow(target string) error {
	if filepath.IsAbs(target) {
		inside, err := p.root.Inside(target)
		if err != nil {
			return err
		}
		target, p.done = inside, nil
	}
	p.todo = append(strings.Split(filepath.ToSlash(target), "/"), p.todo...)
	return nil
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

// tidy turns what the operating system says of a name into this package's
// errors. Sockets and devices without a driver refuse to be opened at all.
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

// inspect reads what File.Info tells from an os.File.
func inspect(f *os.File) (Info, error) {
	info, err := f.Stat()
	if err != nil {
		return Info{}, err
	}
	if !info.Mode().IsRegular() {
		return Info{}, &NotRegularError{kindOf(info.Mode())}
	}
	return Info{info.Size(), info.ModTime().UnixNano()}, nil
}

// OpenPath opens a regular file that the user named, wherever it is, without
// ever blocking.
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

// Dir is the root as an os.Root, for what is not on the way of every file.
func (r *Root) Dir() *os.Root { return r.dir }

// OpenFile opens the regular file that name means beneath the root, for what is
// read once.
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
