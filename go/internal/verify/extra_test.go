package verify

import (
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestExtraSelectsAllFilesOrRegularOnes(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+treetest.SHA256("in")+"  a\n", "a=in", "d/x=1", "dangling -> nothing", "loop -> loop",
		"out -> ../x", "to-directory -> d", "to-file -> a")
	for _, tt := range []struct {
		extra Extra
		want  []string
	}{
		{NoExtra, nil},
		{FilesExtra, []string{"d/x extra"}},
		{AllExtra, []string{"d/x extra", "dangling extra", "loop extra", "out extra", "to-directory extra", "to-file extra"}},
	} {
		results, s := run(t, Request{Request: job.Request{Root: root}, Extra: tt.extra})
		if got := jobtest.Briefs(results); !slices.Equal(got, tt.want) || s.OK != (tt.want == nil) {
			t.Errorf("Extra %d: got %q, ok %v; want %q", tt.extra, got, s.OK, tt.want)
		}
	}
}

// A listed name of a file that is on disk under another name is found among the links
// too, although only regular files are reported.
func TestALinkThatIsListedIsNotExtraWhenOnlyRegularFilesAre(t *testing.T) {
	in := treetest.SHA256("in")
	root := treetest.Make(t, "SHA256SUMS="+in+"  l\n"+in+"  m/a\n"+in+"  d/a\n", "d/a=in", "l -> d/a", "m -> d")
	for _, extra := range []Extra{AllExtra, FilesExtra} {
		if results, s := run(t, Request{Request: job.Request{Root: root}, Extra: extra}); !s.OK {
			t.Errorf("Extra %d: got %q", extra, jobtest.Briefs(results))
		}
	}
}

func TestOutputsAreNeverExtra(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	top := treetest.Make(t, "root/SHA256SUMS="+treetest.SHA256("in")+"  a\n", "root/a=in", "root/report.xml=1", "root/d/log=2", "root/z=3", "alias -> root")
	for _, outputs := range [][]string{
		{"root/report.xml", "root/d/log", "elsewhere"},
		{"alias/report.xml", "root/d/../d/log"},
		{filepath.Join(top, "root/report.xml"), "./root//d/log"},
	} {
		results, _ := run(t, Request{Request: job.Request{Directory: top, Root: "root"}, Extra: AllExtra, Outputs: outputs})
		if got, want := jobtest.Briefs(results), []string{"z extra"}; !slices.Equal(got, want) {
			t.Errorf("with outputs %q: got %q, want %q", outputs, got, want)
		}
	}
}

func TestListsInTheRootAndTheirSignaturesAreNotExtra(t *testing.T) {
	entry := treetest.SHA256("in") + "  a\n"
	specs := []string{
		"SHA256SUMS=" + entry, "SHA256SUMS.asc=signature", "a=in", "other.sha256=" + entry, "other.sha256.sig=signature",
		"notes.sha256=what is no list", "notes.sha256.asc=signature", "d/SHA256SUMS=" + entry, "B2SUMS=" + treetest.SHA256("in") + treetest.SHA256("in") + "  a\n",
	}
	extra := []string{"d/SHA256SUMS extra", "notes.sha256 extra", "notes.sha256.asc extra"}
	for _, tt := range []struct {
		name    string
		lists   []string
		warning string
	}{
		{"one that is named", []string{"SHA256SUMS"}, `2 lists in the root were not used: B2SUMS, other.sha256`},
		{"several that are named", []string{"SHA256SUMS", "other.sha256"}, `1 list in the root was not used: B2SUMS`},
		{"a list of another name", []string{"mine"}, `3 lists in the root were not used: B2SUMS, SHA256SUMS, other.sha256`},
	} {
		for _, e := range []Extra{AllExtra, FilesExtra} {
			t.Run(tt.name, func(t *testing.T) {
				root := treetest.Make(t, append(specs, "mine="+entry)...)
				ask := Request{Request: job.Request{Root: root}, Extra: e, Outputs: []string{root + "/mine"}}
				for _, name := range tt.lists {
					ask.Lists = append(ask.Lists, List{Path: filepath.Join(root, name)})
				}
				results, s := run(t, ask)
				if got := jobtest.Briefs(results); !slices.Equal(got, extra) {
					t.Errorf("got %q, want %q", got, extra)
				}
				if got := warningTexts(s); got != tt.warning {
					t.Errorf("got the warning %q, want %q", got, tt.warning)
				}
			})
		}
	}
}

func TestASignatureOfAListOfAnyNameIsNotExtra(t *testing.T) {
	root := treetest.Make(t, "mine="+treetest.SHA256("in")+"  a\n", "mine.asc=signature", "a=in", "a.asc=signature")
	results, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: root + "/mine"}}, Extra: AllExtra})
	if got, want := jobtest.Briefs(results), []string{"a.asc extra"}; !slices.Equal(got, want) || len(s.Warnings) > 0 {
		t.Errorf("got %q, warnings %q; want %q", got, s.Warnings, want)
	}
}
