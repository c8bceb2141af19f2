package tree

import (
	"context"
	"io/fs"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

// Node is a file that Walk has found, of any kind but a directory.
type Node struct {
	Name string // relative to the root, with slashes
	Type fs.FileMode
	Size int64 // in bytes; -1 if its directory doesn't tell

	ModTime  int64 // in nanoseconds since 1970; with Crew.Inspect alone, as what follows
	Identity Identity
}

// Info returns the state of a file that was inspected.
func (n Node) Info() Info { return Info{n.Size, n.ModTime, n.Identity} }

// Kind returns the kind of the node, such as "regular file" or "symbolic link".
func (n Node) Kind() string {
	if n.Type.IsRegular() {
		return "regular file"
	}
	return kindOf(n.Type)
}

// Crew is what a walk may use.
type Crew struct {
	Walkers int // goroutines at the same time, at least one
	Waiting int // the same, while they wait for storage
	// Enter calls a function as soon as one more thread may make system calls on files. It
	// returns false, without the call, if ctx ends first.
	Enter func(ctx context.Context, call func()) bool
	// Others reports whether other goroutines hold file handles that they will close,
	// whatever becomes of the walk. It may be nil.
	Others func() bool
	// Skip reports whether a name in a directory is left out, and what is beneath it. The
	// directory has a slash at its end, or is empty. It may be nil, and is called from several
	// goroutines at once.
	Skip func(directory, name []byte, isDirectory bool) bool
	// OneDevice leaves out directories on other file systems than that of the root, where the
	// system tells them apart.
	OneDevice bool
	// Within leaves out the names that are not in a range, and directories that have none that is.
	Within Range
	// Inspect looks at each file, so that the nodes have the size, the time and the identity of
	// those that are regular. A directory whose files can't be looked at is one that can't be
	// read.
	Inspect bool
}

// Alone is the crew of a walk in the goroutine of its caller.
func Alone() Crew {
	return Crew{Walkers: 1, Waiting: 1, Enter: func(ctx context.Context, call func()) bool {
		if ctx.Err() != nil {
			return false
		}
		call()
		return true
	}}
}

const (
	// mostOpen is the number of directories that the walkers of a walk have open, if each has
	// no more than fewest branches: the open branches, and two for each walker, which are the
	// one where it began and the one that it lists.
	mostOpen = 64
	fewest   = 2 // open branches of a walker that must close some
)

// lendAfter is the time after which a walk takes more than one goroutine: a small tree
// is walked before another one has begun. Tests set it.
var lendAfter = 500 * time.Microsecond

// Walk calls visit for everything beneath the root that is not a directory. Each call is
// for files of one directory, in the order of their names, and the slice is valid only
// during the call; all their names share one string. Walk follows no links. It calls
// failed for a directory that can't be read. It ends early when visit returns an error or
// ctx ends. The calls come from several goroutines, one after the other.
//
// Each directory is opened from its parent. A directory that is moved out of the root
// meanwhile may still be listed, but its files can't be opened by their names.
func (r *Root) Walk(ctx context.Context, crew Crew, visit func([]Node) error, failed func(name string, err error)) error {
	return walkFrom(ctx, r.base(), crew, visit, failed)
}

// Each returns a function for Walk that calls visit for each file.
func Each(visit func(Node) error) func([]Node) error {
	return func(nodes []Node) error {
		for _, n := range nodes {
			if err := visit(n); err != nil {
				return err
			}
		}
		return nil
	}
}

func walkFrom(ctx context.Context, base directory, crew Crew, visit func([]Node) error, failed func(string, error)) error {
	ctx, stop := context.WithCancel(ctx)
	w := &walk{crew: crew, visit: visit, failed: failed, stop: stop, started: time.Now()}
	defer w.helpers.Wait()
	defer stop()
	w.running.Store(1)
	leader := w.newWalker(borrowed{base}, 0)
	defer leader.leave()
	w.end(leader.work(ctx))
	for w.helpers.Wait(); leader.resume(); w.helpers.Wait() {
		w.end(leader.work(ctx))
	}
	if w.panicked != nil {
		panic(w.panicked)
	}
	return w.err
}

// walk is what the walkers of a walk share. One of them leads: it begins, it is the last,
// and it needs only two handles. Others help it: each begins with directories that another
// walker has lent it.
type walk struct {
	crew    Crew
	visit   func([]Node) error
	failed  func(name string, err error)
	stop    context.CancelFunc
	started time.Time
	running atomic.Int64 // number of walkers
	open    atomic.Int64 // number of their open branches
	device  uint64       // that of the root, if there is only one
	short   atomic.Bool  // handles have run out, so that the leader goes on alone
	helpers sync.WaitGroup

	mu       sync.Mutex // guards calls of visit and failed, and the fields below
	left     []leftover
	err      error
	panicked any
}

// leftover are subdirectories that a helper has left to the leader.
type leftover struct {
	path  string
	names []string
}

// end records how a walker has ended.
func (w *walk) end(err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.stop()
}

// admit reports whether one more walker may begin, and counts it.
func (w *walk) admit(waits bool) bool {
	most := int64(w.crew.Walkers)
	if waits {
		most = int64(w.crew.Waiting)
	}
	n := w.running.Load()
	return n < most && !w.short.Load() && time.Since(w.started) >= lendAfter && w.running.CompareAndSwap(n, n+1)
}

// help runs a walker in a goroutine of its own.
func (w *walk) help(ctx context.Context, helper *walker) {
	w.helpers.Go(func() {
		defer w.running.Add(-1)
		defer func() {
			if p := recover(); p != nil {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.panicked = p
				w.stop()
			}
		}()
		defer helper.leave()
		w.end(helper.work(ctx))
	})
}

// isOverfull reports whether a walker should close one of its branches.
func (w *walk) isOverfull() bool { return w.open.Load()+2*w.running.Load() > mostOpen }

const (
	// A directory that is in memory takes no longer than this, in all and for each entry.
	quickly      = 50 * time.Microsecond
	quicklyEntry = 3 * time.Microsecond
)

// waits remembers which of the last eight directories came from storage. Most of them
// don't by chance: another program has the processor now and then.
type waits uint8

func (s *waits) observe(took time.Duration, entries int) {
	*s <<= 1
	if took > quickly+time.Duration(entries)*quicklyEntry {
		*s |= 1
	}
}

func (s waits) most() bool { return bits.OnesCount8(uint8(s)) >= 6 }
