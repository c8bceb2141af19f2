package create

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

func runCreate(t *testing.T, c Request) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return jobtest.Drain(j)
}

func verifyAll(t *testing.T, v verify.Request) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := verify.Start(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return jobtest.Drain(j)
}

func TestCreateWritesAllFilesSortedByTheBytesOfTheirNames(t *testing.T) {
	root := treetest.Make(t, "b=2", "a=1", "d/c=3", "B=4", "empty/", "l -> d/c", "directory -> d", "dangling -> x")
	want := fmt.Sprintf("%s  B\n%s  a\n%s  b\n%s  d/c\n%s  l\n", treetest.SHA256("4"), treetest.SHA256("1"), treetest.SHA256("2"), treetest.SHA256("3"), treetest.SHA256("3"))
	for _, jobs := range []int{1, 8} {
		_, s := runCreate(t, Request{Request: job.Request{Root: root, Workers: jobs}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: true})
		if got := treetest.Read(t, s.Output); got != want || !s.OK || s.Output != filepath.Join(root, "SHA256SUMS") {
			t.Errorf("with %d jobs, %q contains\n%swant\n%s", jobs, s.Output, got, want)
		}
		if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Text, `2 names left out, not regular files beneath the root, so verify --extra will report them (--extra=files won't): `) {
			t.Errorf("warnings are %q", s.Warnings)
		}
	}
	if results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}}); !s.OK || s.Counts[verdict.OK] != 5 {
		t.Errorf("the list does not verify: %+v, %v", results, s.Counts)
	}
}

func TestCreateLeavesOutLinksThatDoNotLeadToAFile(t *testing.T) {
	for name, link := range map[string]string{
		"a loop of two": "b", "a loop of one": "l", "a loop through a directory": "d/../l", "nothing": "nothing",
		"a name that is too long": strings.Repeat("n", 300), "a file as a directory": "a/x", "a directory": "d",
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, "a=1", "d/", "l -> "+link, "b -> l")
			_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}})
			if !s.OK || treetest.Read(t, s.Output) != treetest.SHA256("1")+"  a\n" {
				t.Fatalf("error %v, counts %v", s.Err, s.Counts)
			}
			if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Text, `2 names left out`) || !strings.Contains(s.Warnings[0].Text, `l (symbolic link)`) {
				t.Errorf("warnings are %q", s.Warnings)
			}
		})
	}
}

func TestCreateReadsBackAwkwardNames(t *testing.T) {
	root := treetest.Make(t, " lead=1", "*star=2", "back\\slash=3", "new\nline=4", "re\rturn=5", "\xff=6", "a) = b=7", "#hash=8")
	if _, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA512}}); !s.OK {
		t.Fatalf("create: %+v", s)
	}
	if results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}, Extra: verify.AllExtra}); !s.OK || s.Counts[verdict.OK] != 8 {
		t.Errorf("got %+v, %v", results, s.Counts)
	}
}

func TestCreateWritesADashSoThatItIsNotStandardInput(t *testing.T) {
	root := treetest.Make(t, "-=1", "--=2", "d/-=3")
	want := fmt.Sprintf("%s  ./-\n%s  --\n%s  d/-\n", treetest.SHA256("1"), treetest.SHA256("2"), treetest.SHA256("3"))
	if _, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}}); !s.OK || treetest.Read(t, s.Output) != want {
		t.Errorf("error %v, list\n%swant\n%s", s.Err, treetest.Read(t, s.Output), want)
	}
	if results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}, Extra: verify.AllExtra}); !s.OK || s.Counts[verdict.OK] != 3 {
		t.Errorf("the list does not verify: %+v, %v", results, s.Counts)
	}
}

func TestCreateReplacesAFileOnlyWithForce(t *testing.T) {
	old := treetest.SHA256("2") + "  a\n"
	root := treetest.Make(t, "a=1", "SHA256SUMS="+old)
	c := Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}}
	if _, s := runCreate(t, c); s.Err == nil || treetest.Read(t, root+"/SHA256SUMS") != old {
		t.Errorf("error %v, list %q", s.Err, treetest.Read(t, root+"/SHA256SUMS"))
	}
	c.Force = true
	if _, s := runCreate(t, c); !s.OK || treetest.Read(t, root+"/SHA256SUMS") != treetest.SHA256("1")+"  a\n" {
		t.Errorf("error %v, list %q", s.Err, treetest.Read(t, root+"/SHA256SUMS"))
	}
}

