package verify

import (
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestExcludedNamesAreNeitherVerifiedNorExtra(t *testing.T) {
	empty := treetest.SHA256("")
	text := empty + "  a\n" + empty + "  b.tmp\n" + empty + "  d/c.tmp\n" + empty + "  ../x.tmp\nSM3 (y.tmp) = " + empty + "\n"
	root := treetest.Make(t, "sha256sum.txt="+text, "a=", "b.tmp=changed", "d/", "d/e.tmp=", "d/f=", "g/", "g/h=")
	for _, tt := range []struct {
		exclude, want []string
		warnings      int
	}{
		{nil, []string{"b.tmp mismatch", "d/c.tmp missing", "../x.tmp outside_root", "y.tmp unsupported", "d/e.tmp extra", "d/f extra", "g/h extra"}, 0},
		{[]string{"*.tmp"}, []string{"../x.tmp outside_root", "d/f extra", "g/h extra"}, 1},
		{[]string{"*.tmp", "!b.tmp", "/g"}, []string{"b.tmp mismatch", "../x.tmp outside_root", "d/f extra"}, 1},
		{[]string{"*", "!a"}, []string{"../x.tmp outside_root"}, 1},
	} {
		results, s := run(t, Request{Request: job.Request{Root: root, Exclude: tt.exclude}, Extra: AllExtra})
		if got := jobtest.Briefs(results); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.exclude, got, tt.want)
		}
		count := 0
		for _, w := range s.Warnings {
			if w.Code == problem.EntriesExcluded {
				count++
			}
		}
		if count != tt.warnings {
			t.Errorf("%q: %d warnings of excluded entries, want %d", tt.exclude, count, tt.warnings)
		}
	}
}

func TestNothingToVerifyIsAnError(t *testing.T) {
	root := treetest.Make(t, "sha256sum.txt="+treetest.SHA256("")+"  a\n", "a=")
	_, s := run(t, Request{Request: job.Request{Root: root, Exclude: []string{"a"}}})
	if got := problem.From(s.Err); got.Code != problem.NotListed || got.Reason != "all entries are excluded" {
		t.Errorf("got %v", s.Err)
	}
}

func TestNothingOfABagCanBeExcluded(t *testing.T) {
	root := treetest.Make(t, "bagit.txt=BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "manifest-sha256.txt="+treetest.SHA256("")+"  data/a\n", "data/", "data/a=")
	_, s := run(t, Request{Request: job.Request{Root: root, Exclude: []string{"a"}}})
	if got := problem.From(s.Err); got.Code != problem.InvalidBag {
		t.Errorf("got %v", s.Err)
	}
}
