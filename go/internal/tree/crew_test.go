package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/treetest"
)

// crowd returns a crew that takes all its walkers at once, even for the smallest tree.
func crowd(t *testing.T, walkers int) Crew {
	old := lendAfter
	lendAfter = -1
	t.Cleanup(func() { lendAfter = old })
	crew := Alone()
	crew.Walkers, crew.Waiting = walkers, walkers
	return crew
}

var crews = []int{1, 2, 3, 16}

// finds is what a walk has found, in its order.
type finds struct{ names, lost []string }

func (f *finds) visit(nodes []Node) error {
	for _, n := range nodes {
		f.names = append(f.names, strings.Clone(n.Name))
	}
	return nil
}

func (f *finds) failed(name string, _ error) { f.lost = append(f.lost, name) }

// counting is a directory of a real tree that counts the handles of a walk.
type counting struct {
	directory
	use *usage
}

func (c counting) open(name string) (directory, error) {
	if err := c.use.take(name); err != nil {
		return nil, err
	}
	d, err := c.directory.open(name)
	if err != nil {
		c.use.giveBack()
		return nil, err
	}
	return counting{d, c.use}, nil
}

func (c counting) close() {
	c.directory.close()
	c.use.giveBack()
}

// grow makes a random tree: some directories have many entries, some have long chains
// beneath them, most are small.
func grow(t *testing.T, random *rand.Rand) string {
	top := treetest.Make(t)
	directories := []string{""}
	for range 1 + random.IntN(150) {
		parent := directories[random.IntN(len(directories))]
		if random.IntN(4) == 0 {
			parent = directories[len(directories)-1] // so that chains grow
		}
		name := filepath.Join(parent, fmt.Sprintf("%c%d", 'a'+random.IntN(26), random.IntN(1000)))
		if os.Mkdir(filepath.Join(top, name), 0o755) == nil {
			directories = append(directories, name)
		}
	}
	for _, d := range directories {
		files := random.IntN(6)
		if random.IntN(20) == 0 {
			files = 500
		}
		for i := range files {
			name := filepath.Join(top, d, fmt.Sprintf("%c-%d", 'a'+random.IntN(26), i))
			if random.IntN(8) == 0 {
				_ = os.Symlink("..", name)
			} else if err := os.WriteFile(name, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return top
}

// listed returns what the standard library finds in a tree.
func listed(t *testing.T, top string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var name string
			name, err = filepath.Rel(top, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func TestAWalkFindsWhatTheStandardLibraryFindsWithAnyCrew(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	for range 6 {
		top := grow(t, random)
		want := listed(t, top)
		eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
			for _, walkers := range crews {
				for _, limit := range []int{0, 3, 5, 9, 40} {
					var got finds
					use := &usage{limit: limit}
					err := walkFrom(t.Context(), counting{open(t, top).base(), use}, crowd(t, walkers), got.visit, got.failed)
					slices.Sort(got.names)
					if err != nil || got.lost != nil || !slices.Equal(want, got.names) || use.open != 0 || use.most > mostOpen+3*walkers {
						t.Errorf("seed %d, %d walkers, %d handles: %v, lost %q, found %d names, want %d; %d handles are open, %d were",
							seed, walkers, limit, err, got.lost, len(got.names), len(want), use.open, use.most)
					}
				}
			}
		})
	}
}

func TestACrewOpensEachDirectoryOnlyAFewTimes(t *testing.T) {
	for _, tt := range costTests {
		for _, walkers := range crews[1:] {
			t.Run(fmt.Sprint(tt.name, " by ", walkers), func(t *testing.T) {
				use := &usage{}
				directories := 0
				base := made{fmt.Sprint(tt.levels), tt.with, use}
				err := walkFrom(t.Context(), base, crowd(t, walkers), Each(func(Node) error { directories++; return nil }), func(name string, err error) { t.Error(len(name), err) })
				most := mostOpen + 3*walkers
				if err != nil || use.most > most || use.ever > 12*directories || use.open != 0 {
					t.Errorf("error %v; %d directories were opened %d times, %d at once, and %d are still open", err, directories, use.ever, use.most, use.open)
				}
				t.Logf("%d directories, %d opens, %d at once", directories, use.ever, use.most)
			})
		}
	}
}

func TestTheFilesOfADirectoryComeInOrder(t *testing.T) {
	var specs []string
	for i := range 300 {
		specs = append(specs, fmt.Sprintf("d%d/f%d=", i%3, i*7919%1000))
	}
	root := mustOpen(t, treetest.Make(t, specs...))
	calls := 0
	visit := func(nodes []Node) error {
		calls++
		if !slices.IsSortedFunc(nodes, func(a, b Node) int { return strings.Compare(a.Name, b.Name) }) || len(nodes) != 100 {
			t.Errorf("%d files, from %q to %q", len(nodes), nodes[0].Name, nodes[len(nodes)-1].Name)
		}
		return nil
	}
	if err := root.Walk(t.Context(), crowd(t, 3), visit, nil); err != nil || calls != 3 {
		t.Errorf("%v, %d calls", err, calls)
	}
}

// Other programs move directories within the tree and out of it, and make and remove
// files. What nobody touches is found once; nothing is found twice, or outside.
func TestAWalkWhileDirectoriesMoveFindsWhatDoesNotMoveOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open directory can't be moved")
	}
	var specs, want []string
	for i := range 40 {
		for j := range 5 {
			still := fmt.Sprintf("root/still%d/d%d/f", i, j)
			specs = append(specs, still+"=", fmt.Sprintf("root/moves%d/d%d/f=", i, j), fmt.Sprintf("outside/d%d/secret%d=", i, j))
			want = append(want, strings.TrimPrefix(still, "root/"))
		}
	}
	slices.Sort(want)
	top := treetest.Make(t, specs...)
	var ended atomic.Bool
	var movers sync.WaitGroup
	defer movers.Wait()
	defer ended.Store(true)
	for mover := range 2 {
		movers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(mover), 1))
			for !ended.Load() {
				from, to := fmt.Sprintf("%s/root/moves%d", top, random.IntN(40)), fmt.Sprintf("%s/root/still%d/moved%d", top, random.IntN(40), mover)
				if random.IntN(2) == 0 {
					to = fmt.Sprintf("%s/outside/moved%d", top, mover)
				}
				if os.Rename(from, to) == nil {
					_ = os.Rename(to, from)
				}
				busy := fmt.Sprintf("%s/root/still%d/busy%d", top, random.IntN(40), mover)
				_ = os.WriteFile(busy, nil, 0o644)
				_ = os.Remove(busy)
			}
		})
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		for range 20 {
			var got finds
			if err := root.Walk(t.Context(), crowd(t, 4), got.visit, got.failed); err != nil {
				t.Fatal(err)
			}
			slices.Sort(got.names)
			if n := len(slices.Compact(slices.Clone(got.names))); n != len(got.names) {
				t.Errorf("%d of %d names were found twice", len(got.names)-n, len(got.names))
			}
			for _, name := range got.lost {
				if !strings.Contains(name, "move") {
					t.Errorf("%s can't be read", name)
				}
			}
			still := slices.DeleteFunc(got.names, func(name string) bool { return strings.Contains(name, "move") || strings.Contains(name, "busy") })
			if !slices.Equal(want, still) {
				t.Errorf("found %d names of %d", len(still), len(want))
			}
			if i := slices.IndexFunc(got.names, func(name string) bool { return strings.Contains(name, "secret") }); i >= 0 {
				t.Errorf("found %s", got.names[i])
			}
		}
	})
}

