package tree

import (
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
