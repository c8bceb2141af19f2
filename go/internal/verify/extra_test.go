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
