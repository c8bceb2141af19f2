package tree

import (
	"context"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// directory is an open directory of a walk.
type directory interface {
	// open opens a subdirectory, never through a link. The name "." opens the
	// directory itself again.
	open(name string) (directory, error)
	// list calls found for every entry except "." and "..". name is valid only during
	// the call, and size is -1 unless the directory tells it. Errors come from found and
	// ctx, except an unreadError.
	list(ctx context.Context, buffer []byte, found func(name []byte, mode fs.FileMode, size int64) error) error
	// inspect returns the kind of an entry, never through a link, and if it is a regular file its
	// state.
	inspect(name string) (fs.FileMode, Info, error)
	// device returns the number of the file system, if the system tells it.
	device() (uint64, bool)
	close()
}

// unreadError is the error of a directory that can't be read.
type unreadError struct{ error }

// portable is a directory on any system.
type portable struct{ *os.Root }

// open checks what it has opened, because os.Root follows links that stay inside.
func (p portable) open(name string) (directory, error) {
	child, err := p.OpenRoot(directoryPath(name))
	if err != nil {
		return nil, err
	}
	if err := p.is(name, child); err != nil {
		child.Close()
		return nil, err
	}
	return portable{child}, nil
}

// is returns an error if the entry with this name is not child itself.
func (p portable) is(name string, child *os.Root) error {
	entry, err := p.Lstat(name)
	if err != nil {
		return err
	}
	opened, err := child.Stat(".")
	if err != nil {
		return err
	}
	if !os.SameFile(entry, opened) {
		return syscall.ENOTDIR
	}
	return nil
}

const readAtOnce = 1024 // entries

func (p portable) list(ctx context.Context, _ []byte, found func([]byte, fs.FileMode, int64) error) error {
	d, err := p.OpenFile(".", listFlags, 0)
	if err != nil {
		return &unreadError{err}
	}
	defer d.Close()
	for ctx.Err() == nil {
		entries, err := d.ReadDir(readAtOnce)
		for _, e := range entries {
			if err := found([]byte(e.Name()), e.Type(), listedSize(e)); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &unreadError{err}
		}
	}
	return ctx.Err()
}

func (p portable) inspect(name string) (fs.FileMode, Info, error) {
	info, err := p.Lstat(name)
	if err != nil {
		return 0, Info{}, err
	}
	return info.Mode().Type(), stateOf(info), nil
}

func (p portable) device() (uint64, bool) {
	info, err := p.Stat(".")
	if err != nil {
		return 0, false
	}
	return deviceOf(info)
}

func (p portable) close() { p.Close() }
