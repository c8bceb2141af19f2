package partition

import (
	"fmt"
	"os"
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

func bounds(t *testing.T, r Request) (bounds []string, s *job.Summary, files int64) {
	t.Helper()
	j, err := Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	results, s := jobtest.Drain(j)
	return jobtest.Briefs(results), s, j.Meter.Files.Load()
}

func TestABoundIsEveryNthNameInTheOrderOfTheBytesOfWholeNames(t *testing.T) {
	root := treetest.Make(t, "a/b=1", "a/c=2", "a.txt=3", "a0=4", "z=5", "empty/", "d/e/f=6")
	for files, want := range map[int][]string{ // a.txt a/b a/c a0 d/e/f z
		1: {"a/b ok", "a/c ok", "a0 ok", "d/e/f ok", "z ok"},
		2: {"a/c ok", "d/e/f ok"},
		4: {"d/e/f ok"},
		6: {},
		9: {},
	} {
		got, s, count := bounds(t, Request{job.Request{Root: root}, files})
		if !slices.Equal(got, want) || !s.OK || count != 6 {
			t.Errorf("%d files in a range: got %q, ok %v, %d files; want %q", files, got, s.OK, count, want)
		}
	}
}

func TestBoundsAreThoseOfWhatIsSelected(t *testing.T) {
	root := treetest.Make(t, "a/b=1", "a/c=2", "b.log=3", "c/d=4", "c/e.log=5", "f=6")
	for _, tt := range []struct {
		with job.Request
		want []string
	}{
		{job.Request{Exclude: []string{"*.log"}}, []string{"a/c ok", "c/d ok", "f ok"}},
		{job.Request{Exclude: []string{"c/"}}, []string{"a/c ok", "b.log ok", "f ok"}},
		{job.Request{Within: &tree.Range{From: "a/c", To: "c/e"}}, []string{"b.log ok", "c/d ok"}},
	} {
		tt.with.Root = root
		if got, s, _ := bounds(t, Request{tt.with, 1}); !slices.Equal(got, tt.want) || !s.OK {
			t.Errorf("%+v: got %q, want %q", tt.with, got, tt.want)
		}
	}
}

func TestManyBoundsAreDeliveredWhileTheWalkGoesOn(t *testing.T) {
	top := treetest.Make(t)
	for i := range 3 * job.MaxReady {
		if err := os.WriteFile(fmt.Sprintf("%s/%05d", top, i), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	j, err := Start(t.Context(), Request{job.Request{Root: top}, 1})
	if err != nil {
		t.Fatal(err)
	}
	for j.HasRoom() {
		runtime.Gosched()
	}
	if read := j.Meter.Files.Load(); read > job.MaxReady+2 {
		t.Errorf("%d files were passed before a bound was fetched", read)
	}
	if results, s := jobtest.Drain(j); len(results) != 3*job.MaxReady-1 || !s.OK {
		t.Errorf("%d bounds, %v", len(results), s.Err)
	}
}

func TestADirectoryThatCantBeReadFails(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("needs a directory that can't be read")
	}
	root := treetest.Make(t, "a=1", "d/b=2", "e=3")
	if err := os.Chmod(root+"/d", 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(root+"/d", 0o755)
	if got, s, _ := bounds(t, Request{job.Request{Root: root}, 1}); s.OK || !slices.Equal(got, []string{"e ok", "d unreadable"}) {
		t.Errorf("got %q, ok %v", got, s.OK)
	}
}

func TestUnusableRequestsAreRefused(t *testing.T) {
	root := t.TempDir()
	for want, r := range map[string]Request{
		"range_files is 0": {job.Request{Root: root}, 0},
		"within: no name":  {job.Request{Root: root, Within: &tree.Range{From: "b", To: "a"}}, 1},
		"root is empty":    {job.Request{}, 1},
	} {
		if _, err := Start(t.Context(), r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	j, err := Start(t.Context(), Request{job.Request{Root: root + "/nothing"}, 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, s := jobtest.Drain(j); problem.From(s.Err).Code != problem.RootUnreadable || s.Counts[verdict.OK] != 0 {
		t.Errorf("got %v", s.Err)
	}
}
