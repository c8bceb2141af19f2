package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/treetest"
)

// walkedInOrder returns what a walk in order finds, in its order.
func walkedInOrder(ctx context.Context, root *Root, crew Crew) (names, lost []string, err error) {
	err = root.WalkInOrder(ctx, crew, func(name []byte) error {
		names = append(names, string(name))
		return nil
	}, func(name string, _ error) { lost = append(lost, name) })
	return names, lost, err
}

func TestAWalkInOrderFindsAllNamesInTheOrderOfTheirBytes(t *testing.T) {
	for seed := range 25 {
		random := rand.New(rand.NewPCG(uint64(seed), 2))
		top := treetest.Awkward(t, random, treetest.AwkwardParts())
		if seed == 0 {
			top = grow(t, random)
		}
		whole := listed(t, top)
		eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
			root := open(t, top)
			for _, within := range append(parted(random, whole), Range{}) {
				crew := Alone()
				crew.Within = within
				got, lost, err := walkedInOrder(t.Context(), root, crew)
				want := slices.DeleteFunc(slices.Clone(whole), func(name string) bool { return !within.Holds(name) })
				if !slices.Equal(got, want) || err != nil || len(lost) > 0 {
					t.Fatalf("seed %d: within %q the walk finds %q, want %q; %v %q", seed, within, got, want, err, lost)
				}
			}
		})
	}
}

func TestAWalkInOrderHoldsAFewHandlesAndReopensDirectoriesOnlyAFewTimes(t *testing.T) {
	for _, tt := range costTests {
		t.Run(tt.name, func(t *testing.T) {
			use := &usage{}
			directories := 0
			visit := func([]byte) error { directories++; return nil }
			err := walkInOrderFrom(t.Context(), made{fmt.Sprint(tt.levels), tt.with, use}, Alone(), visit, func(name string, err error) { t.Fatal(len(name), err) })
			if err != nil || use.most > mostOpen || use.ever > 6*directories || use.open != 0 {
				t.Errorf("error %v; %d directories were opened %d times, %d at once, and %d are still open", err, directories, use.ever, use.most, use.open)
			}
		})
	}
}

func TestAWalkInOrderGoesOnWithoutWhatCantBeRead(t *testing.T) {
	use := &usage{gone: func(*usage) string { return "leaf" }}
	names := 0
	var lost []string
	base := made{"40", combBack, use}
	err := walkInOrderFrom(t.Context(), base, Alone(), func([]byte) error { names++; return nil }, func(name string, _ error) { lost = append(lost, name) })
	if err != nil || names != 41 || len(lost) != 40 || use.open != 0 {
		t.Errorf("%v; %d names, %d lost, %d still open", err, names, len(lost), use.open)
	}
}

func TestAWalkInOrderEndsWithItsContextAndWithAnErrorOfItsVisitor(t *testing.T) {
	root := mustOpen(t, treetest.Make(t, "a/b=1", "a/c=2", "d=3"))
	enough := errors.New("enough")
	for _, tt := range []struct {
		end  string // the name at which it ends
		with error
		want []string
	}{
		{"a/b", enough, []string{"a/b"}},
		{"d", enough, []string{"a/b", "a/c", "d"}},
		{"a/b", context.Canceled, []string{"a/b"}},
		{"a/c", context.Canceled, []string{"a/b", "a/c"}},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var names []string
		err := root.WalkInOrder(ctx, Alone(), func(name []byte) error {
			names = append(names, string(name))
			switch {
			case string(name) != tt.end:
			case tt.with == context.Canceled:
				cancel()
			default:
				return tt.with
			}
			return nil
		}, func(string, error) {})
		if cancel(); err != tt.with || !slices.Equal(names, tt.want) {
			t.Errorf("ended at %q: %q, %v; want %q, %v", tt.end, names, err, tt.want, tt.with)
		}
	}
}

