package verify

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
)

// A file that another list names, and that has no entry, is data, whatever its name is.
// It is verified like any other file. If no list names it, it may be a damaged list.
func TestAListedFileWithoutEntriesIsData(t *testing.T) {
	for name, content := range map[string]string{
		"empty":                    "",
		"a damaged digest":         treetest.SHA256("in")[1:] + "  a\n",
		"a comment":                "# nothing\n",
		"damage that is refused":   strings.Repeat(treetest.SHA256("in")[1:]+"  a\n", 1100),
		"a digest of no algorithm": "SHA256 (a) = 00\n",
	} {
		t.Run(name, func(t *testing.T) {
			list := treetest.SHA256("in") + "  a\n"
			listing := list + treetest.SHA256(content) + "  ./1.md5\n"
			for _, tt := range []struct {
				list, data string
				want       []string
				ok         bool
			}{
				{listing, content, []string{}, true},
				{listing, content + " ", []string{"./1.md5 mismatch"}, false},
				{list, content, nil, false},
			} {
				root := treetest.Make(t, "a=in", "1.md5="+tt.data, "2.sha256="+tt.list)
				results, s := run(t, Request{Request: job.Request{Root: root}})
				if s.OK != tt.ok || tt.want != nil && !slices.Equal(jobtest.Briefs(results), tt.want) {
					t.Errorf("%q: ok %v, %v, %v", tt.list, s.OK, jobtest.Briefs(results), s.Err)
				}
				if warned := slices.ContainsFunc(s.Warnings, func(w problem.Warning) bool { return w.Code == problem.ListsSkipped }); warned != (tt.want != nil) {
					t.Errorf("%q: warnings %+v", tt.list, s.Warnings)
				}
			}
			alone := treetest.Make(t, "1.md5="+content)
			if _, s := run(t, Request{Request: job.Request{Root: alone}}); problem.From(s.Err).Path != filepath.Join(alone, "1.md5") {
				t.Errorf("alone: %v", s.Err)
			}
		})
	}
}
