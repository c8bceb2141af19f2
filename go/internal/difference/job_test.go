package difference

import (
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

func line(name, text string) string { return treetest.SHA256(text) + "  " + name + "\n" }

func TestTwoFilesAreCompared(t *testing.T) {
	for _, tt := range []struct {
		name     string
		old, new string
		request  Request
		want     []string
		ok       bool
		warning  problem.WarningCode
	}{
		{"the same", line("a", "1"), line("a", "1"), Request{}, []string{}, true, noWarning},
		{"different", line("a", "1"), line("a", "2"), Request{}, []string{"a mismatch"}, false, noWarning},
		{"excluded", line("a", "1") + line("d/b", "1"), line("a", "1") + line("./d/b", "2"), Request{Exclude: []string{"/d"}}, []string{}, true, problem.EntriesExcluded},
		{"malformed", line("a", "1") + "what\n", line("a", "1"), Request{}, []string{"2 malformed"}, false, noWarning},
		{"malformed with leave", line("a", "1") + "what\n", line("a", "1"), Request{Lenient: true}, []string{"2 malformed"}, true, problem.MalformedLines},
		{"weak", md5OfA + "  a\n", md5OfA + "  a\n", Request{}, []string{}, true, problem.WeakDigest},
		{"unsupported", "SM3 (a) = " + treetest.SHA256("") + "\nSHA256 (b) = " + treetest.SHA256("1") + "\n", line("a", "1") + line("b", "1"), Request{Lenient: true},
			[]string{"a unsupported"}, false, noWarning},
	} {
		tt.request.Directory = treetest.Make(t, "old="+tt.old, "new="+tt.new)
		tt.request.Old, tt.request.New = verify.List{Path: "old"}, verify.List{Path: "new"}
		j, err := Start(t.Context(), tt.request)
		if err != nil {
			t.Fatal(err)
		}
		results, s := jobtest.Drain(j)
		if got := jobtest.Briefs(results); !slices.Equal(got, tt.want) || s.OK != tt.ok || s.Err != nil {
			t.Errorf("%s: got %q, %+v; want %q", tt.name, got, s, tt.want)
		}
		if warned := len(s.Warnings) > 0; warned != (tt.warning != noWarning) || warned && s.Warnings[0].Code != tt.warning {
			t.Errorf("%s: warnings %v", tt.name, s.Warnings)
		}
		var counts verdict.Counts
		for _, r := range results {
			counts[r.Status]++
		}
		if counts[verdict.OK] = s.Counts[verdict.OK]; counts != s.Counts {
			t.Errorf("%s: counts %v of %v", tt.name, s.Counts, results)
		}
	}
}

const noWarning problem.WarningCode = 255

func TestWhatCantBeComparedIsAnError(t *testing.T) {
	root := treetest.Make(t, "list="+line("a", "1"), "empty=", "prose=what is this\nand that\n")
	for _, tt := range []struct {
		request Request
		want    problem.Code
	}{
		{Request{Old: verify.List{Path: "list"}, New: verify.List{Path: "nothing"}}, problem.ListUnreadable},
		{Request{Old: verify.List{Path: "empty"}, New: verify.List{Path: "list"}}, problem.NoEntry},
		{Request{Old: verify.List{Path: "list"}, New: verify.List{Path: "prose"}}, problem.NoEntry},
		{Request{Old: verify.List{Path: "list"}}, problem.InvalidArgument},
		{Request{Old: verify.List{Path: "list"}, New: verify.List{Path: "list"}, Exclude: []string{"a"}}, problem.InvalidArgument},
		{Request{Old: verify.List{Path: "list"}, New: verify.List{Path: "list"}, Exclude: []string{"["}}, problem.InvalidArgument},
	} {
		tt.request.Directory = root
		j, err := Start(t.Context(), tt.request)
		if err == nil {
			_, s := jobtest.Drain(j)
			err = s.Err
		}
		if err == nil || problem.From(err).Code != tt.want {
			t.Errorf("%+v: error %v, want %v", tt.request, err, tt.want)
		}
	}
}