// withAhead makes a walk in order list directories ahead, even if all are in memory.
func withAhead(t *testing.T) Crew {
	aheadAlways = true
	t.Cleanup(func() { aheadAlways = false })
	crew := Alone()
	crew.Waiting = 16
	return crew
}

func TestAWalkInOrderThatLooksAheadFindsTheSameNames(t *testing.T) {
	crew := withAhead(t)
	for seed := range 12 {
		random := rand.New(rand.NewPCG(uint64(seed), 4))
		top := treetest.Awkward(t, random, treetest.AwkwardParts())
		if seed == 0 {
			top = grow(t, random)
		}
		want := listed(t, top)
		for _, limit := range []int{0, 3, 5, 12} {
			use := &usage{limit: limit}
			var got finds
			visit := func(name []byte) error { got.names = append(got.names, string(name)); return nil }
			err := walkInOrderFrom(t.Context(), counting{mustOpen(t, top).base(), use}, crew, visit, got.failed)
			if err != nil || got.lost != nil || !slices.Equal(got.names, want) || use.open != 0 || use.most > mostOpen+mostFetched {
				t.Errorf("seed %d, %d handles: %v, lost %q, found %q, want %q; %d handles are open, %d were", seed, limit, err, got.lost, got.names, want, use.open, use.most)
			}
		}
	}
}

// tardy is a directory that is listed after a while.
type tardy struct {
	directory
	now, most *atomic.Int64
}

func (l tardy) open(name string) (directory, error) {
	d, err := l.directory.open(name)
	return tardy{d, l.now, l.most}, err
}

func (l tardy) list(ctx context.Context, buffer []byte, found func([]byte, fs.FileMode, int64) error) error {
	if now := l.now.Add(1); now > l.most.Load() {
		l.most.Store(now)
	}
	defer l.now.Add(-1)
	time.Sleep(5 * time.Millisecond)
	return l.directory.list(ctx, buffer, found)
}

func TestAWalkInOrderListsDirectoriesAheadWhereTheyComeFromStorage(t *testing.T) {
	for waiting, want := range map[int]func(most int64) bool{
		1:  func(most int64) bool { return most == 1 },
		16: func(most int64) bool { return most > 3 },
	} {
		crew := Alone()
		crew.Waiting = waiting
		use := &usage{}
		var now, most atomic.Int64
		directories := 0
		visit := func([]byte) error { directories++; return nil }
		err := walkInOrderFrom(t.Context(), tardy{made{"wide", wide(60), use}, &now, &most}, crew, visit, func(name string, err error) { t.Error(name, err) })
		if err != nil || directories != 61 || !want(most.Load()) || use.open != 0 || use.ever != 61 {
			t.Errorf("with %d: %v, %d directories, %d at once, %d opened, %d still open", waiting, err, directories, most.Load(), use.ever, use.open)
		}
	}
}

func TestALargeDirectoryIsNotHeldAhead(t *testing.T) {
	crew := withAhead(t)
	large := func(name string) []string {
		if name == "wide" {
			return []string{"a", "b"}
		}
		if name == "b" {
			return wide(mostHeld + 1)("wide")
		}
		return nil
	}
	use := &usage{}
	names := 0
	visit := func([]byte) error { names++; return nil }
	err := walkInOrderFrom(t.Context(), made{"wide", large, use}, crew, visit, func(name string, err error) { t.Error(name, err) })
	if err != nil || names != mostHeld+1+3 || use.open != 0 {
		t.Errorf("%v, %d names, %d still open", err, names, use.open)
	}
}

func TestAWalkInOrderThatEndsEarlyClosesWhatItHasListedAhead(t *testing.T) {
	crew := withAhead(t)
	use := &usage{}
	enough := errors.New("enough")
	err := walkInOrderFrom(t.Context(), made{"wide", wide(60), use}, crew, func([]byte) error { return enough }, nil)
	if err != enough || use.open != 0 {
		t.Errorf("%v, %d still open", err, use.open)
	}
}
