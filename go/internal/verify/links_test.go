package verify

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// snapshot makes a tree as Hugging Face's cache has it: a snapshot is a directory of
// links to the files in blobs. Its list names a, b, and a file beside the snapshot.
func snapshot(t *testing.T) (top string) {
	in := treetest.SHA256("in")
	return treetest.Make(t, "blobs/1=in", "blobs/2=in", "blobs/out -> ../else/x", "else/x=in",
		"snapshots/main/a -> ../../blobs/1", "snapshots/main/d/b -> ../../../blobs/2", "snapshots/main/c -> ../../blobs/out",
		"snapshots/main/SHA256SUMS="+in+"  a\n"+in+"  d/b\n"+in+"  c\n"+in+"  ../../blobs/1\n")
}

func TestLinksLeadOnlyToDirectoriesThatTheRequestAllows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	const outside = "../../blobs/1 outside_root"
	for _, tt := range []struct {
		name    string
		allowed []string
		want    []string
	}{
		{"none", nil, []string{"a outside_root", "d/b outside_root", "c outside_root", outside}},
		{"another", []string{"else"}, []string{"a outside_root", "d/b outside_root", "c outside_root", outside}},
		{"the blobs", []string{"blobs"}, []string{"c outside_root", outside}},
		{"both", []string{"else", "blobs"}, []string{outside}},
		{"all", []string{""}, []string{outside}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			top := snapshot(t)
			ask := Request{Request: job.Request{Directory: top, Root: "snapshots/main"}, Extra: AllExtra}
			for _, name := range tt.allowed {
				ask.AllowLinksTo = append(ask.AllowLinksTo, filepath.Join(".", name))
			}
			results, s := run(t, ask)
			if got := jobtest.Briefs(results); !slices.Equal(got, tt.want) || s.Err != nil || s.Counts[verdict.OK] != int64(4-len(tt.want)) {
				t.Errorf("got %q, error %v, counts %v; want %q", got, s.Err, s.Counts, tt.want)
			}
		})
	}
}

func TestAWarningSaysWhereLinksLeadThatAreNotAllowed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	for _, tt := range []struct {
		name    string
		allowed []string
		specs   []string
		want    string
	}{
		{"one", nil, []string{"r/l -> ../store/f"}, `1 listed name leads outside the root through a link, to TOP/store`},
		{"several", nil, []string{"r/l -> ../store/a/f", "r/m -> TOP/store/b/f", "r/n -> ../store/c"}, `3 listed names lead outside the root through links, to TOP/store`},
		{"names alike", nil, []string{"r/l -> ../store/f", "r/m -> ../stores/f"}, `2 listed names lead outside the root through links, to TOP`},
		{"nothing in common", nil, []string{"r/l -> ../store/f", "r/m -> /f"}, `2 listed names lead outside the root through links`},
		{"through a directory", nil, []string{"r/l/x -> ../../store", "r/l/x/f"}, `1 listed name leads outside the root through a link, to TOP/store`},
		{"some are allowed", []string{"store"}, []string{"r/l -> ../store/f", "r/m -> ../else/f"}, `1 listed name leads outside the root through a link, to TOP/else`},
		{"all are allowed", []string{"store"}, []string{"r/l -> ../store/f"}, ""},
		{"a name, not a link", nil, []string{"r/../../store/f"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			top := treetest.Make(t, "store/f=in", "store/c=in", "r/a=in")
			text := treetest.SHA256("in") + "  a\n"
			for _, spec := range tt.specs {
				name, target, isLink := strings.Cut(spec, " -> ")
				if isLink {
					link(t, filepath.Join(top, name), strings.ReplaceAll(target, "TOP", top))
				}
				if !isLink || tt.name != "through a directory" {
					text += treetest.SHA256("in") + "  " + strings.TrimPrefix(name, "r/") + "\n"
				}
			}
			ask := Request{Request: job.Request{Directory: top, Root: "r", AllowLinksTo: tt.allowed}, Lists: []List{{Path: "list", Content: []byte(text)}}}
			_, s := run(t, ask)
			got := strings.ReplaceAll(warningTexts(s), top, "TOP")
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func link(t *testing.T, path, target string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestAnAllowedDirectoryThatCantBeOpenedGivesNoVerdict(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	top := snapshot(t)
	for _, name := range []string{"nothing", "blobs/1"} {
		_, s := run(t, Request{Request: job.Request{Directory: top, Root: "snapshots/main", AllowLinksTo: []string{"blobs", name}}})
		e := problem.From(s.Err)
		if e.Code != problem.AllowedUnreadable || e.Path != name || !strings.Contains(e.Reason, "directory that links may lead to") {
			t.Errorf("%s: got %+v", name, e)
		}
	}
}

func TestAnEmptyPathIsNoAllowedDirectoryAndNoOutput(t *testing.T) {
	for _, v := range []Request{
		{Request: job.Request{Root: ".", AllowLinksTo: []string{"/", ""}}},
		{Request: job.Request{Root: "."}, Outputs: []string{""}},
	} {
		if _, err := Start(t.Context(), v); problem.From(err).Code != problem.InvalidArgument {
			t.Errorf("Start(%+v) gives %v", v, err)
		}
	}
}
