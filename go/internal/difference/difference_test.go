package difference

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// side reads a list; "|" in a line stands for two spaces, and {text} for the SHA-256 of a text.
func side(t testing.TB, lines ...string) Side {
	t.Helper()
	var text strings.Builder
	for _, line := range lines {
		for {
			before, rest, ok := strings.Cut(line, "{")
			if !ok {
				break
			}
			content, after, _ := strings.Cut(rest, "}")
			line = before + treetest.SHA256(content) + after
		}
		text.WriteString(strings.Replace(line, "|", "  ", 1) + "\n")
	}
	l, err := list.Parse(strings.NewReader(text.String()), list.Options{})
	if err != nil {
		t.Fatalf("%q: %v", lines, err)
	}
	return Of(l)
}

func briefs(d *Difference) []string {
	all := []string{}
	for r := range d.Results() {
		text := fmt.Sprintf("%v %s", r.Status, r.Path)
		if r.MovedTo != "" {
			text += " -> " + r.MovedTo
		}
		if r.MovedWith != "" {
			text += " with " + r.MovedWith
		}
		all = append(all, text)
	}
	return all
}

const (
	md5OfNothing = "d41d8cd98f00b204e9800998ecf8427e"
	md5OfA       = "0cc175b9c0f1b6a831c399e269772661"
)

