package tree

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// How to wait for a descriptor, or for a file that another program holds: this long
// at a time, and this long in all.
const (
	LongestPause = 50 * time.Millisecond
	Patience     = 2 * time.Second
)

var errBusy = errors.New("another program holds the file and has not released it")

// IsBusy says that another program has the file to itself for now, such as by a
// lease: a file server that has lent it to a client. The attempt to open the file
// asks for it back.
func IsBusy(err error) bool { return errors.Is(err, errBusy) }

// IsExhausted says that the process or the system has no file handle left.
func IsExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// WhenReleased calls open until it finds the file not busy, or Patience is over, or
// ctx ends. It returns what the last call did.
func WhenReleased(ctx context.Context, open func() (*os.File, error)) (*os.File, error) {
	started := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, LongestPause) {
		f, err := open()
		if !IsBusy(err) || ctx.Err() != nil || time.Since(started) > Patience {
			return f, err
		}
		time.Sleep(pause)
	}
}
