package verify

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// inParts returns the results of all ranges between these bounds, the sum of their counts, and
// whether all are OK.
func inParts(t *testing.T, r Request, bounds []string) (briefs []string, counts verdict.Counts, ok bool) {
	t.Helper()
	from, briefs, ok := "", []string{}, true
	for _, to := range append(slices.Clone(bounds), "") {
		r.Within = &tree.Range{From: from, To: to}
		from = to
		results, s := run(t, r)
		if s.Err != nil {
			t.Fatalf("within %q: %v", *r.Within, s.Err)
		}
		briefs = append(briefs, jobtest.Briefs(results)...)
		for status, n := range s.Counts {
			counts[status] += n
		}
		ok = ok && s.OK
	}
	return briefs, counts, ok
}

// checkParts compares the ranges between bounds with one run: together, and the extra files
// alone.
func checkParts(t *testing.T, r Request, bounds []string) {
	t.Helper()
	results, s := run(t, r)
	if s.Err != nil {
		t.Fatal(s.Err)
	}
	want := jobtest.Briefs(results)
	got, counts, ok := inParts(t, r, bounds)
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) || counts != s.Counts || ok != s.OK {
		t.Errorf("bounds %q: got %q, %v, ok %v; want %q, %v, ok %v", bounds, got, counts, ok, want, s.Counts, s.OK)
	}
	r.ExtraAlone = true
	extra := slices.DeleteFunc(want, func(brief string) bool { return !strings.HasSuffix(brief, " extra") })
	got, counts, ok = inParts(t, r, bounds)
	if !slices.Equal(got, extra) || counts[verdict.Extra] != s.Counts[verdict.Extra] || counts[verdict.OK] != 0 || ok != (len(extra) == 0) {
		t.Errorf("bounds %q: extra alone are %q, %v, ok %v; want %q", bounds, got, counts, ok, extra)
	}
}

func namesIn(t *testing.T, top string) (names []string) {
	t.Helper()
	root, err := tree.Open(top)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	visit := func(name []byte) error { names = append(names, string(name)); return nil }
	if err := root.WalkInOrder(t.Context(), tree.Alone(), visit, func(string, error) {}); err != nil {
		t.Fatal(err)
	}
	return names
}

func TestTheRangesOfARunGiveItsVerdicts(t *testing.T) {
	for seed := range 30 {
		random := rand.New(rand.NewPCG(uint64(seed), 3))
		parts := slices.DeleteFunc(treetest.AwkwardParts(), func(part string) bool { return strings.ContainsAny(part, "\n") })
		top := treetest.Awkward(t, random, parts)
		var lines []string
		for _, name := range append(namesIn(t, top), "gone", "a/gone") {
			written := []string{name, "./" + name, "nothing/../" + name}[random.IntN(2)]
			switch random.IntN(5) {
			case 0: // extra
			case 1:
				lines = append(lines, treetest.SHA256("else")+"  "+written)
			default:
				lines = append(lines, treetest.SHA256(filepath.FromSlash(name))+"  "+written)
			}
		}
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		text := "malformed\n" + strings.Join(lines, "\n") + "\n" + treetest.SHA256("x") + "  ../outside\n"
		list := List{Path: "list", Content: []byte(text)}
		for _, lenient := range []bool{false, true} {
			checkParts(t, Request{Request: job.Request{Root: top}, Lists: []List{list}, Extra: AllExtra, Lenient: lenient}, treetest.Bounds(random, namesIn(t, top)))
		}
	}
}

func TestEveryCutFindsTheSameExtraFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	in := treetest.SHA256("in")
	entry := in + "  a\n"
	top := treetest.Make(t, "a=in", "SHA256SUMS="+entry+in+"  l/a\n"+treetest.SHA256(entry)+"  listed.sha256\n", "SHA256SUMS.asc=s", "d/a=in", "l -> d", "l.x=1",
		"other.sha256="+entry, "other.sha256.asc=s", "other.sha256.sig=s", "listed.sha256="+entry, "listed.sha256.asc=s", "notes.sha256=prose", "notes.sha256.asc=s",
		"d/SHA256SUMS="+entry, "linked.sha256 -> other.sha256", "linked.sha256.asc=s", "m -> d", "empty/", "z=1", "left.sha256="+entry, "left.sha256.asc=s")
	names := namesIn(t, top)
	for _, exclude := range [][]string{nil, {"left.sha256"}} {
		for _, extra := range []Extra{AllExtra, FilesExtra} {
			r := Request{Request: job.Request{Root: top, Exclude: exclude}, Lists: []List{{Path: top + "/SHA256SUMS"}}, Extra: extra, Outputs: []string{top + "/z"}}
			for i := range names {
				checkParts(t, r, names[i:i+1])
			}
			checkParts(t, r, names)
		}
	}
}

