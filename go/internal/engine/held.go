package engine

import (
	"context"
	"os"
	"time"

	"github.com/checksig/checksig/go/internal/tree"
)

// whenReleased opens a list. It waits for one that another program holds as a
// worker waits for such a file.
func whenReleased(ctx context.Context, list place, open func(place) (*os.File, error)) (*os.File, error) {
	started := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, longestPause) {
		f, err := open(list)
		if !tree.IsBusy(err) || ctx.Err() != nil || time.Since(started) > patience {
			return f, err
		}
		time.Sleep(pause)
	}
}
