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
	// directory itself once more.
	open(name string) (directory, error)
	// list calls found for every entry but "." and ".."; name is valid during the
	// call. An unreadError is about the directory, other errors come from found or ctx.
	list(ctx context.Context, buffer []byte, found func(name []byte, mode fs.FileMode) error) error
	close()
}

type unreadError struct{ error }

// portable is a directory as every system has it.
type portable struct{ *os.Root }

// open looks at what it has opened: os.Root follows links that stay inside, and
// opens a FIFO without a slash behind its name only when somebody writes to it.
func (p portable) open(name string) (directory, error) {
	child, err := p.OpenRoot(folderPath(name))
	if err != nil {
		return nil, err
	}
	if err := p.is(name, child); err != nil {
		child.Close()
		return nil, err
	}
	return portable{child}, nil
}

// is says why the entry called name is not child itself.
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

func (p portable) list(ctx context.Context, _ []byte, found func([]byte, fs.FileMode) error) error {
	d, err := p.OpenFile(".", folderFlags, 0)
	if err != nil {
		return &unreadError{err}
	}
	defer d.Close()
	for ctx.Err() == nil {
		entries, err := d.ReadDir(readAtOnce)
		for _, e := range entries {
			if err := found([]byte(e.Name()), e.Type()); err != nil {
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

func (p portable) close() { p.Close() }
