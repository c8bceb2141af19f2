package create

import (
	"context"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// listing is the [hashing.Work] for new lists. It grows while files are found, and holds
// their names, sizes and digests.
type listing struct {
	meter      *hashing.Meter
	algorithms []digest.Algorithm
	set        digest.Set
	size       int // in bytes, of all digests of a file

	chunks atomic.Pointer[[]*chunk]
	count  atomic.Int64
	ended  atomic.Bool // nothing more will be added

	mu   sync.Mutex
	more sync.Cond // signals that count has grown, or the end
	errs map[int]error
	out  map[string]bool // names that were added, but are not to be listed; set at the end
}

const chunkFiles = 1024

// chunk holds some files of a listing.
type chunk struct {
	names [chunkFiles]string
	sizes [chunkFiles]atomic.Int64 // -1: not known
	sums  []byte                   // all digests of each file, one after another
}

func newListing(m *hashing.Meter, algorithms []digest.Algorithm) *listing {
	l := &listing{meter: m, algorithms: algorithms, set: digest.SetOf(algorithms...), errs: map[int]error{}}
	for _, a := range algorithms {
		l.size += a.Size()
	}
	l.more.L = &l.mu
	l.chunks.Store(new([]*chunk))
	return l
}

// add adds files. Only one goroutine at a time may add some.
func (l *listing) add(files []tree.Node) {
	number := int(l.count.Load())
	for _, f := range files {
		if all := *l.chunks.Load(); number == len(all)*chunkFiles {
			all = append(slices.Clip(all), &chunk{sums: make([]byte, chunkFiles*l.size)})
			l.chunks.Store(&all)
		}
		c, i := l.at(number)
		c.names[i] = f.Name
		c.sizes[i].Store(f.Size)
		number++
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Store(int64(number))
	l.more.Broadcast()
}

// end records that nothing more will be added.
func (l *listing) end() {
	l.meter.TotalFiles.Store(l.count.Load())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended.Store(true)
	l.more.Broadcast()
}

func (l *listing) at(number int) (c *chunk, i int) {
	return (*l.chunks.Load())[number/chunkFiles], number % chunkFiles
}

func (l *listing) name(number int) string {
	c, i := l.at(number)
	return c.names[i]
}

func (l *listing) sizeOf(number int) int64 {
	c, i := l.at(number)
	return c.sizes[i].Load()
}

func (l *listing) err(number int) error { return l.errs[number] }

// names yields all names that were added so far.
func (l *listing) names(yield func(string) bool) {
	for number := range l.Count() {
		if !yield(l.name(number)) {
			return
		}
	}
}

// Count implements [hashing.Work].
func (l *listing) Count() int { return int(l.count.Load()) }

// Grows implements [hashing.Growing].
func (l *listing) Grows() bool { return !l.ended.Load() }

// WaitForMore implements [hashing.Growing].
func (l *listing) WaitForMore(ctx context.Context, n int) {
	defer context.AfterFunc(ctx, l.wakeWaiting)()
	l.mu.Lock()
	defer l.mu.Unlock()
	for ctx.Err() == nil && l.Grows() && l.Count() <= n {
		l.more.Wait()
	}
}

func (l *listing) wakeWaiting() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.more.Broadcast()
}

// Size implements [hashing.Sized].
func (l *listing) Size(number int) (int64, bool) {
	size := l.sizeOf(number)
	return size, size >= 0
}

// File implements [hashing.Work].
func (l *listing) File(number int) (string, digest.Set, bool) { return l.name(number), l.set, true }

// Admits implements [hashing.Work].
func (l *listing) Admits(hashing.Next) bool { return true }

// Wait implements [hashing.Work].
func (l *listing) Wait(context.Context, hashing.Next) {}

// Done implements [hashing.Work].
func (l *listing) Done(number int, o hashing.Outcome) {
	c, i := l.at(number)
	c.sizes[i].Store(o.Size)
	if o.Err != nil {
		l.mu.Lock()
		l.errs[number] = o.Err
		l.mu.Unlock()
	} else {
		sums := c.sums[i*l.size:]
		for _, a := range l.algorithms {
			sums = sums[copy(sums, o.Sum(a)):]
		}
	}
	l.meter.Files.Add(1)
}

const (
	// firstFiles and firstWait bound the time in which a tree is found whole before its
	// first file is read, as most are.
	firstFiles = 1024
	firstWait  = 5 * time.Millisecond
)

// fill digests files while find adds them. find gets a function that stops the reading,
// for when it is in vain. Its error comes before that of the reading.
func (l *listing) fill(ctx context.Context, j *job.Job, root *tree.Root, o hashing.Options, find func(ctx context.Context, l *listing, stop func()) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reading, stop := context.WithCancel(ctx)
	defer stop()
	found := make(chan error, 1)
	go func() {
		err := job.Guarded(func() error { return find(ctx, l, stop) })
		if err != nil {
			stop()
		}
		l.end()
		found <- err
	}()
	l.waitForFirst(reading)
	err := hashing.Run(reading, root, l, o, j.Share, &j.Meter)
	if err != nil && err != problem.ErrCancelled {
		cancel()
		<-found
		return err
	}
	if failed := <-found; failed != nil {
		return failed
	}
	return err
}

// waitForFirst waits until it is worth while to begin.
func (l *listing) waitForFirst(ctx context.Context) {
	if holdings.FewFiles() {
		l.WaitForMore(ctx, math.MaxInt)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, firstWait)
	defer cancel()
	l.WaitForMore(ctx, firstFiles)
}

// inOrder returns the numbers of the files to list, sorted by the bytes of their names.
// Files that were added together are in order, and most such runs follow each other. The
// system may list the name of a file twice while its directory changes.
func (l *listing) inOrder() []int {
	order := make([]int, 0, l.Count())
	names := make([]string, 0, l.Count())
	for name := range l.names {
		names = append(names, name)
		if !l.out[name] {
			order = append(order, len(names)-1)
		}
	}
	byName := func(a, b int) int { return strings.Compare(names[a], names[b]) }
	var runs [][]int
	for from, i := 0, 1; i <= len(order); i++ {
		if i == len(order) || byName(order[i-1], order[i]) >= 0 {
			runs = append(runs, order[from:i])
			from = i
		}
	}
	slices.SortFunc(runs, func(a, b []int) int { return byName(a[0], b[0]) })
	order = slices.Concat(runs...)
	for i := range runs[:max(0, len(runs)-1)] {
		if byName(runs[i][len(runs[i])-1], runs[i+1][0]) >= 0 {
			slices.SortFunc(order, byName)
			return slices.CompactFunc(order, func(a, b int) bool { return names[a] == names[b] })
		}
	}
	return order
}

// hex returns a digest of a file that was read.
func (l *listing) hex(number int, a digest.Algorithm) string {
	c, i := l.at(number)
	rest := c.sums[i*l.size:]
	for _, other := range l.algorithms {
		if other == a {
			return hex.EncodeToString(rest[:a.Size()])
		}
		rest = rest[other.Size():]
	}
	panic("no digest of " + a.String()) // impossible: the listing was made for it
}

// failure returns the result on a file that no list can have. It has the algorithm if
// there is only one.
func (l *listing) failure(number int, status verdict.Status, detail string) verdict.Result {
	r := verdict.Result{Path: l.name(number), Status: status, Fails: true, Size: l.sizeOf(number), Detail: detail}
	if len(l.algorithms) == 1 {
		r.Algorithm = l.algorithms[0]
	}
	return r
}