// wide has this many subdirectories, with one file each.
func wide(n int) func(string) []string {
	return func(name string) (names []string) {
		for i := range n {
			if name == "wide" {
				names = append(names, fmt.Sprintf("d%04d", i))
			}
		}
		return names
	}
}

func TestAnErrorOrAPanicOfOneWalkerEndsAll(t *testing.T) {
	broken := errors.New("broken")
	for name, tt := range map[string]func() error{
		"an error": func() error { return broken },
		"a panic":  func() error { panic(broken) },
	} {
		for at := range 20 {
			use := &usage{}
			visited := 0
			visit := func([]Node) error {
				if visited++; visited == 1+at*20 {
					return tt()
				}
				return nil
			}
			err := func() (err error) {
				defer func() {
					if p := recover(); p != nil {
						err = p.(error)
					}
				}()
				return walkFrom(t.Context(), made{"wide", wide(3000), use}, crowd(t, 4), visit, nil)
			}()
			if err != broken || use.open > 4 || visited == 3000 {
				t.Errorf("%s at %d: %v, %d visited, %d handles are open", name, at, err, visited, use.open)
			}
		}
	}
}

func TestACancelledWalkEndsWithAllItsWalkers(t *testing.T) {
	use := &usage{}
	ctx, cancel := context.WithCancel(t.Context())
	visited := 0
	err := walkFrom(ctx, made{"wide", wide(1000), use}, crowd(t, 4), func([]Node) error {
		if visited++; visited == 300 {
			cancel()
		}
		return nil
	}, nil)
	if err != context.Canceled || visited > 304 || use.open != 0 {
		t.Errorf("%v, %d visited, %d handles are open", err, visited, use.open)
	}
}

