package tree

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// Times to wait for a descriptor, or for a file that another program holds.
const (
	LongestPause = 50 * time.Millisecond // between two attempts
	Patience     = 2 * time.Second       // in all
)

var errBusy = errors.New("another program holds the file and has not released it")

// IsBusy reports whether another program has exclusive use of the file for now, such
// as a file server with a lease. The attempt to open the file asks that program to
// release it.
func IsBusy(err error) bool { return errors.Is(err, errBusy) }

// IsExhausted reports whether the process or the system has no file handle left.
func IsExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// WhenReleased calls open until the file is not busy, Patience is over, or ctx ends.
// It returns the results of the last call.
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