func TestTheListsThatRangesDontUseAreThoseOfOneRun(t *testing.T) {
	entry := treetest.SHA256("in") + "  a\n"
	top := treetest.Make(t, "a=in", "SHA256SUMS="+entry, "b.sha256="+entry, "c.sha256="+entry)
	r := Request{Request: job.Request{Root: top}, Lists: []List{{Path: top + "/SHA256SUMS"}}, Extra: AllExtra}
	for _, alone := range []bool{false, true} {
		r.ExtraAlone = alone
		var first []string
		for _, within := range []tree.Range{{From: "", To: "c"}, {From: "c", To: ""}} {
			r.Within = &within
			_, s := run(t, r)
			for _, l := range s.LeftOut {
				if l.Code != problem.ListsLeftOut || l.Count != len(l.First) {
					t.Errorf("got %+v", l)
				}
				first = append(first, l.First...)
			}
		}
		if want := []string{"b.sha256", "c.sha256"}; !slices.Equal(first, want) {
			t.Errorf("got %q, want %q", first, want)
		}
	}
}

func TestAFileIsNotExtraIfItsNameInAnotherCaseIsInAnotherRange(t *testing.T) {
	root := treetest.Caseless(t)
	in := treetest.SHA256("in")
	list := List{Path: "list", Content: []byte(in + "  README.TXT\n" + in + "  SUB/FILE\n" + in + "  caf\u00e9\n" + in + "  plain\n")}
	r := Request{Request: job.Request{Root: root}, Lists: []List{list}, Extra: AllExtra, ExtraAlone: true}
	for _, bounds := range [][]string{nil, {"S"}, {"a"}, {"S", "a", "b", "cafe\u0301", "cafg", "s"}} {
		if got, _, _ := inParts(t, r, bounds); !slices.Equal(got, []string{"added extra", "readme.link extra"}) {
			t.Errorf("bounds %q: got %q", bounds, got)
		}
	}
}

// On a file system with both names, each is a file of its own.
func TestAHardLinkWithANameInAnotherCaseIsExtra(t *testing.T) {
	top := treetest.Make(t, "README=in", "z=1")
	if err := os.Link(top+"/README", top+"/readme"); err != nil {
		t.Skip(err)
	}
	list := List{Path: "list", Content: []byte(treetest.SHA256("in") + "  README\n")}
	for _, bounds := range [][]string{nil, {"a"}, {"README", "readme", "s"}} {
		checkParts(t, Request{Request: job.Request{Root: top}, Lists: []List{list}, Extra: AllExtra}, bounds)
	}
}

func TestARangeWithoutEntriesIsNoFailure(t *testing.T) {
	top := treetest.Make(t, "a=in")
	list := List{Path: "list", Content: []byte(treetest.SHA256("in") + "  a\n")}
	for _, r := range []Request{{}, {Extra: AllExtra}, {Extra: AllExtra, ExtraAlone: true}} {
		r.Root, r.Lists, r.Within = top, []List{list}, &tree.Range{From: "b"}
		if results, s := run(t, r); !s.OK || s.Err != nil || len(results)+len(s.Warnings) > 0 {
			t.Errorf("ok %v, %v, %q, %q", s.OK, s.Err, jobtest.Briefs(results), s.Warnings)
		}
	}
}

func TestAListWithoutAnyEntryFailsEachRange(t *testing.T) {
	top := treetest.Make(t, "a=in")
	for _, text := range []string{"", "prose\n", "SHA-7 (a) = 00\n"} {
		for _, from := range []string{"", "b"} {
			r := Request{Request: job.Request{Root: top, Within: &tree.Range{From: from}}, Lists: []List{{Path: "list", Content: []byte(text)}}}
			if _, s := run(t, r); s.Err == nil {
				t.Errorf("%q from %q: no error", text, from)
			}
		}
	}
}

func TestWhatCantBeDoneInPartsIsRefused(t *testing.T) {
	top := treetest.Make(t, "a=in")
	all := &tree.Range{}
	for want, r := range map[string]Request{
		"extra_alone needs extra":                      {ExtraAlone: true},
		"extra_alone can't be combined with moved":     {ExtraAlone: true, Extra: AllExtra, Moved: true},
		"within can't be combined with moved":          {Request: job.Request{Within: all}, Extra: AllExtra, Moved: true},
		"within can't be combined with a selection":    {Request: job.Request{Within: all}, Only: []string{"*"}},
		`within: no name comes from "b" on and before`: {Request: job.Request{Within: &tree.Range{From: "b", To: "a"}}},
	} {
		r.Root = top
		if _, err := Start(t.Context(), r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	bag := treetest.Make(t, "bagit.txt=BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "data/a=in",
		fmt.Sprintf("manifest-sha256.txt=%s  data/a\n", treetest.SHA256("in")))
	for _, r := range []Request{{Request: job.Request{Within: all}}, {Extra: AllExtra, ExtraAlone: true}} {
		r.Root = bag
		if _, s := run(t, r); problem.From(s.Err).Code != problem.InvalidBag {
			t.Errorf("got %v", s.Err)
		}
	}
}
