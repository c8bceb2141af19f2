//go:build !linux

package tree

import (
	"errors"
	"io"
	"os"
)

type platform struct{}

func (r *Root) start() error { return nil }
func (r *Root) stop()        {}

// Opener opens files beneath a root, for one goroutine.
type Opener struct{ root *Root }

// Opener returns a new opener.
func (r *Root) Opener() *Opener { return &Opener{r} }

// File is an open regular file.
type File struct{ f *os.File }

// Open opens the regular file with this name beneath the root.
func (o *Opener) Open(name string) (File, Info, error) {
	f, err := o.root.openPortable(name)
	if err != nil {
		return File{}, Info{}, tidy(err)
	}
	info, err := inspect(f)
	if err != nil {
		f.Close()
		return File{}, Info{}, err
	}
	return File{f}, info, nil
}

// Size returns the size in bytes of the regular file with this name.
func (o *Opener) Size(name string) (int64, error) { return o.root.sizePortable(name) }

// Info returns the current state of the file, or a NotRegularError.
func (f File) Info() (Info, error) { return inspect(f.f) }

// Read reads into p. It returns 0 bytes without an error at the end of the file.
func (f File) Read(p []byte) (int, error) {
	n, err := f.f.Read(p)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// ReadAt is Read at an offset. The offset of Read is undefined after it.
func (f File) ReadAt(p []byte, offset int64) (int, error) {
	n, err := f.f.ReadAt(p, offset)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Continue sets the offset of Read.
func (f File) Continue(offset int64) error {
	_, err := f.f.Seek(offset, io.SeekStart)
	return err
}

// Close closes the file.
func (f File) Close() { f.f.Close() }
