package create

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// in returns paths of names in a directory.
func in(directory string, names ...string) (all []string) {
	for _, name := range names {
		all = append(all, filepath.Join(directory, name))
	}
	return all
}

func TestOnlyTheFilesThatAreNamedAreListed(t *testing.T) {
	root := treetest.Make(t, "a=1", "b=2", ".hidden=3", "d/c=4", "d/e=5", "l -> d/c", "MD5SUMS="+strings.Repeat("0", 32)+"  a\n")
	named := in(root, "d/c", "a", "d/../a", ".hidden", "l", "MD5SUMS", "SHA256SUMS")
	_, s := runCreate(t, Request{Request: job.Request{Root: root}, Files: named})
	want := treetest.SHA256("3") + "  .hidden\n" + treetest.SHA256("1") + "  a\n" + treetest.SHA256("4") + "  d/c\n" + treetest.SHA256("4") + "  l\n"
	if !s.OK || treetest.Read(t, s.Output) != want {
		t.Fatalf("got %v\n%s\nwant\n%s", s.Err, treetest.Read(t, s.Output), want)
	}
	if len(s.Warnings) != 1 || s.Warnings[0].Code != problem.ListsLeftOut {
		t.Errorf("warnings are %v", s.Warnings)
	}
	_, s = runCreate(t, Request{Request: job.Request{Root: root, Exclude: []string{"d/"}}, Files: named, All: true, Force: true})
	if text := treetest.Read(t, s.Output); !s.OK || strings.Contains(text, "d/c") || !strings.Contains(text, "MD5SUMS") {
		t.Errorf("got %v\n%s", s.Err, text)
	}
}

func TestAFileThatCantBeListedPreventsTheList(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/x=2", "out -> ../../../../../../../../etc/passwd")
	for name, want := range map[string]verdict.Status{"nothing": verdict.Missing, "d": verdict.NotRegular, "out": verdict.OutsideRoot} {
		results, s := runCreate(t, Request{Request: job.Request{Root: root}, Files: in(root, "a", name)})
		if s.OK || len(results) != 1 || results[0].Status != want || results[0].Path != name || !results[0].Fails {
			t.Errorf("%s: got %v, %+v", name, s.Err, results)
		}
	}
	if entries, _ := os.ReadDir(root); len(entries) != 3 {
		t.Errorf("left %v", entries)
	}
}

func TestFilesThatMakeNoListAreAnError(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/x=2", "MD5SUMS="+strings.Repeat("0", 32)+"  a\n")
	outside := treetest.Make(t, "b=1")
	for _, tt := range []struct {
		request Request
		code    problem.Code
		reason  string
	}{
		{Request{Files: in(outside, "b")}, problem.NotBeneathRoot, "not beneath"},
		{Request{Files: in(root, "SHA256SUMS")}, problem.NoFiles, "no files to list"},
		{Request{Files: in(root, "MD5SUMS")}, problem.NoFiles, "--all lists"},
		{Request{Files: in(root, "a"), Request: job.Request{Exclude: []string{"a"}}}, problem.NoFiles, "not excluded"},
		{Request{Files: []string{""}}, problem.InvalidArgument, "empty"},
		{Request{Files: in(root, "a"), Bag: true}, problem.InvalidArgument, "bagit"},
		{Request{Files: in(root, "d/x"), Sidecars: true}, problem.NotBeneathRoot, "not directly in"},
		{Request{Files: in(root, "a"), Sidecars: true, Output: "x"}, problem.InvalidArgument, "output"},
		{Request{Sidecars: true}, problem.InvalidArgument, "needs files"},
		{Request{Files: in(root, "a"), Sidecars: true, Format: &list.Gentoo}, problem.InvalidArgument, "needs an output"},
	} {
		tt.request.Root = root
		j, err := Start(t.Context(), tt.request)
		if err == nil {
			_, s := jobtest.Drain(j)
			err = s.Err
		}
		if e := problem.From(err); e.Code != tt.code || !strings.Contains(e.Reason, tt.reason) {
			t.Errorf("%+v: got %v, want %v, %s", tt.request, err, tt.code, tt.reason)
		}
	}
	if entries, _ := os.ReadDir(root); len(entries) != 3 {
		t.Errorf("left %v", entries)
	}
}

