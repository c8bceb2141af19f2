package moves

import (
	"fmt"
	"slices"
	"testing"
)

func TestNamesThatAreMostAlikeArePairedFirst(t *testing.T) {
	for _, tt := range []struct {
		gone, found []string
		sameBase    bool
		want        []int
	}{
		{[]string{"a"}, []string{"b"}, false, []int{0}},
		{[]string{"a"}, []string{"b"}, true, []int{-1}},
		{[]string{"a"}, nil, false, []int{-1}},
		{[]string{"a"}, []string{"d/z", "d/a"}, false, []int{1}},
		{[]string{"a"}, []string{"z", "c"}, false, []int{1}},                         // the first by name
		{[]string{"a", "b"}, []string{"c"}, false, []int{0, -1}},                     // each is used once
		{[]string{"b", "a"}, []string{"c"}, false, []int{-1, 0}},                     // whatever the order
		{[]string{"old/a/i", "old/b/i"}, []string{"new/b/i"}, true, []int{-1, 0}},    // two elements before one
		{[]string{"x/i", "y/i"}, []string{"w/x/i", "w/y/i"}, true, []int{0, 1}},      // the whole name
		{[]string{"a", "b"}, []string{"x/b", "y"}, false, []int{1, 0}},               // a base before the rest
		{[]string{"a", "a/a"}, []string{"b/a/a", "b/a"}, true, []int{1, 0}},          // of unequal depth
		{[]string{"p/i", "q/i"}, []string{"r/i", "s/i"}, true, []int{0, 1}},          // both by name
		{[]string{"a/", "b"}, []string{"c/", "d"}, false, []int{0, 1}},               // odd names
		{[]string{"/a", "//b"}, []string{"/c/a", "b"}, true, []int{0, 1}},            // odd names
		{[]string{"1/2/3/4/5/6/7/8/9"}, []string{"2/3/4/5/6/7/8/9"}, true, []int{0}}, // deep
	} {
		if got := Pair(tt.gone, tt.found, tt.sameBase); !slices.Equal(got, tt.want) {
			t.Errorf("Pair(%q, %q, %v) = %v, want %v", tt.gone, tt.found, tt.sameBase, got, tt.want)
		}
	}
}

func TestMillionsOfEqualFilesArePairedInAMoment(t *testing.T) {
	const n = 200_000
	gone, found := make([]string, n), make([]string, n)
	for i := range n {
		gone[i], found[i] = fmt.Sprintf("old/%d/__init__.py", i), fmt.Sprintf("new/%d/__init__.py", i)
	}
	for i, to := range Pair(gone, found, false) {
		if to != i {
			t.Fatalf("%s goes to %s", gone[i], found[to])
		}
	}
}

func TestADirectoryIsRenamedIfItIsGoneAndSeveralFilesMovedWithIt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		moves []Move
		gone  []string
		want  []string
	}{
		{"two files", []Move{{"old/a", "new/a"}, {"old/b", "new/b"}}, []string{"old"}, []string{"old", "old"}},
		{"one file", []Move{{"old/a", "new/a"}}, []string{"old"}, []string{""}},
		{"it is still there", []Move{{"old/a", "new/a"}, {"old/b", "new/b"}}, nil, []string{"", ""}},
		{"the topmost one", []Move{{"old/d/a", "new/d/a"}, {"old/b", "new/b"}}, []string{"old", "old/d"}, []string{"old", "old"}},
		{"one below", []Move{{"x/old/a", "y/old/a"}, {"x/old/b", "y/old/b"}}, []string{"x/old"}, []string{"x/old", "x/old"}},
		{"into another one", []Move{{"a/x", "b/a/x"}, {"a/y", "b/a/y"}}, []string{"a"}, []string{"a", "a"}},
		{"out of one", []Move{{"b/a/x", "a/x"}, {"b/a/y", "a/y"}}, []string{"b", "b/a"}, []string{"b/a", "b/a"}},
		{"out of the root", []Move{{"x", "d/x"}, {"y", "d/y"}}, nil, []string{"", ""}},
		{"other names", []Move{{"old/a", "new/b"}, {"old/c", "new/d"}}, []string{"old"}, []string{"", ""}},
		{"to two", []Move{{"o/a", "n/a"}, {"o/b", "n/b"}, {"o/c", "m/c"}}, []string{"o"}, []string{"o", "o", ""}},
	} {
		isGone := func(directory string) bool { return slices.Contains(tt.gone, directory) }
		if got := Renamed(tt.moves, isGone); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Renamed(%v) = %q, want %q", tt.name, tt.moves, got, tt.want)
		}
	}
}
