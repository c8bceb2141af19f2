package engine

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

var meantTests = []struct {
	name  string
	found []string
	want  int
}{
	{"README.TXT", nil, -1},
	{"README.TXT", []string{"Readme.txt"}, 0},
	{"caf\u00e9", []string{"cafe\u0301"}, 0},
	{"README.TXT", []string{"added", "Readme.txt"}, 1},
	{"README.TXT", []string{"Readme.txt", "readme.txt"}, -1},
	{"caf\u00e9", []string{"cafe\u0301", "added"}, -1},
	{"d/A", []string{"D/a", "D/b"}, 0},
}

func TestANameMeansTheOnlyFileOrTheOneThatDiffersInCase(t *testing.T) {
	for _, tt := range meantTests {
		if got := meantBy(tt.name, tt.found); got != tt.want {
			t.Errorf("meantBy(%q, %q) = %d, want %d", tt.name, tt.found, got, tt.want)
		}
	}
}

// aliasTests have hard links for the names by which a file system without case
// finds a file: what tells them apart is that a walk yields both.
var aliasTests = []struct {
	name                 string
	specs, links         []string // links: "new old"
	names, nodes, others string
	want                 string
}{
	{"another case", []string{"a=1", "b=2"}, []string{"A a"}, "A", "a b", "", "a"},
	{"another form", []string{"a=1", "b=2"}, []string{"other a"}, "other", "a b", "", "a"},
	{"beside an added hard link", []string{"a=1"}, []string{"A a", "added a"}, "A", "a added", "", "a"},
	{"an added hard link to a file that is listed twice", []string{"a=1"}, []string{"A a", "added a"}, "A", "added", "a", ""},
	{"an added hard link, and no case", []string{"a=1"}, []string{"other a", "added a"}, "other", "a added", "", ""},
	{"a hard link in another directory", []string{"a=1", "d/"}, []string{"d/A a"}, "d/A", "a", "", ""},
	{"a name through a link", []string{"d/a=1", "l -> d"}, nil, "l/a", "d/a", "", ""},
	{"a missing name", []string{"a=1"}, nil, "A", "a", "", ""},
	{"in a directory", []string{"d/e/a=1"}, []string{"d/e/A d/e/a"}, "d/e/A", "d/e/a", "", "d/e/a"},
	{"two names of one file", []string{"aa=1"}, []string{"AA aa", "Aa aa"}, "AA Aa", "aa", "", "aa"},
}

func TestANodeIsExpectedUnderAnotherNameWhereItIsTheSameFile(t *testing.T) {
	for _, tt := range aliasTests {
		t.Run(tt.name, func(t *testing.T) {
			root := rootOf(t, tt.specs...)
			for _, link := range tt.links {
				name, old, _ := strings.Cut(link, " ")
				if err := os.Link(root.Path()+"/"+old, root.Path()+"/"+name); err != nil {
					t.Skip(err)
				}
			}
			seq := func(names string) func(func(string) bool) { return slices.Values(strings.Fields(names)) }
			got := slices.Sorted(maps.Keys(aliases(t.Context(), root, seq(tt.names), seq(tt.nodes), seq(tt.others))))
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestAnAddedHardLinkIsExtra runs on any file system: it must stay so whatever
// other names are missing.
func TestAnAddedHardLinkIsExtra(t *testing.T) {
	root := treetest.Make(t, "a=in", "SHA256SUMS="+hexOf("in")+"  a\n"+hexOf("in")+"  a\n"+hexOf("in")+"  gone\n")
	if err := os.Link(root+"/a", root+"/b"); err != nil {
		t.Skip(err)
	}
	results, _ := run(t, Verify{Common: Common{Root: root}, Extra: true})
	if got := briefs(results); !slices.Equal(got, []string{"gone missing", "b extra"}) {
		t.Errorf("got %q", got)
	}
}

func mustOpenRoot(t *testing.T, path string) *tree.Root {
	t.Helper()
	root, err := tree.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// TestFilesAreToldByIdentityWhereNamesAreNotUnique has a directory of a file system that finds names in any case and normal
// form. It holds what a list of its own names otherwise, and two extra files.
func TestFilesAreToldByIdentityWhereNamesAreNotUnique(t *testing.T) {
	root := caseless(t)
	list := hexOf("in") + "  README.TXT\n" + hexOf("in") + "  SUB/FILE\n" + hexOf("in") + "  caf\u00e9\n" + hexOf("in") + "  plain\n"
	lists := treetest.Make(t, "list="+list)
	v := Verify{Common: Common{Root: root}, Manifests: []List{{Path: lists + "/list"}}, Extra: true}
	results, s := run(t, v)
	if got := briefs(results); !slices.Equal(got, []string{"SHA256SUMS extra", "added extra", "readme.link extra"}) || s.Counts[OK] != 4 {
		t.Errorf("got %q, counts %v, error %v", got, s.Counts, s.Err)
	}
	v.Manifests = append(v.Manifests, List{Path: root + "/sha256sums"})
	results, s = run(t, v)
	if got := briefs(results); !slices.Equal(got, []string{"added extra", "readme.link extra"}) {
		t.Errorf("with the list on it: got %q, error %v", got, s.Err)
	}
}

func TestAListNeverNamesItselfInAnyCase(t *testing.T) {
	root := caseless(t)
	for _, output := range []string{"SHA256SUMS", "sha256sums", "Sha256Sums"} {
		f, err := findFiles(t.Context(), mustOpenRoot(t, root), place{output, root + "/" + output})
		if err != nil || slices.Contains(f.names, "SHA256SUMS") || len(f.names) != 6 {
			t.Errorf("%s: %+v, %v", output, f, err)
		}
	}
}
