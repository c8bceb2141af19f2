package tree

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// O_NONBLOCK keeps the open of a FIFO from waiting for a writer, and reads of a few
// regular files in /proc from blocking.
const openFlags = syscall.O_RDONLY | syscall.O_NONBLOCK | syscall.O_CLOEXEC | syscall.O_NOCTTY | syscall.O_LARGEFILE

// From linux/openat2.h; package syscall lacks these constants. The call exists since
// Linux 5.6, with the same number on every architecture that Go supports.
const (
	sysOpenat2     = 437
	resolveBeneath = 0x08
	openPath       = 0x200000 // O_PATH
)

type openHow struct{ flags, mode, resolve uint64 }

type platform struct {
	handle   *os.File // the root again, for calls that os.Root lacks
	fd       int
	kernel   bool // whether openat2 works; an old kernel lacks it, and a sandbox may forbid it
	prefixes prefixes
}

func (r *Root) start() error {
	// With O_NONBLOCK, which a directory ignores, package os leaves out calls that set it.
	handle, err := r.dir.OpenFile(".", syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	raw, err := handle.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { r.fd = int(fd) })
	}
	if err != nil {
		handle.Close()
		return err
	}
	r.handle = handle
	probe := Opener{root: r}
	fd, err := probe.openat2(r.fd, ".", openPath, false)
	if r.kernel = err == nil; r.kernel {
		syscall.Close(fd)
	}
	return nil
}

func (r *Root) stop() {
	r.prefixes.stop()
	r.handle.Close()
}

// Opener opens files beneath a root, for one goroutine, without allocating.
type Opener struct {
	root *Root
	path []byte
	how  openHow
}

// Opener returns a new opener.
func (r *Root) Opener() *Opener { return &Opener{root: r} }

// File is an open regular file.
type File struct {
	fd   int
	slow *os.File // set if it was opened without openat2
}

// Open opens the regular file with this name beneath the root.
func (o *Opener) Open(name string) (File, Info, error) {
	f, err := o.open(name)
	if err != nil {
		return File{}, Info{}, tidy(err)
	}
	info, err := f.Info()
	if err != nil {
		f.Close()
		return File{}, Info{}, err
	}
	return f, info, nil
}

func (o *Opener) open(name string) (File, error) {
	if !o.root.kernel {
		return o.openSlow(name)
	}
	fd, err := o.beneath(name, openFlags)
	if err == errSlow {
		return o.openSlow(name)
	}
	return File{fd: fd}, err
}

func (o *Opener) openSlow(name string) (File, error) {
	f, err := o.root.openPortable(name)
	if err != nil {
		return File{}, err
	}
	file := File{slow: f}
	raw, err := f.SyscallConn() // os.File.Fd would clear O_NONBLOCK
	if err == nil {
		err = raw.Control(func(fd uintptr) { file.fd = int(fd) })
	}
	if err != nil {
		f.Close()
	}
	return file, err
}

// beneath opens name with openat2. The kernel refuses all absolute links, also those
// that stay inside or lead to an allowed directory, so beneath then tries again with
// the resolved name.
func (o *Opener) beneath(name string, flags uint64) (int, error) {
	if strings.HasPrefix(name, "/") && !o.root.all {
		inside, err := o.root.Inside(name)
		if err != nil {
			return -1, err
		}
		name = inside
	}
	fd, err := o.whole(o.root, name, flags)
	if err != syscall.EXDEV {
		return fd, err
	}
	at, name, err := o.root.resolve(name)
	if err != nil {
		return -1, err
	}
	if fd, err = o.whole(at, name, flags); err == syscall.EXDEV {
		err = ErrOutside
	}
	return fd, err
}

// whole opens a name beneath a root in one call, or in several if it is too long for
// one.
func (o *Opener) whole(root *Root, name string, flags uint64) (int, error) {
	fd, err := o.openat2(root.fd, name, flags, root.all)
	if err == syscall.ENAMETOOLONG && len(name) > longestPath {
		return o.openLong(root, name, flags)
	}
	return fd, err
}

// openat2 retries a call that was interrupted by a signal or by a rename elsewhere in
// the tree. The limit is for a tree in which renames never stop. anywhere is for the
// root of the file system, which no name leaves.
func (o *Opener) openat2(directory int, name string, flags uint64, anywhere bool) (int, error) {
	if strings.IndexByte(name, 0) >= 0 {
		return -1, syscall.EINVAL
	}
	o.path = append(append(o.path[:0], name...), 0)
	o.how = openHow{flags: flags, resolve: resolveBeneath}
	if anywhere {
		o.how.resolve = 0
	}
	for try := 0; ; try++ {
		fd, _, number := syscall.Syscall6(sysOpenat2, uintptr(directory), uintptr(unsafe.Pointer(&o.path[0])),
			uintptr(unsafe.Pointer(&o.how)), unsafe.Sizeof(o.how), 0, 0)
		switch {
		case number == 0:
			return int(fd), nil
		case number != syscall.EINTR && (number != syscall.EAGAIN || try > 100):
			return -1, number
		}
	}
}

// Size returns the size in bytes of the regular file with this name. It does not open
// the file for reading.
func (o *Opener) Size(name string) (int64, error) {
	if !o.root.kernel {
		return o.root.sizePortable(name)
	}
	fd, err := o.beneath(name, openPath|syscall.O_CLOEXEC)
	if err == errSlow {
		return o.root.sizePortable(name)
	}
	if err != nil {
		return 0, err
	}
	f := File{fd: fd}
	defer f.Close()
	info, err := f.Info()
	return info.Size, err
}

// Info returns the current state of the file, or a NotRegularError.
func (f File) Info() (Info, error) {
	var s syscall.Stat_t
	for {
		err := syscall.Fstat(f.fd, &s)
		if err == nil {
			break
		}
		if err != syscall.EINTR {
			return Info{}, err
		}
	}
	if s.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return Info{}, &NotRegularError{kindOf(modeOf(s.Mode))}
	}
	return infoOf(&s), nil
}

func infoOf(s *syscall.Stat_t) Info {
	return Info{s.Size, s.Mtim.Nano(), Identity{s.Ino, uint64(s.Dev)}}
}

func modeOf(mode uint32) fs.FileMode {
	switch mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		return 0
	case syscall.S_IFLNK:
		return fs.ModeSymlink
	case syscall.S_IFDIR:
		return fs.ModeDir
	case syscall.S_IFIFO:
		return fs.ModeNamedPipe
	case syscall.S_IFSOCK:
		return fs.ModeSocket
	case syscall.S_IFBLK, syscall.S_IFCHR:
		return fs.ModeDevice
	}
	return fs.ModeIrregular
}

// Read reads into p. It returns 0 bytes without an error at the end of the file.
func (f File) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(f.fd, p)
		if !errors.Is(err, syscall.EINTR) {
			return max(n, 0), err
		}
	}
}

// ReadAt is Read at an offset. The offset of Read is undefined after it.
func (f File) ReadAt(p []byte, offset int64) (int, error) {
	for {
		n, err := syscall.Pread(f.fd, p, offset)
		if !errors.Is(err, syscall.EINTR) {
			return max(n, 0), err
		}
	}
}

// Continue sets the offset of Read.
func (f File) Continue(offset int64) error {
	_, err := syscall.Seek(f.fd, offset, io.SeekStart)
	return err
}

// Close closes the file.
func (f File) Close() {
	if f.slow != nil {
		f.slow.Close()
		return
	}
	syscall.Close(f.fd)
}
