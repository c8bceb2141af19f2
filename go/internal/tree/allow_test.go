package tree

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

// allowedTests open names beneath TOP/root, whose links may lead to TOP/store and
// TOP/more.
var allowedTests = []struct {
	name string
	link string // an additional link, in the notation of treetest
	want want
}{
	{"l", "root/l -> ../store/f", want{text: "stored"}},
	{"l", "root/l -> ROOT/store/f", want{text: "stored"}},
	{"l", "root/l -> ../root/../store/f", want{text: "stored"}},
	{"l", "root/l -> ROOT/else/../store/f", want{text: "stored"}},
	{"d/l", "root/d/l -> ../../store/d/g", want{text: "deep"}},
	{"d/../l", "root/l -> ../store/f", want{text: "stored"}},
	{"TOP/root/l", "root/l -> ../store/f", want{text: "stored"}},
	{"TOP/alias/l", "root/l -> ../store/f", want{text: "stored"}},
	{"l", "root/l -> m", want{text: "stored"}},
	{"l/g", "root/l -> ../store/d", want{text: "deep"}},
	{"l/d/g", "root/l -> ../store", want{text: "deep"}},
	{"l/d/g", "root/l -> ../store/.", want{text: "deep"}},
	{"l", "root/l -> ROOT/by/f", want{text: "stored"}},
	{"l", "root/l -> ../by/f", want{text: "stored"}},
	{"l", "root/l -> ../store/inside", want{text: "stored"}},
	{"l", "root/l -> ../store/up", want{text: "stored"}},
	{"l", "root/l -> ../store/more", want{text: "more"}},
	{"l", "root/l -> ../store/back", want{text: "in"}},
	{"l", "root/l -> ../more/../store/f", want{text: "stored"}},
	{"a", "root/l -> a", want{text: "in"}},

	{"l", "root/l -> ../store/nothing", want{missing: true}},
	{"l", "root/l -> ../store/d", want{notRegular: "directory"}},
	{"l", "root/l -> ../store", want{notRegular: "directory"}},
	{"l", "root/l -> ../store/f/..", want{missing: true}},
	{"l", "root/l -> ../store/loop", want{other: true}},

	{"../store/f", "", want{outside: true}},
	{"d/../../store/f", "", want{outside: true}},
	{"TOP/store/f", "", want{outside: true}},
	{"TOP/root/../store/f", "", want{outside: true}},
	{"l/../f", "root/l -> ../store/d", want{outside: true}},
	{"l/../../store/f", "root/l -> ../store", want{outside: true}},
	{"l/store/f", "root/l -> ..", want{outside: true}},
	{"l/store/f", "root/l -> ROOT", want{outside: true}},
	{"l", "root/l -> ../else/f", want{outside: true}},
	{"l", "root/l -> ../stores/f", want{outside: true}},
	{"l", "root/l -> ROOT/stores/f", want{outside: true}},
	{"l", "root/l -> ../store/../else/f", want{outside: true}},
	{"l", "root/l -> ROOT/store/../else/f", want{outside: true}},
	{"l", "root/l -> ../store/out", want{outside: true}},
	{"l", "root/l -> ../store/absolute", want{outside: true}},
	{"l/f", "root/l -> ../store/outer", want{outside: true}},
	{"l/outer/f", "root/l -> ../store", want{outside: true}},
	{"l", "root/l -> ../store/d/../../else/f", want{outside: true}},
	{"l", "root/l -> ../../../../../../../../../../../../../../../../etc/hosts", want{outside: true}},
}

func allowedTree(t *testing.T, link string) string {
	specs := []string{
		"root/a=in", "root/d/", "root/m -> ../store/f", "alias -> root", "by -> store",
		"store/f=stored", "store/d/g=deep", "more/f=more", "else/f=out", "stores/f=out",
		"store/inside -> d/../f", "store/up -> d/../../store/f", "store/more -> ../more/f", "store/back -> ROOT/root/a",
		"store/loop -> loop", "store/out -> ../else/f", "store/absolute -> ROOT/else/f", "store/outer -> ../else",
	}
	if link != "" {
		specs = append(specs, link)
	}
	return treetest.Make(t, specs...)
}

func mustAllow(t *testing.T, root *Root, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := root.Allow(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALinkMayLeadToAnAllowedDirectoryAndNowhereElse(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, tt := range allowedTests {
			t.Run(tt.name+" "+tt.link, func(t *testing.T) {
				top := allowedTree(t, tt.link)
				root := open(t, top+"/root")
				mustAllow(t, root, top+"/store", top+"/more")
				check(t, root, strings.ReplaceAll(tt.name, "TOP", top), tt.want)
			})
		}
	})
}

func TestWithoutAnAllowedDirectoryTheSameLinksLeadOutside(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, tt := range allowedTests {
			if tt.link == "" || tt.want.text == "" || tt.want.text == "in" {
				continue
			}
			top := allowedTree(t, tt.link)
			check(t, open(t, top+"/root"), strings.ReplaceAll(tt.name, "TOP", top), want{outside: true})
		}
	})
}

// The allowed directories are given in other ways than the links lead to them.
func TestAnAllowedDirectoryMayHaveSeveralNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, by := range []string{"/store", "/by", "/store/", "/else/../store", "/store/d/..", ""} {
			for _, link := range []string{"root/l -> ../store/f", "root/l -> ROOT/by/f"} {
				top := allowedTree(t, link)
				root := open(t, top+"/root")
				mustAllow(t, root, top+by)
				check(t, root, "l", want{text: "stored"})
			}
		}
	})
}

func TestEveryFileMayBeAllowed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	top := allowedTree(t, "root/l -> ../else/f")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		mustAllow(t, root, "/")
		check(t, root, "l", want{text: "out"})
		check(t, root, "../else/f", want{outside: true})
		check(t, root, top+"/else/f", want{outside: true})
	})
}

func TestALongNameMayPassThroughALinkToAnAllowedDirectory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the names are too long for other systems")
	}
	deep := strings.Repeat(strings.Repeat("n", 200)+"/", 10)
	top := treetest.Make(t, "store/"+deep+"f=stored", "root/l -> ../store")
	long := "l/" + strings.Repeat("./", 2000) + deep + "f"
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		check(t, root, long, want{outside: true})
		mustAllow(t, root, top+"/store")
		check(t, root, long, want{text: "stored"})
	})
}

func TestAWalkDoesNotEnterAnAllowedDirectory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	top := treetest.Make(t, "store/f=stored", "root/d/l -> ../../store", "root/m -> ../store/f")
	root := mustOpen(t, filepath.Join(top, "root"))
	mustAllow(t, root, top+"/store")
	var got []string
	visit := func(n Node) error { got = append(got, n.Name); return nil }
	err := root.Walk(t.Context(), Alone(), Each(visit), func(directory string, err error) { t.Error(directory, err) })
	slices.Sort(got)
	if want := []string{"d/l", "m"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Walk finds %q, %v; want %q", got, err, want)
	}
}

func TestOnlyADirectoryCanBeAllowed(t *testing.T) {
	top := treetest.Make(t, "a=in")
	root := mustOpen(t, top)
	for _, path := range []string{top + "/a", top + "/nothing"} {
		if err := root.Allow(path); err == nil {
			t.Errorf("Allow(%q) succeeds", path)
		}
	}
}
