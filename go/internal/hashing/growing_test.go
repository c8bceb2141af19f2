package hashing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// growing is work of which only some files are known.
type growing struct {
	*files
	mu    sync.Mutex
	more  sync.Cond
	known atomic.Int64
	ended atomic.Bool
	began atomic.Int64
}

func newGrowing(f *files) *growing {
	g := &growing{files: f}
	g.more.L = &g.mu
	return g
}

func (g *growing) Count() int  { return int(g.known.Load()) }
func (g *growing) Grows() bool { return !g.ended.Load() }

func (g *growing) WaitForMore(ctx context.Context, n int) {
	defer context.AfterFunc(ctx, func() { g.grow(0, false) })()
	g.mu.Lock()
	defer g.mu.Unlock()
	for ctx.Err() == nil && g.Grows() && g.Count() <= n {
		g.more.Wait()
	}
}

func (g *growing) File(number int) (string, digest.Set, bool) {
	if number >= g.Count() {
		panic(fmt.Sprint(number, " is not known yet"))
	}
	g.began.Add(1)
	return g.files.File(number)
}

// grow makes some more files known.
func (g *growing) grow(by int, isAll bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known.Add(int64(by))
	if isAll {
		g.ended.Store(true)
	}
	g.more.Broadcast()
}

func sha256s(int) digest.Algorithm { return digest.SHA256 }

func TestFilesThatBecomeKnownDuringARunAreReadOnce(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	var sizes []int
	for range 3 * takenAtOnce / 2 {
		sizes = append(sizes, random.IntN(50))
	}
	sizes[17], sizes[takenAtOnce+1] = 300_000, 5_000_000
	root, contents, names := makeSized(t, sizes)
	withEveryPace(t, func(t *testing.T) {
		for _, o := range []Options{{Workers: 1}, {Workers: 3}, {Workers: 2, Adapt: true}, {Workers: 2, Sizes: true}} {
			share := holdings.Register()
			meter := &Meter{}
			g := newGrowing(newFiles(sha256s, names...))
			var wait sync.WaitGroup
			wait.Go(func() {
				left := len(names)
				for left > 0 {
					by := min(left, random.IntN(1500))
					left -= by
					g.grow(by, false)
					if random.IntN(3) > 0 {
						time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond)
					}
				}
				g.grow(0, true)
			})
			err := Run(t.Context(), root, g, o, share, meter)
			wait.Wait()
			share.End()
			if err != nil || o.Sizes && meter.TotalBytes.Load() != meter.Bytes.Load() {
				t.Errorf("seed %d, %+v: %v, %d of %d bytes", seed, o, err, meter.Bytes.Load(), meter.TotalBytes.Load())
			}
			checkSums(t, contents, g.outcomes, sha256s)
			if n := len(names); !o.Sizes && o.Workers == 1 && int(g.began.Load()) != n && seekFetch > 0 {
				t.Errorf("seed %d: %d files were begun, want %d", seed, g.began.Load(), n)
			}
		}
	})
}

func TestARunThatWaitsForMoreFilesEndsWhenItIsCancelled(t *testing.T) {
	root := rootOf(t, "0=a", "1=b")
	for _, o := range []Options{{Workers: 1}, {Workers: 3}, {Workers: 2, Sizes: true}} {
		g := newGrowing(newFiles(sha256s, "0", "1"))
		g.grow(2, false)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		share := holdings.Register()
		if err := Run(ctx, root, g, o, share, &Meter{}); err != problem.ErrCancelled {
			t.Errorf("%+v: %v", o, err)
		}
		share.End()
		cancel()
		if read := g.outcomes[0].Sum != nil && g.outcomes[1].Sum != nil; read == o.Sizes {
			t.Errorf("%+v: the files that are known were read: %v", o, read)
		}
	}
}

func TestAPanicEndsWorkersThatWaitForMoreFiles(t *testing.T) {
	root := rootOf(t, "0=a", "1=b")
	g := newGrowing(newFiles(func(int) digest.Algorithm { panic("broken") }, "0", "1"))
	g.grow(1, false)
	share := holdings.Register()
	defer share.End()
	if err := Run(t.Context(), root, g, Options{Workers: 3}, share, &Meter{}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("got %v", err)
	}
}

func TestWorkThatNeverHasAFileEnds(t *testing.T) {
	g := newGrowing(newFiles(sha256s))
	time.AfterFunc(10*time.Millisecond, func() { g.grow(0, true) })
	share := holdings.Register()
	defer share.End()
	if err := Run(t.Context(), rootOf(t), g, Options{Workers: 2}, share, &Meter{}); err != nil {
		t.Error(err)
	}
}

// sized is work that knows the sizes of its files, and so of files that are not there.
type sized struct{ *files }

func (sized) Size(number int) (int64, bool) { return largeFile + int64(number), number > 0 }

func TestSizesThatTheWorkKnowsAreNotAskedFor(t *testing.T) {
	r := testRun(rootOf(t, "0=123"), sized{numbered(3)}, 1, false)
	if err := r.agenda.measure(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if got, want := r.meter.TotalBytes.Load(), int64(3+2*largeFile+1+2); got != want {
		t.Errorf("%d bytes in all, want %d", got, want)
	}
	for _, want := range []int{2, 1, 0} {
		if n := r.agenda.next(nil, 1)[0]; n.Number != want {
			t.Errorf("handed out %d, want %d", n.Number, want)
		}
	}
}

func TestTheScoutBeginsWhenAllFilesAreKnown(t *testing.T) {
	directory := treetest.Make(t, "0=", "1=", "2=")
	if err := os.Truncate(filepath.Join(directory, "2"), largeFile); err != nil {
		t.Skip(err)
	}
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	g := newGrowing(numbered(3))
	r := testRun(root, g, 1, false)
	g.grow(1, false)
	time.AfterFunc(10*time.Millisecond, func() { g.grow(2, true) })
	r.agenda.scout(t.Context(), r)
	if n := r.agenda.next(nil, 1)[0]; n.Number != 2 {
		t.Errorf("handed out %d first, want 2", n.Number)
	}
}