func TestAListThatAppearsMeanwhileIsNotReplaced(t *testing.T) {
	path := filepath.Join(treetest.Make(t), "list")
	out, err := openOutput(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	err = out.place(nil, func() bool { return true })
	out.discard()
	if err == nil || !strings.Contains(err.Error(), "exists") || treetest.Read(t, path) != "theirs" {
		t.Errorf("place = %v, and the list contains %q", err, treetest.Read(t, path))
	}
	if names := entries(t, filepath.Dir(path)); !slices.Equal(names, []string{"list"}) {
		t.Errorf("left behind: %q", names)
	}
}

func TestACancelledCreateWritesNothingUnlessItIsCommitted(t *testing.T) {
	for _, late := range []bool{false, true} {
		path := filepath.Join(treetest.Make(t), "list")
		j, err := job.Start(t.Context(), func(_ context.Context, j *job.Job) (s job.Summary, err error) {
			out, err := openOutput(path, false)
			if err != nil {
				return s, err
			}
			defer out.discard()
			err = out.place(nil, func() bool {
				if late {
					defer j.Cancel()
				} else {
					cancelled(j)
				}
				return j.Commit()
			})
			return job.Summary{OK: err == nil}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, s := jobtest.Drain(j)
		if _, missing := os.Stat(path); (missing == nil) != late || s.OK != late || (s.Err == problem.ErrCancelled) == late {
			t.Errorf("cancelled late %v: Stat = %v, summary %+v", late, missing, s)
		}
	}
}

// cancelled cancels a job and waits until it has ended.
func cancelled(j *job.Job) {
	j.Cancel()
	for j.Undoable(func() (func(), error) { return nil, nil }) == nil {
		time.Sleep(time.Millisecond)
	}
}

func TestCreateReplacesOnlyRegularFilesAndKeepsTheirMode(t *testing.T) {
	root := treetest.Make(t, "a=1", "old=", "link -> old", "dangling -> nothing")
	for _, name := range []string{"link", "dangling"} {
		c := Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Output: filepath.Join(root, name), Force: true}
		if _, s := runCreate(t, c); s.Err == nil || !strings.Contains(s.Err.Error(), "not a regular file") {
			t.Errorf("%s: error %v", name, s.Err)
		}
	}
	old := filepath.Join(root, "old")
	if err := os.Chmod(old, 0o600); err != nil {
		t.Fatal(err)
	}
	runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Output: old, Force: true})
	info, err := os.Stat(old)
	if err != nil || info.Mode().Perm() != 0o600 || treetest.Read(t, old) == "" {
		t.Errorf("the list has mode %v and contains %q", info.Mode(), treetest.Read(t, old))
	}
}

func TestAListMayHaveALongName(t *testing.T) {
	root := treetest.Make(t, "a=1")
	output := filepath.Join(root, strings.Repeat("n", 250))
	if _, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Output: output}); !s.OK {
		t.Error(s.Err)
	}
}

func entries(t *testing.T, directory string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func TestCreateWritesNothingIfAFileCantBeRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read all files")
	}
	root := treetest.Make(t, "a=1", "b=2")
	os.Chmod(root+"/b", 0)
	results, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}})
	if got := jobtest.Briefs(results); !slices.Equal(got, []string{"b unreadable"}) || s.OK || s.Output != "" {
		t.Errorf("got %q, ok %v, output %q", got, s.OK, s.Output)
	}
	if got := entries(t, root); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("left behind: %q", got)
	}
}

func TestCreateRefusesAnUnusableOutput(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/")
	for _, output := range []string{root + "/d", root + "/nothing/list", root + "/a/list"} {
		_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Output: output, Force: true})
		if problem.From(s.Err).Code.Kind() != problem.Manifest {
			t.Errorf("output %q: %v", output, s.Err)
		}
	}
	if _, s := runCreate(t, Request{Request: job.Request{Root: root + "/d"}, Algorithms: []digest.Algorithm{digest.SHA256}}); s.Err == nil {
		t.Error("a list without entries was created")
	}
}

func TestACancelledCreateRemovesItsFileBeforeItEnds(t *testing.T) {
	root := treetest.Make(t, "big=")
	if err := os.Truncate(filepath.Join(root, "big"), 1<<40); err != nil {
		t.Skip(err)
	}
	for range 20 {
		j, err := Start(t.Context(), Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}})
		if err != nil {
			t.Fatal(err)
		}
		for j.Meter.Bytes.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		j.Cancel()
		jobtest.Drain(j)
		if entries, err := os.ReadDir(root); err != nil || len(entries) != 1 {
			t.Fatalf("the directory contains %v, %v; want only the big file", entries, err)
		}
	}
}

func TestCreateLeavesOutTheTemporaryFilesOfAKilledRun(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/.checksig-01234567.part=2", ".checksig-89abcdef.part=", ".checksig-other.part=3")
	want := treetest.SHA256("3") + "  .checksig-other.part\n" + treetest.SHA256("1") + "  a\n"
	if _, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}}); !s.OK || treetest.Read(t, s.Output) != want {
		t.Errorf("error %v, list\n%swant\n%s", s.Err, treetest.Read(t, s.Output), want)
	}
}

func TestCreateLeavesOutItsOwnListUnderAnyPath(t *testing.T) {
	top := treetest.Make(t, "root/a=1", "root/d/", "link -> root")
	for _, output := range []string{"root/d/../L", "link/L", "link/d/L"} {
		c := Request{Request: job.Request{Root: top + "/root"}, Algorithms: []digest.Algorithm{digest.SHA256}, Output: filepath.Join(top, output), Force: true}
		if _, s := runCreate(t, c); !s.OK || treetest.Read(t, s.Output) != treetest.SHA256("1")+"  a\n" {
			t.Errorf("%q: error %v, list %q", output, s.Err, treetest.Read(t, c.Output))
		}
		if _, s := runCreate(t, c); !s.OK || treetest.Read(t, s.Output) != treetest.SHA256("1")+"  a\n" {
			t.Errorf("%q, again: error %v, list %q", output, s.Err, treetest.Read(t, c.Output))
		}
		os.Remove(c.Output)
	}
}

func TestTaggedLinesSayTheirAlgorithm(t *testing.T) {
	for _, tt := range []struct {
		format *list.Format
		want   string
	}{
		{nil, "SHA256 (a) = " + treetest.SHA256("1") + "\n"},
		{&list.Prefixed, "sha256:" + treetest.SHA256("1") + "  a\n"},
		{&list.OneSpace, ""},
	} {
		root := treetest.Make(t, "a=1")
		r := Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Format: tt.format, Tag: true}
		j, err := Start(t.Context(), r)
		if tt.want == "" {
			if problem.From(err).Code != problem.InvalidArgument {
				t.Errorf("%v: got %v", tt.format.Name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		jobtest.Drain(j)
		if text, err := os.ReadFile(root + "/SHA256SUMS"); string(text) != tt.want || err != nil {
			t.Errorf("got %q, %v; want %q", text, err, tt.want)
		}
	}
}
