package hashing

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func numbered(n int) *files {
	f := &files{algorithm: func(int) digest.Algorithm { return digest.SHA256 }, outcomes: make([]outcome, n)}
	for i := range n {
		f.names = append(f.names, fmt.Sprint(i))
	}
	return f
}

// nextOf takes one number, or none after the last one.
func nextOf(a *agenda) Next {
	for _, n := range a.next(nil, 1) {
		return n
	}
	return Next{Number: none}
}

func TestLargeFilesAreHandedOutFirstInOrderOfSize(t *testing.T) {
	a := newAgenda(nil, numbered(6))
	a.note(3, largeFile)
	a.note(5, 3*largeFile)
	a.note(1, largeFile-1)
	a.note(0, 2*largeFile)
	var got []int
	for n := nextOf(a); n.Number != none; n = nextOf(a) {
		got = append(got, n.Number)
	}
	if want := []int{5, 0, 3, 1, 2, 4}; !slices.Equal(got, want) {
		t.Errorf("handed out %v, want %v", got, want)
	}
}

func TestEveryNumberIsHandedOutOnceWhileSizesAreNoted(t *testing.T) {
	const n = 10_000
	a := newAgenda(nil, numbered(n))
	var wait sync.WaitGroup
	wait.Go(func() {
		for number := n - 1; number >= 0; number -= 3 {
			a.note(number, largeFile+int64(number))
		}
	})
	taken := make([][]int, 7)
	for w := range taken {
		wait.Go(func() {
			for some := a.next(nil, 1+w*w); len(some) > 0; some = a.next(some[:0], 1+w*w) {
				if len(some) > 1+w*w {
					t.Errorf("%d numbers are handed out at once, at most %d were wanted", len(some), 1+w*w)
				}
				for _, n := range some {
					taken[w] = append(taken[w], n.Number)
				}
			}
		})
	}
	wait.Wait()
	all := slices.Concat(taken...)
	slices.Sort(all)
	if len(all) != n || len(slices.Compact(all)) != n {
		t.Errorf("%d numbers were handed out, %d of them different; want each of %d once", len(all), len(slices.Compact(all)), n)
	}
}

func TestManyLargeFilesAreQueuedQuickly(t *testing.T) {
	const n = 300_000 // insertion into a sorted slice would take a minute
	a := newAgenda(nil, numbered(n))
	started := time.Now()
	for number := range n {
		a.note(number, largeFile+int64((n-number)/1000))
	}
	for before := int64(n); a.large.Load() > 0; {
		number := a.largest().Number
		if size := int64((n - number) / 1000); number == none || size > before {
			t.Fatalf("handed out %d, which is larger than the file before it", number)
		} else {
			before = size
		}
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAPanicInTheScoutIsIgnored(t *testing.T) {
	f := numbered(4)
	f.algorithm = func(int) digest.Algorithm { panic("broken") }
	r := testRun(rootOf(t), f, 1, false)
	r.agenda.scout(t.Context(), r)
}

func TestTheScoutFindsLargeFilesFromTheEnd(t *testing.T) {
	directory := treetest.Make(t, "0=", "1=", "3=")
	for name, size := range map[string]int64{"1": largeFile, "3": 2 * largeFile} {
		if err := os.Truncate(filepath.Join(directory, name), size); err != nil {
			t.Skip(err)
		}
	}
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	r := testRun(root, numbered(4), 1, false) // file 2 is missing
	r.agenda.scout(t.Context(), r)
	for _, want := range []int{3, 1, 0, 2} {
		if n := nextOf(r.agenda); n.Number != want {
			t.Errorf("handed out %d, want %d", n.Number, want)
		}
	}
}

// slow is work of which a file is begun now and then.
type slow struct {
	*files
	mu    sync.Mutex
	begun []Next
}

func (s *slow) Admits(n Next) bool {
	time.Sleep(time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = append(s.begun, n)
	return true
}

func TestALargeFileAtTheEndIsBegunEarly(t *testing.T) {
	const n = 400
	var specs []string
	for i := range n {
		specs = append(specs, fmt.Sprintf("%d=", i))
	}
	directory := treetest.Make(t, specs...)
	if err := os.Truncate(filepath.Join(directory, fmt.Sprint(n-1)), largeFile); err != nil {
		t.Skip(err)
	}
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	share := holdings.Register()
	defer share.End()
	for name, o := range map[string]Options{"scouted": {Workers: 2}, "measured": {Workers: 2, Sizes: true}} {
		w := &slow{files: numbered(n)}
		if err := Run(t.Context(), root, w, o, share, &Meter{}); err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(w.begun, func(b Next) bool { return b.Number == n-1 })
		if at < 0 || at > n/2 || !w.begun[at].Early() {
			t.Errorf("%s: the large file is begun as number %d of %d: %+v", name, at, n, w.begun[max(at, 0)])
		}
	}
}

func TestANumberCanBeTakenOnceWhateverTheirCount(t *testing.T) {
	for _, n := range []int{1, 31, 32, 33, 64, 65} {
		a := newAgenda(nil, numbered(n))
		for number := range n {
			if !a.take(number) || a.take(number) {
				t.Errorf("of %d numbers, %d is not taken exactly once", n, number)
			}
		}
	}
}
