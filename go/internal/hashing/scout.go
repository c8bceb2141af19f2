package hashing

import (
	"context"
	"time"

	"github.com/checksig/checksig/go/internal/tree"
)

const (
	scoutedAtOnce = 64
	scoutRests    = 40      // times as long as it works
	scoutHurries  = 8       // the same, where files take longer to digest than to find
	bigOnAverage  = 1 << 14 // bytes
)

// scout looks for large files in the background, starting at the end of the lists,
// where they do most harm, and uses about 1/40 of the time. What goes wrong with it
// costs no more than the time of large files at the end.
func (a *agenda) scout(ctx context.Context, r *run) {
	defer func() { _ = recover() }()
	opener := r.root.Opener()
	started := time.Now()
	for number := a.Count() - 1; number > int(a.begun.Load()); number-- {
		if size, ok := r.size(ctx, opener, number); ok {
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

// scoutPause is how many times as long as it worked a scout rests.
func (r *run) scoutPause() time.Duration {
	if r.meter.Bytes.Load() > bigOnAverage*r.meter.Files.Load() {
		return scoutHurries
	}
	return scoutRests
}

// size looks how large a file is, for what gets on without it.
func (r *run) size(ctx context.Context, o *tree.Opener, number int) (size int64, ok bool) {
	name, _, ok := r.agenda.File(number)
	if !ok {
		return 0, false
	}
	call, ok := r.share.Begin(ctx)
	if !ok {
		return 0, false
	}
	defer call.End()
	size, err := o.Size(name)
	return size, err == nil
}
