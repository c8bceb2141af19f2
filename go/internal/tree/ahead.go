package tree

import (
	"context"
	"strings"
	"sync"
	"time"
)

const (
	// mostAhead is the number of subdirectories of one directory that are listed ahead, and
	// mostFetched that of all, at most.
	mostAhead   = 8
	mostFetched = mostOpen / 2
	// mostHeld is the number of names of a directory that is listed ahead. One with more is
	// listed again in its turn: a few of the largest would take too much memory.
	mostHeld = 16 << 10
)

// aheadAlways makes walks in order list ahead though nothing comes from storage. Tests set it.
var aheadAlways = false

// inOrder is what a walker needs to walk in order.
type inOrder struct {
	ahead   map[string]*fetched // by path
	opening sync.WaitGroup      // those whose parent must stay open
	next    *fetched            // the one that is to be listed now; nil: it was not listed ahead
}

// fetched is a directory that is listed ahead. Whatever goes wrong is found again in its turn.
type fetched struct {
	done  chan struct{} // closed when the rest is set
	open  directory     // nil: it failed
	found *entries
}

func (f *fetched) entries() *entries {
	if f == nil {
		return nil
	}
	return f.found
}

// waitForOpens waits until no directory is being opened ahead.
func (o *inOrder) waitForOpens() {
	if o != nil {
		o.opening.Wait()
	}
}

// lookAhead begins to list the subdirectories after the next one, where directories come from
// storage.
func (w *walker) lookAhead(ctx context.Context) {
	b := w.last()
	if b.open == nil || w.short.Load() || !aheadAlways && !w.waits.most() {
		return
	}
	most := min(mostAhead, w.crew.Waiting-1)
	for i := len(w.names) - 2; i >= b.names && most > 0 && len(w.order.ahead) < mostFetched && !w.isOverfull(); i-- {
		if !strings.HasSuffix(w.names[i], "/") {
			continue
		}
		path := string(w.path[:b.length]) + w.names[i]
		if most--; w.order.ahead[path] == nil {
			w.fetch(ctx, b.open, path, strings.TrimSuffix(w.names[i], "/"))
		}
	}
}

// fetch lists a directory in a goroutine of its own.
func (w *walker) fetch(ctx context.Context, parent directory, path, name string) {
	f := &fetched{done: make(chan struct{})}
	w.order.ahead[path] = f
	w.order.opening.Add(1)
	go func() {
		defer close(f.done)
		opened := sync.OnceFunc(w.order.opening.Done)
		defer opened()
		defer func() { _ = recover() }() // in its turn it panics again, where the caller sees it
		w.crew.Enter(ctx, func() {
			started := time.Now()
			d, err := parent.open(name)
			if opened(); err != nil {
				return
			}
			l := listings.Get().(*listing)
			defer listings.Put(l)
			found, err := w.entriesOf(ctx, d, []byte(path), l.buffer, mostHeld)
			if err != nil {
				d.close()
				return
			}
			found.took = time.Since(started)
			f.open, f.found = d, found
		})
	}()
}

// openNext opens the current directory, unless it was listed ahead.
func (w *walker) openNext(parent directory, name string) (directory, error) {
	if w.order == nil {
		return w.openBelow(parent, name)
	}
	f := w.order.ahead[string(w.path)]
	if w.order.next = nil; f != nil {
		<-f.done
		if delete(w.order.ahead, string(w.path)); f.open != nil {
			w.order.next = f
			return f.open, nil
		}
	}
	return w.openBelow(parent, name)
}

// abandon forgets the directories that were listed ahead, and closes them.
func (w *walker) abandon() {
	for _, f := range w.order.ahead {
		if <-f.done; f.open != nil {
			f.open.close()
		}
	}
	clear(w.order.ahead)
}
