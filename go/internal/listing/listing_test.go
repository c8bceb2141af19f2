package listing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/listing"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

var (
	sha256 = treetest.SHA256("in")
	md5    = strings.Repeat("0a", 16)
)

func read(t *testing.T, r listing.Request) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := listing.Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return jobtest.Drain(j)
}

func brief(r verdict.Result) string {
	return fmt.Sprintf("%s:%d %q %v %v %s %d %v %s", r.Manifest, r.Line, r.Path, r.Status, r.Algorithm, r.Expected, r.Size, r.Fails, r.Detail)
}

// Every line is delivered in its order, and a digest in upper case in lower case. That
// the files are not there makes no difference.
func TestAListIsReadLineByLine(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		lenient    bool
		options    list.Options
		want       []string
		format     string
		ok         bool
	}{
		{"entries", strings.ToUpper(sha256) + "  a\n# comment\n" + sha256 + " *b c\n", false, list.Options{},
			[]string{"LIST:1 \"a\" ok sha256 " + sha256 + " -1 false ", "LIST:3 \"b c\" ok sha256 " + sha256 + " -1 false "}, "coreutils", true},
		{"several digests and a size", "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n2," + md5 + "," + sha256 + ",a\n", false, list.Options{},
			[]string{"LIST:3 \"a\" ok md5 " + md5 + " 2 false ", "LIST:3 \"a\" ok sha256 " + sha256 + " 2 false "}, "hashdeep", true},
		{"malformed lines", "what\n" + sha256 + "  a\nwhat\n", false, list.Options{},
			[]string{`LIST:1 "" malformed unknown  -1 true expected a digest or a tag such as "SHA256 (": what`, "LIST:2 \"a\" ok sha256 " + sha256 + " -1 false ",
				`LIST:3 "" malformed unknown  -1 true expected a digest or a tag such as "SHA256 (": what`}, "coreutils", false},
		{"malformed lines, if lenient", sha256 + "  a\nwhat\n", true, list.Options{},
			[]string{"LIST:1 \"a\" ok sha256 " + sha256 + " -1 false ", `LIST:2 "" malformed unknown  -1 false expected a digest or a tag such as "SHA256 (": what`}, "coreutils", true},
		{"an unsupported algorithm, even if lenient", sha256 + "  a\nSM3 (b) = " + sha256 + "\n", true, list.Options{},
			[]string{"LIST:1 \"a\" ok sha256 " + sha256 + " -1 false ", `LIST:2 "b" unsupported unknown  -1 true algorithm "SM3"`}, "coreutils", false},
		{"options", sha256 + `  a\b` + "\n", false, list.Options{Algorithm: digest.SHA3_256, Backslash: true},
			[]string{"LIST:1 \"a/b\" ok sha3-256 " + sha256 + " -1 false "}, "coreutils", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, "LIST="+tt.text)
			results, s := read(t, listing.Request{Directory: root, List: verify.List{Path: "LIST"}, Options: tt.options, Lenient: tt.lenient})
			var got []string
			for _, r := range results {
				got = append(got, strings.Replace(brief(r), digest.Unknown.String(), "unknown", 1))
			}
			if !slices.Equal(got, tt.want) || s.Err != nil || s.OK != tt.ok || s.Format != tt.format {
				t.Errorf("got %q, %+v\nwant %q, %s, %v", got, s, tt.want, tt.format, tt.ok)
			}
		})
	}
}

// A long list comes in many batches, and loses nothing.
func TestALongListIsReadToItsEnd(t *testing.T) {
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "%s  %d\n", sha256, i)
	}
	results, s := read(t, listing.Request{List: verify.List{Path: "LIST", Content: []byte(text.String())}})
	if len(results) != 10_000 || results[9_999].Path != "9999" || s.Counts[verdict.OK] != 10_000 || !s.OK {
		t.Errorf("got %d results, %+v", len(results), s)
	}
}

func TestEntriesInMemoryAreReadToo(t *testing.T) {
	e := list.Entry{Name: "a", Hex: sha256, Line: 1, Algorithm: digest.SHA256}
	results, s := read(t, listing.Request{List: verify.List{Entries: []list.Entry{e}}})
	if len(results) != 1 || brief(results[0]) != ":1 \"a\" ok sha256 "+sha256+" -1 false " || !s.OK {
		t.Errorf("got %+v, %+v", results, s)
	}
}

func TestWhatIsNoListHasAReason(t *testing.T) {
	root := treetest.Make(t, "empty=", "prose=what\n", "page=<!DOCTYPE html>\n", "sm3=SM3 (b) = "+sha256+"\n", "d/")
	for name, code := range map[string]problem.Code{
		"empty": problem.NoEntry, "prose": problem.NoEntry, "page": problem.NotAList, "sm3": problem.UnsupportedAlgorithm,
		"d": problem.ListUnreadable, "gone": problem.ListUnreadable,
	} {
		_, s := read(t, listing.Request{Directory: root, List: verify.List{Path: name}, Lenient: true})
		if s.Err == nil || problem.From(s.Err).Code != code || problem.From(s.Err).Path != name {
			t.Errorf("%s: got %v, want %v", name, s.Err, code)
		}
	}
	if _, err := listing.Start(t.Context(), listing.Request{}); err == nil {
		t.Error("a request without a list is accepted")
	}
}