func TestTwoListsAreCompared(t *testing.T) {
	for _, tt := range []struct {
		name     string
		old, new []string
		want     []string
	}{
		{"the same", []string{"{1}|a"}, []string{"{1}|a"}, nil},
		{"in another order and case", []string{"{1}|a", "{2}|b"}, []string{strings.ToUpper(treetest.SHA256("2")) + "|b", "{1}|./a"}, nil},
		{"added", []string{"{1}|a"}, []string{"{1}|a", "{2}|b"}, []string{"extra b"}},
		{"removed", []string{"{1}|a", "{2}|b"}, []string{"{2}|b"}, []string{"missing a"}},
		{"changed", []string{"{1}|a"}, []string{"{2}|a"}, []string{"mismatch a"}},
		{"moved", []string{"{1}|a"}, []string{"{1}|b"}, []string{"moved a -> b"}},
		{"a copy", []string{"{1}|a"}, []string{"{1}|a", "{1}|b"}, []string{"extra b"}},
		{"moved over another one", []string{"{1}|a", "{2}|b"}, []string{"{1}|b"}, []string{"missing a", "mismatch b"}},
		{"swapped", []string{"{1}|a", "{2}|b"}, []string{"{2}|a", "{1}|b"}, []string{"mismatch a", "mismatch b"}},
		{"empty files don't move", []string{"{}|a", "{1}|z"}, []string{"{}|b", "{1}|z"}, []string{"missing a", "extra b"}},
		{"empty files of the same base do", []string{"{}|x/a", "{1}|z"}, []string{"{}|y/a", "{1}|z"}, []string{"moved x/a -> y/a"}},
		{"a directory", []string{"{1}|old/a", "{2}|old/b/c"}, []string{"{1}|new/a", "{2}|new/b/c"},
			[]string{"moved old/a -> new/a with old", "moved old/b/c -> new/b/c with old"}},
		{"a part of a directory", []string{"{1}|old/a", "{2}|old/b", "{3}|old/c"}, []string{"{1}|new/a", "{2}|new/b", "{3}|old/c"},
			[]string{"moved old/a -> new/a", "moved old/b -> new/b"}},
		{"in the order of the bytes", []string{"{1}|b/x", "{2}|b.x"}, []string{"{3}|b0", "{4}|a"},
			[]string{"extra a", "missing b.x", "missing b/x", "extra b0"}},
		{"by the algorithm in common", []string{"MD5 (a) = " + md5OfA, "SHA256 (a) = {a}"}, []string{"SHA256 (a) = {a}"}, nil},
		{"by the algorithm that differs", []string{"MD5 (a) = " + md5OfNothing, "SHA256 (a) = {a}"}, []string{"MD5 (a) = " + md5OfA, "SHA256 (a) = {a}"},
			[]string{"mismatch a"}},
		{"no algorithm in common", []string{"{1}|a"}, []string{md5OfA + "|a"}, []string{"unsupported a"}},
		{"nothing is known to have moved", []string{"{1}|a"}, []string{md5OfA + "|b"}, []string{"missing a", "extra b"}},
		{"an unsupported algorithm", []string{"SM3 (a) = {1}", "SHA256 (b) = {1}"}, []string{"SM3 (a) = {1}", "SHA256 (b) = {1}"}, []string{"unsupported a"}},
		{"it is removed", []string{"SM3 (a) = {1}", "SHA256 (b) = {1}"}, []string{"SHA256 (b) = {1}"}, []string{"missing a"}},
		{"both contradict themselves alike", []string{"{1}|a", "{2}|a"}, []string{"{2}|a", "{1}|a"}, nil},
		{"one contradicts itself", []string{"{1}|a", "{2}|a"}, []string{"{1}|a"}, []string{"mismatch a"}},
		{"what contradicts itself does not move", []string{"{1}|a", "{2}|a"}, []string{"{1}|b"}, []string{"missing a", "extra b"}},
		{"dots are not resolved", []string{"{1}|d/../a"}, []string{"{2}|a"}, []string{"extra a", "missing d/../a"}},
		{"by the weaker algorithm too", []string{"MD5 (a) = " + md5OfNothing, "SHA256 (a) = {1}"}, []string{"MD5 (b) = " + md5OfA, "SHA256 (b) = {1}"},
			[]string{"missing a", "extra b"}},
	} {
		if got := briefs(Compare(side(t, tt.old...), side(t, tt.new...))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func sized(name, text string, size int64) list.Entry {
	e := list.Entry{Name: name, Hex: treetest.SHA256(text), Algorithm: digest.SHA256}
	e.SetSize(size)
	return e
}

func TestSizesAreCompared(t *testing.T) {
	of := func(all ...list.Entry) Side { return Of(&list.List{Entries: all}) }
	other := list.Entry{Name: "a", Hex: md5OfA, Algorithm: digest.MD5}
	larger := other
	larger.SetSize(4)
	for name, tt := range map[string]struct {
		old, new list.Entry
		want     []string
	}{
		"the same":                {sized("a", "1", 1), sized("a", "1", 1), []string{}},
		"another":                 {sized("a", "1", 1), sized("a", "1", 2), []string{"mismatch a"}},
		"of another algorithm":    {sized("a", "1", 1), larger, []string{"mismatch a"}},
		"not known":               {sized("a", "1", 1), other, []string{"unsupported a"}},
		"it contradicts the move": {sized("a", "1", 1), sized("b", "1", 2), []string{"missing a", "extra b"}},
	} {
		if got := briefs(Compare(of(tt.old), of(tt.new))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestAResultHasTheDigestsThatDiffer(t *testing.T) {
	d := Compare(side(t, "MD5 (a) = "+md5OfA, "SHA256 (a) = {1}", "SHA256 (b) = {2}", "SHA256 (c) = {3}"),
		side(t, "MD5 (a) = "+md5OfA, "SHA256 (a) = {x}", "SHA256 (c) = {3}", "SHA256 (d) = {4}"))
	want := []verdict.Result{
		{Path: "a", Status: verdict.Mismatch, Algorithm: digest.SHA256, Expected: treetest.SHA256("1"), Actual: treetest.SHA256("x")},
		{Path: "b", Status: verdict.Missing, Algorithm: digest.SHA256, Expected: treetest.SHA256("2")},
		{Path: "d", Status: verdict.Extra, Algorithm: digest.SHA256, Actual: treetest.SHA256("4")},
	}
	for i := range want {
		want[i].Fails, want[i].Size = true, -1
	}
	if got := slices.Collect(d.Results()); !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if d.Counts[verdict.OK] != 1 || d.Counts[verdict.Extra] != 1 {
		t.Errorf("counts %v", d.Counts)
	}
}

func TestOnlyWeakDigestsInCommonAreNoted(t *testing.T) {
	for name, tt := range map[string]struct {
		old, new []string
		want     digest.Set
	}{
		"the same":   {[]string{md5OfA + "|a"}, []string{md5OfA + "|a"}, digest.SetOf(digest.MD5)},
		"moved":      {[]string{md5OfA + "|a"}, []string{md5OfA + "|b"}, digest.SetOf(digest.MD5)},
		"changed":    {[]string{md5OfA + "|a"}, []string{md5OfNothing + "|a"}, digest.Set{}},
		"and strong": {[]string{"MD5 (a) = " + md5OfA, "SHA256 (a) = {a}"}, []string{"MD5 (a) = " + md5OfA, "SHA256 (a) = {a}"}, digest.Set{}},
	} {
		if got := Compare(side(t, tt.old...), side(t, tt.new...)).Weak; got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

func TestNamesWithoutDigestsAreNoDifference(t *testing.T) {
	record := func(rows ...string) Side {
		return side(t, append(rows, "a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0")...)
	}
	bare := []string{"x/RECORD,,"}
	d := Compare(record(bare...), record(bare...))
	if got := briefs(d); len(got) != 0 || d.Undigested != 1 || d.Counts[verdict.OK] != 1 {
		t.Errorf("got %q, %d without digests, %v", got, d.Undigested, d.Counts)
	}
	if got := briefs(Compare(record(bare...), record())); !slices.Equal(got, []string{"missing x/RECORD"}) {
		t.Errorf("got %q", got)
	}
}

// tree is what a list says: digests by names.
type tree map[string]string

func (all tree) side() Side {
	l := &list.List{}
	for name, text := range all { // in any order
		l.Entries = append(l.Entries, list.Entry{Name: name, Hex: treetest.SHA256(text), Algorithm: digest.SHA256})
	}
	return Of(l)
}

// applied returns the tree after the changes.
func (all tree) applied(d *Difference, t testing.TB) tree {
	after := maps.Clone(all)
	moved := tree{}
	for r := range d.Results() {
		if _, isThere := all[r.Path]; isThere == (r.Status == verdict.Extra) {
			t.Fatalf("%v %s", r.Status, r.Path)
		}
		switch r.Status {
		case verdict.Missing:
			delete(after, r.Path)
		case verdict.Moved:
			moved[r.MovedTo] = all[r.Path]
			delete(after, r.Path)
		case verdict.Extra, verdict.Mismatch:
			after[r.Path] = textOf(r.Actual)
		}
	}
	maps.Copy(after, moved)
	return after
}

var texts = map[string]string{}

func textOf(hex string) string { return texts[hex] }

func random(r *rand.Rand) tree {
	all := tree{}
	for range r.IntN(12) {
		name := []string{"a", "b", "old", "old/a"}[r.IntN(4)] + "/" + string(rune('a'+r.IntN(3)))
		if r.IntN(3) == 0 {
			name = "new/" + name
		}
		text := strings.Repeat("x", r.IntN(5))
		texts[treetest.SHA256(text)] = text
		all[name] = text
	}
	return all
}

// checkShared looks for each directory of a name that is gone among all names.
func checkShared(t *testing.T, seed uint64, c *Change, new tree) {
	for end, char := range c.old.name {
		if char != '/' {
			continue
		}
		want := false
		for name := range new {
			want = want || strings.HasPrefix(name, c.old.name[:end+1])
		}
		if got := end < int(c.shared); got != want {
			t.Fatalf("seed %d: that %s is there is %v in %q", seed, c.old.name[:end], got, new)
		}
	}
}

func check(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	old, new := random(r), random(r)
	d := Compare(old.side(), new.side())
	if got := old.applied(d, t); !maps.Equal(got, new) {
		t.Fatalf("seed %d: %q to %q: %q gives %q", seed, old, new, briefs(d), got)
	}
	for i := range d.Changes {
		if c := &d.Changes[i]; c.Status == verdict.Missing || c.Status == verdict.Moved {
			checkShared(t, seed, c, new)
		}
	}
	names := []string{}
	for c := range d.Results() {
		names = append(names, c.Path)
	}
	if !slices.IsSorted(names) {
		t.Fatalf("seed %d: %q is not sorted", seed, names)
	}
	if same := d.Counts[verdict.OK]; (len(names) == 0) != maps.Equal(old, new) || int(same) > len(old) {
		t.Fatalf("seed %d: %q to %q: %q", seed, old, new, briefs(d))
	}
}

func TestTheDifferenceAppliedToTheOldOneGivesTheNewOne(t *testing.T) {
	for seed := range uint64(5000) {
		check(t, seed)
	}
}

func FuzzTheDifferenceAppliedToTheOldOneGivesTheNewOne(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(check)
}

func BenchmarkCompare(b *testing.B) {
	l := &list.List{}
	for i := range 100_000 {
		l.Entries = append(l.Entries, list.Entry{Name: fmt.Sprintf("directory-%04d/file-%06d.txt", i/100, i), Hex: treetest.SHA256(fmt.Sprint(i)), Algorithm: digest.SHA256})
	}
	renamed := &list.List{Entries: slices.Clone(l.Entries)}
	for i := range renamed.Entries {
		renamed.Entries[i].Name = "new/" + renamed.Entries[i].Name
	}
	for name, other := range map[string]*list.List{"same": l, "moved": renamed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Compare(Of(l), Of(other))
			}
		})
	}
}

func FuzzACleanNameIsThatOfThePathUnlessItHasTwoDots(f *testing.F) {
	for _, name := range []string{"a", "./a", "a//b", "a/", "/a", ".", "a/.", ".a", "a/.b", "a..b", "a/../b", "..", "", "/", "//"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		want := path.Clean(name)
		if slices.Contains(strings.Split(name, "/"), "..") {
			want = name
		}
		if got := Clean(name); got != want {
			t.Errorf("Clean(%q) = %q, want %q", name, got, want)
		}
	})
}
