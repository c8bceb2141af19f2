package create

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// inParts returns the lists that consist of the parts for ranges between these bounds, by
// their paths, and what is needed to join them.
func inParts(t *testing.T, c Request, bounds []string) (lists map[string]string, j Joining) {
	t.Helper()
	lists, j = map[string]string{}, Joining{Request: c}
	var paths []string
	from := ""
	for _, to := range append(slices.Clone(bounds), "") {
		c.Within = &tree.Range{From: from, To: to}
		from = to
		results, s := runCreate(t, c)
		if s.Err != nil || !s.OK {
			t.Fatalf("within %q: %v, %q", *c.Within, s.Err, jobtest.Briefs(results))
		}
		if len(s.Outputs) > 0 {
			t.Errorf("within %q: wrote %q", *c.Within, s.Outputs)
		}
		paths = nil
		for _, p := range s.Parts {
			if lists[p.Path] == "" {
				lists[p.Path] = string(p.Header)
			}
			lists[p.Path] += string(p.Lines)
			paths = append(paths, p.Path)
		}
		j.LeftOut = append(j.LeftOut, s.LeftOut...)
	}
	for i, path := range paths {
		text := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := os.WriteFile(text, []byte(lists[path]), 0o644); err != nil {
			t.Fatal(err)
		}
		j.Texts = append(j.Texts, text)
	}
	return lists, j
}

func runJoin(t *testing.T, j Joining) *job.Summary {
	t.Helper()
	started, err := Join(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	_, s := jobtest.Drain(started)
	return s
}

// checkParts compares the parts for ranges with the lists of one run, and what is joined of
// them with that run.
func checkParts(t *testing.T, c Request, bounds []string) {
	t.Helper()
	lists, j := inParts(t, c, bounds)
	_, s := runCreate(t, c)
	if s.Err != nil {
		t.Fatal(s.Err)
	}
	if len(lists) != len(s.Outputs) {
		t.Errorf("%d lists of parts, want %q", len(lists), s.Outputs)
	}
	j.Force = true
	joined := runJoin(t, j)
	for _, output := range s.Outputs {
		want := lists[output]
		if got := treetest.Read(t, output); got != want {
			t.Errorf("bounds %q: joined to %s are\n%swant\n%s", bounds, output, got, want)
		}
	}
	c.Force = true
	if _, s = runCreate(t, c); s.Err != nil {
		t.Fatal(s.Err)
	}
	for _, output := range s.Outputs {
		if want := treetest.Read(t, output); lists[output] != want {
			t.Errorf("bounds %q: the parts of %s are\n%swant\n%s", bounds, output, lists[output], want)
		}
	}
	if !slices.Equal(joined.Outputs, s.Outputs) || !joined.OK || !slices.Equal(joined.Warnings, s.Warnings) || !slices.Equal(joined.Algorithms, s.Algorithms) {
		t.Errorf("bounds %q: joined %q, ok %v, %v, warnings %q; want %q, warnings %q", bounds, joined.Outputs, joined.OK, joined.Err, joined.Warnings, s.Outputs, s.Warnings)
	}
}

func TestThePartsForRangesOfNamesAreTheListOfOneRun(t *testing.T) {
	oneLine := slices.DeleteFunc(treetest.AwkwardParts(), func(part string) bool { return strings.Contains(part, "\n") })
	for i, tt := range []struct {
		format     *list.Format
		output     string
		algorithms []digest.Algorithm
		parts      []string
	}{
		{nil, "", nil, treetest.AwkwardParts()},
		{nil, "", []digest.Algorithm{digest.SHA512, digest.MD5, digest.BLAKE3}, treetest.AwkwardParts()},
		{&list.Coreutils, "all.txt", []digest.Algorithm{digest.SHA256, digest.CRC32}, treetest.AwkwardParts()},
		{&list.Zero, "list.zero", []digest.Algorithm{digest.SHA1}, treetest.AwkwardParts()},
		{&list.SFV, "list.sfv", nil, oneLine},
		{&list.Hashdeep, "list.hashdeep", []digest.Algorithm{digest.MD5, digest.SHA256}, oneLine},
		{&list.Mtree, "list.mtree", []digest.Algorithm{digest.SHA256}, treetest.AwkwardParts()},
	} {
		t.Run(fmt.Sprint(i, tt.output), func(t *testing.T) {
			for seed := range 8 {
				random := rand.New(rand.NewPCG(uint64(seed), uint64(i)))
				root := treetest.Awkward(t, random, tt.parts)
				if err := os.WriteFile(root+"/b", nil, 0o644); err != nil && !os.IsExist(err) {
					continue // a directory
				}
				names := walked(t, root)
				c := Request{Request: job.Request{Root: root, Directory: t.TempDir()}, Format: tt.format, Algorithms: tt.algorithms, Output: tt.output}
				if tt.output != "" {
					c.Output = filepath.Join(c.Directory, tt.output)
				}
				checkParts(t, c, treetest.Bounds(random, names))
			}
		})
	}
}

func walked(t *testing.T, top string) (names []string) {
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

// What is a list, and what is the signature of one, is decided by names that may be in
// different ranges.
func TestEveryCutLeavesOutTheSameListsLinksAndOtherFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	entry := treetest.SHA256("1") + "  a\n"
	specs := []string{
		"a=1", "b.asc=2", "checksums.txt=" + entry, "checksums.txt.asc=s", "checksums.txt.sig=s", "MD5SUMS=prose", "MD5SUMS.asc=s",
		"d/SHA1SUMS=" + entry, "d/SHA1SUMS.asc=s", "SHA256SUMS.minisig=s", "linked.sha256 -> d/SHA1SUMS", "linked.sha256.asc=s",
		"lost.sha256 -> nothing", "lost.sha256.asc=s", "x.sha256/y=3", "x.sha256.asc=4", "ignored.sha256=" + entry, "ignored.sha256.asc=5",
		"out -> ..", "to-d -> d", "to-a -> a", "up -> ../x", ".checksig-0123abcd.part=6",
	}
	for _, exclude := range [][]string{nil, {"ignored.sha256"}} {
		root := treetest.Make(t, specs...)
		names := walked(t, root)
		for i := range names {
			checkParts(t, Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: i > 0}, names[i:i+1])
		}
		checkParts(t, Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: true}, names)
		checkParts(t, Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: true, All: true}, names)
	}
}

