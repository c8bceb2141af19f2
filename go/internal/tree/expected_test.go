package tree_test

import (
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/tree"
)

func TestExpectedNamesAreSeenOnce(t *testing.T) {
	e := tree.NewExpected(2)
	for _, name := range []string{"a", "b", "a"} {
		e.Add(name)
	}
	for name, want := range map[string]bool{"a": true, "c": false} {
		for range 2 {
			if e.See(name) != want {
				t.Errorf("%s is expected: %t", name, !want)
			}
		}
	}
	if !e.HasUnseen() {
		t.Error("b has not been seen")
	}
	if seen, unseen := slices.Sorted(e.Names(true)), slices.Sorted(e.Names(false)); !slices.Equal(seen, []string{"a"}) || !slices.Equal(unseen, []string{"b"}) {
		t.Errorf("seen %q, not %q", seen, unseen)
	}
	if e.See("b"); e.HasUnseen() {
		t.Error("all have been seen")
	}
}

func TestNothingIsExpectedOfNone(t *testing.T) {
	var none *tree.Expected
	if none.See("a") || none.HasUnseen() || len(slices.Collect(none.Names(false))) > 0 {
		t.Error("it has a name")
	}
}