// slowly is a directory on storage that takes a while.
type slowly struct{ made }

func (s slowly) open(name string) (directory, error) {
	time.Sleep(200 * time.Microsecond)
	d, err := s.made.open(name)
	if err != nil {
		return nil, err
	}
	return slowly{d.(made)}, nil
}

func TestMoreWalkersWalkWhileStorageIsWaitedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		base func(made) directory
		want bool // more than for a tree in memory
	}{
		"memory":  {func(m made) directory { return m }, false},
		"storage": {func(m made) directory { return slowly{m} }, true},
	} {
		use := &usage{}
		crew := Alone()
		crew.Walkers, crew.Waiting = 2, 16
		var now, most atomic.Int64
		crew.Enter = func(_ context.Context, call func()) bool {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			call()
			now.Add(-1)
			return true
		}
		err := walkFrom(t.Context(), tt.base(made{"wide", wide(2000), use}), crew, func([]Node) error { return nil }, nil)
		if got := most.Load() > 8; err != nil || got != tt.want || use.most > mostOpen+3*16 {
			t.Errorf("%s: %v, %d walkers at once, %d handles", name, err, most.Load(), use.most)
		}
	}
}

// A walk beside other work waits for the handles of that work, as long as it has any.
func TestAWalkWaitsForHandlesThatOthersHold(t *testing.T) {
	use := &usage{limit: 4}
	for range 3 {
		_ = use.take("")
	}
	var others atomic.Bool
	others.Store(true)
	crew := crowd(t, 3)
	crew.Others = others.Load
	time.AfterFunc(Patience+300*time.Millisecond, func() {
		for range 3 {
			use.giveBack()
		}
		others.Store(false)
	})
	var got finds
	if err := walkFrom(t.Context(), made{"200", combBack, use}, crew, got.visit, got.failed); err != nil || got.lost != nil || len(got.names) != 401 {
		t.Errorf("%v, %d names, %d lost", err, len(got.names), len(got.lost))
	}
}

func TestWithoutHandlesEachDirectoryIsReportedAfterOneWait(t *testing.T) {
	use := &usage{limit: 2}
	_ = use.take("")
	started := time.Now()
	var got finds
	if err := walkFrom(t.Context(), made{"wide", wide(50), use}, crowd(t, 3), got.visit, got.failed); err != nil || len(got.lost) != 50 {
		t.Errorf("%v, %d lost", err, len(got.lost))
	}
	if took := time.Since(started); took < Patience || took > Patience+5*time.Second {
		t.Errorf("it took %v", took)
	}
}
