package verify

import (
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
)

var tallyTests = []struct {
	name          string
	lists         map[string]string
	request       Request
	files, failed int64
	want          []job.ListCounts
}{
	{
		"a file that several lists name is one file", map[string]string{"1.sha256": "a b", "2.sha256": "a c", "3.sha256": "./a"}, Request{}, 3, 1,
		[]job.ListCounts{{Entries: 2, Verified: 2}, {Entries: 2, Verified: 1, Failed: 1}, {Entries: 1, Verified: 1}},
	},
	{
		"and so is one that a list names twice", map[string]string{"1.sha256": "c a c"}, Request{}, 2, 1,
		[]job.ListCounts{{Entries: 3, Verified: 1, Failed: 2}},
	},
	{
		"files that may be missing are not counted", map[string]string{"1.sha256": "a x y"}, Request{IgnoreMissing: true}, 1, 0,
		[]job.ListCounts{{Entries: 3, Verified: 1}},
	},
	{
		"after a failure it is not known which files have no verdict", map[string]string{"1.sha256": strings.Repeat("c ", 1_000)}, Request{FailFast: true}, 0, 0,
		nil,
	},
}

func TestFilesAreCountedOnce(t *testing.T) {
	for _, tt := range tallyTests {
		laid := []string{"a=hello", "b=hello", "c=other"}
		for name, files := range tt.lists {
			laid = append(laid, name+"="+linesOf(files))
		}
		tt.request.Root = treetest.Make(t, laid...)
		s := summaryOf(t, tt.request)
		for i := range s.Lists {
			s.Lists[i].Manifest = ""
		}
		if s.Files != tt.files || s.FailedFiles != tt.failed || tt.want != nil && !slices.Equal(s.Lists, tt.want) {
			t.Errorf("%s: got %d of %d files failed, %v; want %d of %d, %v", tt.name, s.FailedFiles, s.Files, s.Lists, tt.failed, tt.files, tt.want)
		}
	}
}

func summaryOf(t *testing.T, r Request) *job.Summary {
	t.Helper()
	j, err := Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	_, s := jobtest.Drain(j)
	return s
}

func linesOf(names string) (text string) {
	for name := range strings.FieldsSeq(names) {
		text += treetest.SHA256("hello") + "  " + name + "\n"
	}
	return text
}
