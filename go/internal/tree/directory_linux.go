package tree

import (
	"bytes"
	"context"
	"encoding/binary"
	"io/fs"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// descriptor is the file descriptor of a directory.
type descriptor int

func (r *Root) base() directory {
	if !r.kernel {
		return portable{r.dir}
	}
	return descriptor(r.fd)
}

func (d descriptor) open(name string) (directory, error) {
	fd, err := d.openat(name, listFlags|syscall.O_NOFOLLOW)
	return descriptor(fd), err
}

func (d descriptor) openat(name string, flags int) (int, error) {
	for {
		fd, err := syscall.Openat(int(d), name, flags, 0)
		if err != syscall.EINTR {
			return fd, err
		}
	}
}

func (d descriptor) inspect(name string) (fs.FileMode, Info, error) {
	for {
		var s unix.Stat_t
		err := unix.Fstatat(int(d), name, &s, unix.AT_SYMLINK_NOFOLLOW)
		if err == nil {
			return modeOf(s.Mode), Info{s.Size, s.Mtim.Nano(), Identity{s.Ino, uint64(s.Dev)}}, nil
		}
		if err != unix.EINTR {
			return 0, Info{}, err
		}
	}
}

func (d descriptor) device() (uint64, bool) {
	var s syscall.Stat_t
	err := syscall.Fstat(int(d), &s)
	return uint64(s.Dev), err == nil
}

func (d descriptor) close() { syscall.Close(int(d)) }

func (d descriptor) list(ctx context.Context, buffer []byte, found func([]byte, fs.FileMode, int64) error) error {
	for ctx.Err() == nil {
		n, err := syscall.ReadDirent(int(d), buffer)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return &unreadError{err}
		case n == 0:
			return nil
		default:
			if err := d.entries(buffer[:n], found); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// Offsets in an entry that getdents64 returns.
const (
	entryLength = unsafe.Offsetof(syscall.Dirent{}.Reclen)
	entryType   = unsafe.Offsetof(syscall.Dirent{}.Type)
	entryName   = unsafe.Offsetof(syscall.Dirent{}.Name)
)

func (d descriptor) entries(buffer []byte, found func([]byte, fs.FileMode, int64) error) error {
	for len(buffer) > 0 {
		entry := buffer[:binary.NativeEndian.Uint16(buffer[entryLength:])]
		buffer = buffer[len(entry):]
		name, _, _ := bytes.Cut(entry[entryName:], []byte{0})
		if s := string(name); s == "." || s == ".." {
			continue
		}
		mode := uint32(entry[entryType]) << 12 // linux/fs_types.h
		if mode == 0 {
			var err error
			if mode, err = d.lookAt(string(name)); err == syscall.ENOENT {
				continue // deleted meanwhile
			} else if err != nil {
				return &unreadError{err}
			}
		}
		if err := found(name, modeOf(mode), -1); err != nil {
			return err
		}
	}
	return nil
}

// lookAt returns the mode of an entry, for file systems that don't store types in
// directories.
func (d descriptor) lookAt(name string) (uint32, error) {
	fd, err := d.openat(name, openPath|syscall.O_NOFOLLOW|syscall.O_CLOEXEC)
	if err != nil {
		return 0, err
	}
	defer syscall.Close(fd)
	var s syscall.Stat_t
	if err := syscall.Fstat(fd, &s); err != nil {
		return 0, err
	}
	return s.Mode, nil
}
