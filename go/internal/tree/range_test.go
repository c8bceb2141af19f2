package tree

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

func TestARangeMeetsADirectoryThatCanHaveANameInIt(t *testing.T) {
	for _, tt := range []struct {
		within    Range
		directory string
		want      bool
	}{
		{Range{}, "a", true},
		{Range{"a", ""}, "a", true},
		{Range{"a/b", "a/c"}, "a", true},
		{Range{"a/b", "a/c"}, "a/b", true},
		{Range{"a/b", "a/c"}, "a/a", false},
		{Range{"a/b", "a/c"}, "a/c", false},
		{Range{"a/b", "a/b/c"}, "a/b", true},
		{Range{"a.b", "a0"}, "a", true}, // "a/…" is between them
		{Range{"a0", ""}, "a", false},   // and before "a0"
		{Range{"", "a/"}, "a", false},   // and after "a/"
		{Range{"", "a.b"}, "a", false},  // and after "a.b"
		{Range{"a-b/x", "a/"}, "a", false},
		{Range{"a-b/x", "a/"}, "a-b", true},
		{Range{"b", "b"}, "b", false},
		{Range{"a", "\xff"}, "\xfe", true},
	} {
		if got := tt.within.Meets(tt.directory); got != tt.want {
			t.Errorf("%q.Meets(%q) = %v, want %v", tt.within, tt.directory, got, tt.want)
		}
	}
}

// parted returns ranges that follow each other, and hold all names.
func parted(random *rand.Rand, names []string) (all []Range) {
	from := ""
	for _, bound := range append(treetest.Bounds(random, names), "") {
		all = append(all, Range{from, bound})
		from = bound
	}
	return all
}

func TestAWalkWithinARangeFindsTheNamesInIt(t *testing.T) {
	for seed := range 25 {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		top := treetest.Awkward(t, random, treetest.AwkwardParts())
		whole := listed(t, top)
		for _, walkers := range []int{1, 3} {
			root, crew := mustOpen(t, top), crowd(t, walkers)
			var together []string
			for _, within := range parted(random, whole) {
				crew.Within = within
				found := finds{}
				if err := root.Walk(t.Context(), crew, found.visit, found.failed); err != nil || len(found.lost) > 0 {
					t.Fatal(err, found.lost)
				}
				slices.Sort(found.names)
				want := slices.DeleteFunc(slices.Clone(whole), func(name string) bool { return !within.Holds(name) })
				if !slices.Equal(found.names, want) {
					t.Fatalf("seed %d: within %q the walk finds %q, want %q", seed, within, found.names, want)
				}
				together = append(together, found.names...)
			}
			if !slices.Equal(together, whole) {
				t.Fatalf("seed %d: the ranges have %q, want %q", seed, together, whole)
			}
		}
	}
}

// noting is a directory of a real tree that notes what is opened.
type noting struct {
	directory
	opened *[]string
}

func (n noting) open(name string) (directory, error) {
	*n.opened = append(*n.opened, name)
	d, err := n.directory.open(name)
	return noting{d, n.opened}, err
}

func TestAWalkOpensNoDirectoryThatARangeDoesNotMeet(t *testing.T) {
	top := treetest.Make(t, "a/x=1", "a/y/z=2", "b/x=3", "b/y/z=4", "c/x=5")
	for within, want := range map[Range][]string{
		{}:                 {".", "a", "b", "c", "y", "y"},
		{"b", "b/y"}:       {".", "b"},
		{"b/y/a", "b/y/b"}: {".", "b", "y"},
		{"d", ""}:          {"."},
	} {
		for _, walk := range []func(directory, Crew, *finds) error{
			func(base directory, crew Crew, f *finds) error {
				return walkFrom(t.Context(), base, crew, f.visit, f.failed)
			},
			func(base directory, crew Crew, f *finds) error {
				return walkInOrderFrom(t.Context(), base, crew, func([]byte) error { return nil }, f.failed)
			},
		} {
			var opened []string
			var found finds
			crew := Alone()
			crew.Within = within
			err := walk(noting{mustOpen(t, top).base(), &opened}, crew, &found)
			if slices.Sort(opened); err != nil || found.lost != nil || !slices.Equal(opened, want) {
				t.Errorf("within %q a walk opens %q, %v; want %q", within, opened, err, want)
			}
		}
	}
}

// inOrder returns what a walk in order finds, in its order.
func inOrder(ctx context.Context, root *Root, crew Crew) (names, lost []string, err error) {
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
		if seed%12 == 0 {
			top = grow(t, random)
		}
		whole := listed(t, top)
		eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
			root := open(t, top)
			for _, within := range append(parted(random, whole), Range{}) {
				crew := Alone()
				crew.Within = within
				got, lost, err := inOrder(t.Context(), root, crew)
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
