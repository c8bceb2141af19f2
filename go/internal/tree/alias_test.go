package tree

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

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

// aliasTests use hard links in place of a file system that ignores case. The
// difference is that a walk finds hard links.
var aliasTests = []struct {
	name                 string
	specs, links         []string // links: "new old"
	names, nodes, others string
	want                 string
}{
	{"another case", []string{"a=1", "b=2"}, []string{"A a"}, "A", "a b", "", "a"},
	{"another name", []string{"a=1", "b=2"}, []string{"other a"}, "other", "a b", "", "a"},
	{"another case, and an added hard link", []string{"a=1"}, []string{"A a", "added a"}, "A", "a added", "", "a"},
	{"an added hard link to a file that is listed twice", []string{"a=1"}, []string{"A a", "added a"}, "A", "added", "a", ""},
	{"another name, and an added hard link", []string{"a=1"}, []string{"other a", "added a"}, "other", "a added", "", ""},
	{"a hard link in another directory", []string{"a=1", "d/"}, []string{"d/A a"}, "d/A", "a", "", ""},
	{"a name through a link", []string{"d/a=1", "l -> d"}, nil, "l/a", "d/a", "", ""},
	{"a missing name", []string{"a=1"}, nil, "A", "a", "", ""},
	{"in a directory", []string{"d/e/a=1"}, []string{"d/e/A d/e/a"}, "d/e/A", "d/e/a", "", "d/e/a"},
	{"two names of one file", []string{"aa=1"}, []string{"AA aa", "Aa aa"}, "AA Aa", "aa", "", "aa"},
}

func TestANodeIsExpectedUnderAnotherNameIfItIsTheSameFile(t *testing.T) {
	for _, tt := range aliasTests {
		t.Run(tt.name, func(t *testing.T) {
			root := newRoot(t, tt.specs...)
			for _, link := range tt.links {
				name, old, _ := strings.Cut(link, " ")
				if err := os.Link(root.Path()+"/"+old, root.Path()+"/"+name); err != nil {
					t.Skip(err)
				}
			}
			seq := func(names string) func(func(string) bool) { return slices.Values(strings.Fields(names)) }
			got := slices.Sorted(maps.Keys(root.Aliases(t.Context(), seq(tt.names), seq(tt.nodes), seq(tt.others))))
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// newRoot creates a tree in the notation of treetest and opens it for the time of the
// test.
func newRoot(t *testing.T, specs ...string) *Root {
	t.Helper()
	root, err := Open(treetest.Make(t, specs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}