func TestOutputsAreInNoRange(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/list=", "d/log=2", "z=3")
	c := Request{Request: job.Request{Root: root}, Output: root + "/d/list", Algorithms: []digest.Algorithm{digest.SHA256}, Outputs: []string{root + "/d/log"}, Force: true}
	for _, bounds := range [][]string{nil, {"b"}, {"d/list", "d/log", "d/z"}, {"d/listed"}} {
		lists, _ := inParts(t, c, bounds)
		if want := treetest.SHA256("1") + "  a\n" + treetest.SHA256("3") + "  z\n"; lists[c.Output] != want {
			t.Errorf("bounds %q: got\n%s", bounds, lists[c.Output])
		}
	}
}

// The output is known by its own name, although that is in another range.
func TestAHardLinkOfAnOutputIsListedInAnyRange(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/list=", "z=3")
	for _, name := range []string{"/d/copy", "/d/z"} {
		if err := os.Link(root+"/d/list", root+name); err != nil {
			t.Skip(err)
		}
	}
	c := Request{Request: job.Request{Root: root}, Output: root + "/d/list", Algorithms: []digest.Algorithm{digest.SHA256}, Force: true}
	empty, want := treetest.SHA256(""), treetest.SHA256("1")+"  a\n"
	want += empty + "  d/copy\n" + empty + "  d/z\n" + treetest.SHA256("3") + "  z\n"
	for _, bounds := range [][]string{nil, {"d/l"}, {"d/m"}, {"d/l", "d/m"}, {"b", "d/list", "d/z", "e"}} {
		if lists, _ := inParts(t, c, bounds); lists[c.Output] != want {
			t.Errorf("bounds %q: got\n%swant\n%s", bounds, lists[c.Output], want)
		}
	}
}

// On a file system that ignores case, the name of an output may be in another range than the
// name by which a walk finds it.
func TestAnOutputWithAnotherCaseIsInNoRange(t *testing.T) {
	root := treetest.Caseless(t)
	for _, output := range []string{"SHA256SUMS", "sha256sums", "Sha256Sums"} {
		c := Request{Request: job.Request{Root: root}, Output: filepath.Join(root, output), Algorithms: []digest.Algorithm{digest.SHA256}, Force: true, All: true}
		for _, bounds := range [][]string{{"a"}, {"SHA256SUMS"}, {"SHA256SUMSx", "b", "sha256sums"}} {
			lists, _ := inParts(t, c, bounds)
			if text := lists[c.Output]; strings.Contains(text, "SHA256SUMS") || strings.Count(text, "\n") != 6 {
				t.Errorf("output %s, bounds %q: got\n%s", output, bounds, text)
			}
		}
	}
}

func TestAFileThatCantBeListedFailsOnlyItsRange(t *testing.T) {
	root := treetest.Make(t, "a=1", "new\nline=2", "z=3")
	c := Request{Request: job.Request{Root: root}, Output: "list.sfv"}
	for within, want := range map[tree.Range]bool{{From: "", To: "n"}: true, {From: "n", To: "o"}: false, {From: "o", To: ""}: true} {
		c.Within = &within
		results, s := runCreate(t, c)
		if s.OK != want || s.Err != nil || (len(s.Parts) > 0) != want || (len(results) == 0) != want {
			t.Errorf("within %q: ok %v, %v, %d parts, %q", within, s.OK, s.Err, len(s.Parts), jobtest.Briefs(results))
		}
	}
}

