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

// together returns the lists that consist of the parts for ranges between these bounds, and
// what the ranges leave out, by the code of the warning.
func together(t *testing.T, c Request, bounds []string) (lists map[string]string, left map[problem.WarningCode]job.LeftOut) {
	t.Helper()
	lists, left = map[string]string{}, map[problem.WarningCode]job.LeftOut{}
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
		for _, p := range s.Parts {
			if lists[p.Path] == "" {
				lists[p.Path] = string(p.Header)
			}
			lists[p.Path] += string(p.Lines)
		}
		for _, l := range s.LeftOut {
			all := left[l.Code]
			left[l.Code] = job.LeftOut{Count: all.Count + l.Count, First: append(all.First, l.First...)}
		}
	}
	return lists, left
}

// checkTogether compares the parts for ranges with the lists of one run, and their warnings.
func checkTogether(t *testing.T, c Request, bounds []string) {
	t.Helper()
	lists, left := together(t, c, bounds)
	c.Within = nil
	_, s := runCreate(t, c)
	if s.Err != nil {
		t.Fatal(s.Err)
	}
	if len(lists) != len(s.Outputs) {
		t.Errorf("%d lists of parts, want %q", len(lists), s.Outputs)
	}
	for _, output := range s.Outputs {
		if want := treetest.Read(t, output); lists[output] != want {
			t.Errorf("bounds %q: the parts of %s are\n%swant\n%s", bounds, output, lists[output], want)
		}
	}
	for _, code := range []problem.WarningCode{problem.LinksLeftOut, problem.FilesLeftOut, problem.ListsLeftOut} {
		text, l := "", left[code]
		if i := slices.IndexFunc(s.Warnings, func(w problem.Warning) bool { return w.Code == code }); i >= 0 {
			text = s.Warnings[i].Text
		}
		names := strings.Join(l.First[:min(mostNamed, len(l.First))], ", ")
		if l.Count > mostNamed {
			names += ", …"
		}
		if (text == "") != (l.Count == 0) || !strings.HasSuffix(text, names) || text != "" && !strings.HasPrefix(text, fmt.Sprint(l.Count, " ")) {
			t.Errorf("bounds %q: %d left out, %q, want those of %q", bounds, l.Count, l.First, text)
		}
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
				checkTogether(t, c, treetest.Bounds(random, names))
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
			checkTogether(t, Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: i > 0}, names[i:i+1])
		}
		checkTogether(t, Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: true}, names)
		checkTogether(t, Request{Request: job.Request{Root: root, Exclude: exclude}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: true, All: true}, names)
	}
}

func TestOutputsAreInNoRange(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/list=", "d/log=2", "z=3")
	c := Request{Request: job.Request{Root: root}, Output: root + "/d/list", Algorithms: []digest.Algorithm{digest.SHA256}, Outputs: []string{root + "/d/log"}, Force: true}
	for _, bounds := range [][]string{nil, {"b"}, {"d/list", "d/log", "d/z"}, {"d/listed"}} {
		lists, _ := together(t, c, bounds)
		if want := treetest.SHA256("1") + "  a\n" + treetest.SHA256("3") + "  z\n"; lists[c.Output] != want {
			t.Errorf("bounds %q: got\n%s", bounds, lists[c.Output])
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
			lists, _ := together(t, c, bounds)
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
