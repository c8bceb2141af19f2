package verify

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

var selectionTests = []struct {
	name  string
	ask   Request // paths with ROOT for the root
	want  []string
	ok    bool
	error string
}{
	{"a file", Request{Files: []string{"ROOT/a"}}, []string{"a ok"}, true, ""},
	{"a file that fails", Request{Files: []string{"ROOT/d/b"}}, []string{"d/b mismatch"}, false, ""},
	{"a file through a link", Request{Files: []string{"ROOT/l/../a"}}, []string{"a ok"}, true, ""},
	{"a file in a directory through a link", Request{Files: []string{"ROOT/l/b"}}, []string{"d/b mismatch"}, false, ""},
	{"a file that is gone", Request{Files: []string{"ROOT/gone"}}, []string{"gone missing"}, false, ""},
	{"the name of a file that isn't here", Request{Files: []string{"d/c"}}, []string{"d/c ok"}, true, ""},
	{"two files", Request{Files: []string{"ROOT/a", "ROOT/d/c"}}, []string{"a ok", "d/c ok"}, true, ""},
	{"a file and one that isn't listed", Request{Files: []string{"ROOT/a", "ROOT/x"}}, []string{"a ok", "ROOT/x not_listed"}, false, ""},
	{"a file that isn't listed", Request{Files: []string{"ROOT/x"}}, nil, false, `ROOT/SHA256SUMS: no entry for ROOT/x`},
	{"a file elsewhere", Request{Files: []string{"/"}}, nil, false, `ROOT/SHA256SUMS: no entry for /`},
	{"a pattern", Request{Only: []string{"[bc]"}}, []string{"d/b mismatch", "d/c ok"}, false, ""},
	{"a pattern and one that matches nothing", Request{Only: []string{"/a", "x*"}}, []string{"a ok", "x* not_listed"}, false, ""},
	{"a name with signs of patterns", Request{Only: []string{"[x].txt"}}, []string{"[x].txt ok"}, true, ""},
	{"a pattern and a file", Request{Only: []string{"c"}, Files: []string{"ROOT/a"}}, []string{"a ok", "d/c ok"}, true, ""},
	{"a pattern with braces", Request{Only: []string{"a", "{b,c}"}}, []string{"a ok", "{b,c} not_listed"}, false, ""},
	{"nothing but a pattern with braces", Request{Only: []string{"{b,c}"}}, nil, false,
		`ROOT/SHA256SUMS: no entry for {b,c}; braces have no special meaning in a pattern: give several patterns instead`},
	{"an absolute pattern", Request{Only: []string{"ROOT/*"}}, nil, false,
		`ROOT/SHA256SUMS: no entry for ROOT/*; a slash at the start of a pattern means the root that names are relative to`},
	{"a file with braces", Request{Files: []string{"ROOT/{b,c}"}}, nil, false, `ROOT/SHA256SUMS: no entry for ROOT/{b,c}`},
	{"patterns that match nothing", Request{Only: []string{"y", "z"}}, nil, false, `ROOT/SHA256SUMS: no entry for y, z`},
}

func TestOnlyWhatIsSelectedIsVerified(t *testing.T) {
	root := treetest.Make(t, "a=in", "d/b=out", "d/c=in", "[x].txt=in", "x=in", "l -> d")
	text := ""
	for _, name := range []string{"./a", "d/b", "d//c", "[x].txt", "gone"} {
		text += treetest.SHA256("in") + "  " + name + "\n"
	}
	if err := os.WriteFile(filepath.Join(root, "SHA256SUMS"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	replace := func(s string) string { return strings.ReplaceAll(s, "ROOT", root) }
	for _, tt := range selectionTests {
		t.Run(tt.name, func(t *testing.T) {
			tt.ask.Root, tt.ask.KeepAll = root, true
			for _, given := range [][]string{tt.ask.Files, tt.ask.Only} {
				for i, path := range given {
					given[i] = replace(path)
				}
			}
			results, s := run(t, tt.ask)
			got := jobtest.Briefs(results)
			for i := range got {
				got[i] = strings.NewReplacer("./a", "a", "//", "/", root, "ROOT").Replace(got[i])
			}
			if s.Err != nil || tt.error != "" {
				if e := problem.From(s.Err); e.Code != problem.NotListed || e.Error() != replace(tt.error) {
					t.Errorf("got %v, want %q", e, replace(tt.error))
				}
				return
			}
			if !slices.Equal(got, tt.want) || s.OK != tt.ok {
				t.Errorf("got %q, ok %v; want %q", got, s.OK, tt.want)
			}
		})
	}
}

func TestASelectionReportsTheMalformedLinesAndEmptyListsAsEver(t *testing.T) {
	root := treetest.Make(t, "a=in", "SHA256SUMS="+treetest.SHA256("in")+"  a\nwhat\n", "x.md5=")
	results, s := run(t, Request{Request: job.Request{Root: root}, Only: []string{"a"}})
	if got, want := jobtest.Briefs(results), []string{"2 malformed", "0 malformed"}; !slices.Equal(got, want) || s.OK {
		t.Errorf("got %q, %+v; want %q", got, s, want)
	}
}

func TestEntriesAreVerifiedLikeThoseOfAList(t *testing.T) {
	root := treetest.Make(t, "a=in", "b=out")
	var all []list.Entry
	for i, name := range []string{"a", "b", "../a", "c"} {
		e, err := list.NewEntry(i+1, name, []list.Digest{{Algorithm: digest.SHA256, Hex: treetest.SHA256("in")}}, list.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	results, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Entries: all}}, KeepAll: true})
	if got, want := jobtest.Briefs(results), []string{"a ok", "b mismatch", "../a outside_root", "c missing"}; !slices.Equal(got, want) || s.OK {
		t.Errorf("got %q, %+v; want %q", got, s, want)
	}
	if r := results[1]; r.Manifest != "" || r.Line != 2 {
		t.Errorf("got %+v", r)
	}
}

func TestAListMayBeReadFromAnotherFileThanItIsCalled(t *testing.T) {
	root := treetest.Make(t, "a=in", "elsewhere="+treetest.SHA256("in")+"  a\n"+treetest.SHA256("")+"  a\n")
	results, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: "-", File: filepath.Join(root, "elsewhere")}}})
	want := []verdict.Result{{
		Path: "a", Status: verdict.Mismatch, Fails: true, Algorithm: digest.SHA256, Expected: treetest.SHA256(""),
		Actual: treetest.SHA256("in"), Size: 2, Manifest: "-", Line: 2,
	}}
	if !slices.Equal(results, want) {
		t.Errorf("got %+v, %+v; want %+v", results, s, want)
	}
}