func TestARangeWithoutFilesHasEmptyParts(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/")
	for _, format := range []*list.Format{nil, &list.Hashdeep, &list.Mtree} {
		c := Request{Request: job.Request{Root: root, Within: &tree.Range{From: "b", To: ""}}, Output: root + "/list", Format: format, Algorithms: []digest.Algorithm{digest.SHA256}}
		_, s := runCreate(t, c)
		if !s.OK || s.Err != nil || len(s.Parts) != 1 || len(s.Parts[0].Header)+len(s.Parts[0].Lines) > 0 {
			t.Errorf("ok %v, %v, parts %q", s.OK, s.Err, s.Parts)
		}
	}
}

func TestWhatARangeCantBeCombinedWithIsRefused(t *testing.T) {
	root := treetest.Make(t, "a=1", "data/b=2")
	for _, c := range []Request{{Bag: true}, {Sidecars: true, Files: []string{root + "/a"}}, {Files: []string{root + "/a"}}} {
		c.Root, c.Within = root, &tree.Range{}
		if _, err := Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), "within can't be combined") {
			t.Errorf("got %v", err)
		}
	}
}

func TestAJoinFindsAtOnceWhatCantBeWritten(t *testing.T) {
	root := treetest.Make(t, "a=1", "SHA256SUMS="+treetest.SHA256("1")+"  a\n", "prose.sha256=what is no list", "d/")
	for _, tt := range []struct {
		output string
		force  bool
		want   problem.Code
	}{
		{"", false, problem.OutputExists},
		{"prose.sha256", true, problem.OutputNotAList},
		{"d", true, problem.OutputNotRegular},
		{"nothing/list", false, problem.OutputUnwritable},
	} {
		j := Joining{Request: Request{Request: job.Request{Root: root, Directory: root}, Output: tt.output, Force: tt.force, Algorithms: []digest.Algorithm{digest.SHA256}}}
		if s := runJoin(t, j); problem.From(s.Err).Code != tt.want {
			t.Errorf("output %q: got %v", tt.output, s.Err)
		}
	}
	j := Joining{Request: Request{Request: job.Request{Root: root}, Output: root + "/new", Algorithms: []digest.Algorithm{digest.SHA256}}}
	s := runJoin(t, j)
	if _, err := os.Lstat(root + "/new"); !s.OK || s.Err != nil || !os.IsNotExist(err) {
		t.Errorf("a list that can be written: ok %v, %v, and then %v", s.OK, s.Err, err)
	}
}

func TestAJoinOfNothingFailsAsOneRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	for _, specs := range [][]string{{"d/"}, {"out -> .."}, {"loop -> loop"}, {"b.sha256=" + treetest.SHA256("1") + "  a\n", "b.sha256.asc=s"}} {
		for _, exclude := range [][]string{nil, {"what"}} {
			root := treetest.Make(t, specs...)
			c := Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}}
			_, want := runCreate(t, c)
			_, j := inParts(t, c, []string{"b", "c"})
			s := runJoin(t, j)
			if problem.From(s.Err).Code != problem.From(want.Err).Code || s.Err.Error() != want.Err.Error() {
				t.Errorf("%q: got %v, want %v", specs, s.Err, want.Err)
			}
			if _, err := os.Lstat(root + "/SHA256SUMS"); !os.IsNotExist(err) {
				t.Errorf("%q: a list was written", specs)
			}
		}
	}
}

func TestAJoinWritesNothingThatIsReadAsAnotherFormat(t *testing.T) {
	root := treetest.Make(t, "a=1")
	text := treetest.Make(t, "text="+treetest.SHA256("1")+"  a\n") + "/text"
	j := Joining{Request: Request{Request: job.Request{Root: root}, Output: root + "/list", Format: &list.Hashdeep, Algorithms: []digest.Algorithm{digest.SHA256}}, Texts: []string{text}}
	s := runJoin(t, j)
	if _, err := os.Lstat(root + "/list"); problem.From(s.Err).Code != problem.OutputUnwritable || !os.IsNotExist(err) {
		t.Errorf("got %v, and then %v", s.Err, err)
	}
}

func TestWhatCantBeJoinedIsRefused(t *testing.T) {
	root := treetest.Make(t, "a=1", "data/b=2")
	for want, j := range map[string]Joining{
		"a join can't be combined": {Request: Request{Bag: true}},
		"2 texts given":            {Texts: []string{"a", "b"}},
		"texts has an empty path":  {Texts: []string{""}},
	} {
		j.Root = root
		if _, err := Join(t.Context(), j); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	j := Joining{Request: Request{Request: job.Request{Root: root}}, Texts: []string{root + "/nothing"}}
	if s := runJoin(t, j); problem.From(s.Err).Code != problem.ListUnreadable {
		t.Errorf("got %v", s.Err)
	}
}