func TestEachFileGetsAListOfItsOwn(t *testing.T) {
	root := treetest.Make(t, "a=1", "b c=2", "x.md5.gz=3", "not me=4", "MD5SUMS="+strings.Repeat("0", 32)+"  a\n")
	request := Request{
		Request: job.Request{Root: root}, Files: in(root, "x.md5.gz", "a", "b c", "a", "nothing"), Sidecars: true,
		Algorithms: []digest.Algorithm{digest.SHA256, digest.MD5},
	}
	results, s := runCreate(t, request)
	if s.OK || len(results) != 1 || results[0].Path != "nothing" || s.Counts[verdict.OK] != 3 {
		t.Errorf("got %v, %+v", s.Err, results)
	}
	if want := in(root, "a.sha256", "a.md5", "b c.sha256", "b c.md5", "x.md5.gz.sha256", "x.md5.gz.md5"); strings.Join(s.Outputs, " ") != strings.Join(want, " ") {
		t.Errorf("wrote %q", s.Outputs)
	}
	if got := treetest.Read(t, filepath.Join(root, "b c.sha256")); got != treetest.SHA256("2")+"  b c\n" {
		t.Errorf("got %q", got)
	}
	if err := os.Remove(filepath.Join(root, "MD5SUMS")); err != nil {
		t.Fatal(err)
	}
	if results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}}); !s.OK || s.Counts[verdict.OK] != 6 {
		t.Errorf("they do not verify: %v, %+v", s.Err, results)
	}
}

func TestAListThatExistsIsReplacedOnlyByForce(t *testing.T) {
	root := treetest.Make(t, "a=1", "b=2", "b.sha256=keep")
	request := Request{Request: job.Request{Root: root}, Files: in(root, "a", "b"), Sidecars: true}
	if _, s := runCreate(t, request); s.Err == nil || problem.From(s.Err).Code != problem.OutputExists || problem.From(s.Err).Path != filepath.Join(root, "b.sha256") {
		t.Errorf("got %v", s.Err)
	}
	if _, err := os.Stat(filepath.Join(root, "a.sha256")); err == nil {
		t.Error("another one was written")
	}
	request.Force = true
	if _, s := runCreate(t, request); s.Err == nil || problem.From(s.Err).Code != problem.OutputNotAList || treetest.Read(t, filepath.Join(root, "b.sha256")) != "keep" {
		t.Errorf("what is no list: got %v", s.Err)
	}
	if err := os.WriteFile(filepath.Join(root, "b.sha256"), []byte(treetest.SHA256("old")+"  b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, s := runCreate(t, request); !s.OK || treetest.Read(t, filepath.Join(root, "b.sha256")) != treetest.SHA256("2")+"  b\n" {
		t.Errorf("got %v", s.Err)
	}
}

func TestAListOfItsOwnHasTheNameOfItsFormat(t *testing.T) {
	root := treetest.Make(t, "a=1")
	for _, f := range []*list.Format{&list.SFV, &list.Hashdeep, &list.Mtree} {
		_, s := runCreate(t, Request{Request: job.Request{Root: root}, Files: in(root, "a"), Sidecars: true, Format: f})
		if !s.OK || s.Output != filepath.Join(root, "a."+f.Name) {
			t.Fatalf("%s: got %v, %q", f.Name, s.Err, s.Output)
		}
		if _, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}, Lists: []verify.List{{Path: s.Output}}}); !s.OK {
			t.Errorf("%s: does not verify: %v", f.Name, s.Err)
		}
	}
}
