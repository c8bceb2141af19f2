package create

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestAListNeverNamesItselfInUpperOrLowerCase(t *testing.T) {
	root := treetest.Caseless(t)
	for _, output := range []string{"SHA256SUMS", "sha256sums", "Sha256Sums"} {
		names, err := find(t, open(t, root), paths.Path{Shown: output, At: root + "/" + output})
		if err != nil || slices.Contains(names, "SHA256SUMS") || len(names) != 6 {
			t.Errorf("%s: %q, %v", output, names, err)
		}
	}
}

// find returns the names that are to be listed, in order.
func find(t *testing.T, root *tree.Root, outputs ...paths.Path) (names []string, err error) {
	t.Helper()
	share := holdings.Register()
	defer share.End()
	l := newListing(&hashing.Meter{}, nil)
	f := &finding{root: root, crew: tree.Alone(), share: share, outputs: outputs, all: true}
	err = f.run(t.Context(), l, func() {})
	for _, i := range l.inOrder() {
		names = append(names, l.name(i))
	}
	return names, err
}

func open(t *testing.T, path string) *tree.Root {
	t.Helper()
	root, err := tree.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func TestAWarningNamesAFewOfThoseLeftOut(t *testing.T) {
	for _, tt := range []struct {
		left int
		want string // the end of the warning; "": there is none
	}{
		{0, ""},
		{1, `: l0 (symbolic link)`},
		{5, `l3 (symbolic link), l4 (symbolic link)`},
		{6, `l4 (symbolic link), …`},
	} {
		specs := []string{"a=1"}
		for i := range tt.left {
			specs = append(specs, fmt.Sprintf("l%d -> nothing", i))
		}
		_, s := runCreate(t, Request{Request: job.Request{Root: treetest.Make(t, specs...)}, Algorithms: []digest.Algorithm{digest.SHA256}})
		if tt.want == "" {
			if len(s.Warnings) > 0 {
				t.Errorf("warnings are %q", s.Warnings)
			}
		} else if len(s.Warnings) != 1 || s.Warnings[0].Code != problem.FilesLeftOut || !strings.HasSuffix(s.Warnings[0].Text, tt.want) {
			t.Errorf("%d left out: warnings are %q, want %q", tt.left, s.Warnings, tt.want)
		}
	}
}

func TestLinksThatLeadOutsideAreLeftOutWithAWarningOfTheirOwn(t *testing.T) {
	for _, tt := range []struct {
		links int
		want  string
	}{
		{1, `1 link that leads outside the root left out: l0`},
		{2, `2 links that lead outside the root left out: l0, l1`},
		{6, `6 links that lead outside the root left out: l0, l1, l2, l3, l4, …`},
	} {
		specs := []string{"root/a=1", "root/nowhere -> nothing", "f=2"}
		for i := range tt.links {
			specs = append(specs, fmt.Sprintf("root/l%d -> ../f", i))
		}
		_, s := runCreate(t, Request{Request: job.Request{Root: treetest.Make(t, specs...) + "/root"}, Algorithms: []digest.Algorithm{digest.SHA256}})
		if len(s.Warnings) != 2 || s.Warnings[0].Code != problem.LinksLeftOut || s.Warnings[0].Text != tt.want || s.Warnings[1].Code != problem.FilesLeftOut {
			t.Errorf("%d links: warnings are %q, want %q", tt.links, s.Warnings, tt.want)
		}
	}
}

func TestADirectoryOfNothingButLinksOutsideGivesAnErrorThatSaysSo(t *testing.T) {
	top := treetest.Make(t, "root/l -> ../f", "root/d/m -> ../../f", "root/to-directory -> ..", "root/dangling -> x", "f=2")
	_, s := runCreate(t, Request{Request: job.Request{Root: top + "/root"}, Algorithms: []digest.Algorithm{digest.SHA256}})
	e := problem.From(s.Err)
	want := `not written: no files to list, only 3 links that lead outside the root: d/m, l, to-directory`
	if e.Code != problem.OnlyLinksOutside || e.Reason != want {
		t.Errorf("got %+v, want %q", e, want)
	}
	if _, s := runCreate(t, Request{Request: job.Request{Root: treetest.Make(t, "dangling -> x")}, Algorithms: []digest.Algorithm{digest.SHA256}}); problem.From(s.Err).Code != problem.NoFiles {
		t.Errorf("without such links: got %v", s.Err)
	}
}

func TestLinksToFilesInAnAllowedDirectoryAreListed(t *testing.T) {
	top := treetest.Make(t, "root/l -> ../store/f", "root/d/m -> ROOT/store/f", "root/to-directory -> ../store", "root/out -> ../x", "store/f=2", "x=3")
	common := job.Request{Directory: top, Root: "root", AllowLinksTo: []string{"store"}}
	_, s := runCreate(t, Request{Request: common, Algorithms: []digest.Algorithm{digest.SHA256}})
	if want := treetest.SHA256("2") + "  d/m\n" + treetest.SHA256("2") + "  l\n"; !s.OK || treetest.Read(t, top+"/root/SHA256SUMS") != want {
		t.Errorf("error %v, counts %v", s.Err, s.Counts)
	}
	if len(s.Warnings) != 2 || !strings.Contains(s.Warnings[0].Text, `: out`) || !strings.Contains(s.Warnings[1].Text, `to-directory (symbolic link)`) {
		t.Errorf("warnings are %q", s.Warnings)
	}
}

func TestExcludedFilesAreNotListed(t *testing.T) {
	for _, tt := range []struct{ exclude, want []string }{
		{[]string{"*.tmp"}, []string{"a", "d/b", "d/cache/c"}},
		{[]string{"*.tmp", "cache/", "/a"}, []string{"d/b"}},
		{[]string{"*", "!*/", "!*.tmp"}, []string{"d/x.tmp", "y.tmp"}},
	} {
		root := treetest.Make(t, "a=1", "y.tmp=", "d/", "d/b=2", "d/x.tmp=", "d/cache/", "d/cache/c=3", "link.tmp -> a")
		request := Request{Request: job.Request{Root: root, Exclude: tt.exclude}, Algorithms: []digest.Algorithm{digest.SHA256}}
		if _, s := runCreate(t, request); !s.OK {
			t.Fatal(s)
		}
		text, err := os.ReadFile(root + "/SHA256SUMS")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(string(text)) {
			if name := strings.TrimSpace(line[66:]); name != "link.tmp" {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.exclude, got, tt.want)
		}
	}
}

func TestAllExcludedIsAnError(t *testing.T) {
	request := Request{Request: job.Request{Root: treetest.Make(t, "a=1"), Exclude: []string{"*"}}, Algorithms: []digest.Algorithm{digest.SHA256}}
	if _, s := runCreate(t, request); !strings.Contains(problem.From(s.Err).Reason, "not excluded") {
		t.Errorf("got %v", s.Err)
	}
}

func TestExcludesNeedALegiblePatternAndNoBag(t *testing.T) {
	root := treetest.Make(t, "a=1")
	for _, r := range []Request{
		{Request: job.Request{Root: root, Exclude: []string{"[a"}}},
		{Request: job.Request{Root: root, Exclude: []string{"a"}}, Bag: true},
	} {
		if _, err := Start(t.Context(), r); problem.From(err).Code != problem.InvalidArgument {
			t.Errorf("%+v: got %v", r, err)
		}
	}
}
