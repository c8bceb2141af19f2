package hashing

import (
	"context"
	"errors"
	"time"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

const (
	scoutedAtOnce = 64
	scoutRests    = 40      // ratio of its pauses to its work
	scoutHurries  = 8       // the same, if files take longer to digest than to find
	bigOnAverage  = 1 << 14 // average file size for scoutHurries, in bytes
)

// scout looks for large files in the background, from the end of the lists, where
// they do most harm. It uses about 1/40 of the time, or 1/8 if files are big on
// average. Its errors are ignored: they only make the run slower.
func (a *agenda) scout(ctx context.Context, r *run) {
	defer func() { _ = recover() }()
	a.waitForAll(ctx)
	opener := r.root.Opener()
	started := time.Now()
	for number := a.Count() - 1; number > int(a.begun.Load()); number-- {
		if size, err := r.size(ctx, opener, number); err == nil {
			a.note(number, size)
		}
		if number%scoutedAtOnce == 0 {
			select {
			case <-ctx.Done():
				return
			case <-time.After(r.scoutPause() * time.Since(started)):
			}
			started = time.Now()
		}
	}
}

// scoutPause returns the ratio of the scout's pauses to its work.
func (r *run) scoutPause() time.Duration {
	if r.meter.Bytes.Load() > bigOnAverage*r.meter.Files.Load() {
		return scoutHurries
	}
	return scoutRests
}

var errNoFile = errors.New("the number has no file to read")

// size returns the size of a file.
func (r *run) size(ctx context.Context, o *tree.Opener, number int) (int64, error) {
	name, _, ok := r.agenda.File(number)
	if !ok {
		return 0, errNoFile
	}
	if sized, is := r.agenda.Work.(Sized); is {
		if size, known := sized.Size(number); known {
			return size, nil
		}
	}
	call, ok := r.share.Begin(ctx)
	if !ok {
		return 0, problem.ErrCancelled
	}
	defer call.End()
	return o.Size(name)
}
