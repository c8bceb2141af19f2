package verify

import (
	"os"
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// A missing name must not excuse an extra hard link.
func TestAnAddedHardLinkIsExtra(t *testing.T) {
	root := treetest.Make(t, "a=in", "SHA256SUMS="+treetest.SHA256("in")+"  a\n"+treetest.SHA256("in")+"  a\n"+treetest.SHA256("in")+"  gone\n")
	if err := os.Link(root+"/a", root+"/b"); err != nil {
		t.Skip(err)
	}
	results, _ := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra})
	if got := jobtest.Briefs(results); !slices.Equal(got, []string{"gone missing", "b extra"}) {
		t.Errorf("got %q", got)
	}
}

// The file system ignores case and Unicode normalization. The list spells the names
// differently, and two files are extra.
func TestFilesAreMatchedByIdentityIfNamesAreNotUnique(t *testing.T) {
	root := treetest.Caseless(t)
	list := treetest.SHA256("in") + "  README.TXT\n" + treetest.SHA256("in") + "  SUB/FILE\n" + treetest.SHA256("in") + "  caf\u00e9\n" + treetest.SHA256("in") + "  plain\n"
	lists := treetest.Make(t, "list="+list)
	v := Request{Request: job.Request{Root: root}, Lists: []List{{Path: lists + "/list"}}, Extra: AllExtra}
	results, s := run(t, v)
	if got := jobtest.Briefs(results); !slices.Equal(got, []string{"added extra", "readme.link extra"}) || s.Counts[verdict.OK] != 4 {
		t.Errorf("got %q, counts %v, error %v", got, s.Counts, s.Err)
	}
	if got, want := warningTexts(s), `1 list in the root was not used: SHA256SUMS`; got != want {
		t.Errorf("got the warning %q, want %q", got, want)
	}
	v.Lists = append(v.Lists, List{Path: root + "/sha256sums"})
	results, s = run(t, v)
	if got := jobtest.Briefs(results); !slices.Equal(got, []string{"added extra", "readme.link extra"}) || len(s.Warnings) > 0 {
		t.Errorf("with a list in the root: got %q, warnings %q, error %v", got, s.Warnings, s.Err)
	}
}
