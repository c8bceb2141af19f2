package tree

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

// absoluteTests open names with the root TOP/root. TOP/alias leads to the root, and
// TOP/deep to a directory in it.
var absoluteTests = []struct {
	name string
	want want
}{
	{"TOP/root/a", want{text: "in"}},
	{"TOP/root/d/b", want{text: "below"}},
	{"TOP/root//a", want{text: "in"}},
	{"TOP//root/./d//b", want{text: "below"}},
	{"TOP/./root/a", want{text: "in"}},
	{"//TOP/root/a", want{text: "in"}},
	{"TOP/root/d/../a", want{text: "in"}},
	{"TOP/root/d/../../root/a", want{text: "in"}},
	{"TOP/root/../root/a", want{text: "in"}},
	{"TOP/else/../root/d/b", want{text: "below"}},
	{"TOP/alias/a", want{text: "in"}},
	{"TOP/alias/d/b", want{text: "below"}},
	{"TOP/alias/../root/a", want{text: "in"}},
	{"TOP/alias/d/../../outside", want{outside: true}},
	{"TOP/deep/b", want{text: "below"}},
	{"TOP/deep/../a", want{text: "in"}},
	{"TOP/root/up/root/a", want{outside: true}}, // the same as up/root/a
	{"TOP/root/absolute", want{text: "in"}},
	{"TOP/root/nothing", want{missing: true}},
	{"TOP/root/nothing/../a", want{missing: true}},
	{"TOP/root/d/", want{notRegular: "directory"}},
	{"TOP/root/d", want{notRegular: "directory"}},
	{"TOP/root/", want{notRegular: "directory"}},
	{"TOP/root/d/..", want{notRegular: "directory"}},

	{"TOP/outside", want{outside: true}},
	{"TOP/rooted/a", want{outside: true}},
	{"TOP/root/../outside", want{outside: true}},
	{"TOP/root/d/../../outside", want{outside: true}},
	{"TOP/root/out", want{outside: true}},
	{"TOP/root/up/outside", want{outside: true}},
	{"TOP/else/root/a", want{outside: true}},
	{"TOP/nothing/root/a", want{outside: true}},
	{"TOP/root/..", want{outside: true}},
	{"TOP", want{outside: true}},
	{"/", want{outside: true}},
}

func absoluteTree(t testing.TB) string {
	return treetest.Make(t, "outside=out", "rooted/a=out", "else/root/a=out", "root/a=in", "root/d/b=below",
		"alias -> root", "deep -> root/d", "root/up -> ..", "root/out -> ROOT/outside", "root/absolute -> ROOT/alias/a")
}

func TestAnAbsoluteNameIsJudgedByWhereItLeads(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the names are not those of Windows")
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, by := range []string{"root", "alias", "else/../root/", "root/d/.."} {
			for _, again := range []string{"each with a new root", "all with one root"} {
				t.Run(by+", "+again, func(t *testing.T) { checkAbsolute(t, open, by, again == "each with a new root") })
			}
		}
	})
}

func checkAbsolute(t *testing.T, open func(*testing.T, string) *Root, by string, afresh bool) {
	top := absoluteTree(t)
	root := open(t, top+"/"+by)
	tests := absoluteTests
	if !afresh { // cached names must not change results
		tests = slices.Concat(tests, tests)
		slices.Reverse(tests)
	}
	for _, tt := range tests {
		if afresh {
			root = open(t, top+"/"+by)
		}
		check(t, root, strings.ReplaceAll(tt.name, "TOP", top), tt.want)
	}
}

func TestAnAbsoluteNameWithADriveIsJudgedByWhereItLeads(t *testing.T) {
	top := treetest.Make(t, "outside=out", "root/a=in", "root/d/b=below")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, filepath.Join(top, "root"))
		slashed := filepath.ToSlash(top)
		for _, name := range []string{filepath.Join(top, "root", "a"), slashed + "/root/a", slashed + "/root/../root/a"} {
			check(t, root, name, want{text: "in"})
		}
		check(t, root, slashed+"/root/d/b", want{text: "below"})
		check(t, root, slashed+"/outside", want{outside: true})
	})
}

// A file is opened only if the system resolves its name to a file beneath the root,
// and it is that file.
func TestAnAbsoluteNameAgreesWithTheSystem(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs links")
	}
	top := absoluteTree(t)
	parts := []string{"root", "alias", "deep", "up", "d", "..", ".", "a", "b", "else", "outside"}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		forAll(parts, 4, func(names []string) {
			name := top + "/" + strings.Join(names, "/")
			f, info, err := root.Opener().Open(name)
			if err != nil {
				return
			}
			f.Close()
			real, err := filepath.EvalSymlinks(name)
			text, _ := os.ReadFile(name)
			if err != nil || !strings.HasPrefix(real, top+"/root/") || info.Size != int64(len(text)) {
				t.Errorf("Open(%q) succeeds, but the name leads to %q, %v", name, real, err)
			}
		})
	})
}

func forAll(parts []string, most int, do func([]string)) {
	var grow func([]string)
	grow = func(names []string) {
		if len(names) > 0 {
			do(names)
		}
		if len(names) < most {
			for _, part := range parts {
				grow(append(slices.Clone(names), part))
			}
		}
	}
	grow(nil)
}

func TestAbsoluteNamesInOneDirectoryAreLookedUpOnce(t *testing.T) {
	top := absoluteTree(t)
	for _, by := range []string{"root", "alias", "deep"} {
		root := mustOpen(t, top+"/root")
		for range 3 {
			for i := range 1000 {
				if _, err := root.Inside(fmt.Sprintf("%s/%s/file%d", top, by, i)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := len(root.absolutes.known); n > 1 {
			t.Errorf("%s: %d directories were looked up, want at most 1", by, n)
		}
	}
}

func TestAnAbsoluteNameBeneathTheRootsPathAllocatesNothing(t *testing.T) {
	top := absoluteTree(t)
	root := mustOpen(t, top+"/root")
	for _, name := range []string{top + "/root/a", top + "/alias/a"} {
		ask := func() {
			if _, err := root.Inside(name); err != nil {
				t.Fatal(err)
			}
		}
		ask() // finds the alias
		if n := testing.AllocsPerRun(100, ask); n > 0 {
			t.Errorf("Inside(%q) allocates %v times", name, n)
		}
	}
}

func TestTheNumberOfRememberedAbsoluteNamesIsLimited(t *testing.T) {
	top := absoluteTree(t)
	root := mustOpen(t, top+"/root")
	for i := range maxPlaces + 10 {
		root.Inside(fmt.Sprintf("%s/nothing%d/a", top, i))
	}
	if n := len(root.absolutes.known); n > maxPlaces {
		t.Errorf("%d places are remembered, want at most %d", n, maxPlaces)
	}
}

func TestAbsoluteNamesMayBeLookedUpConcurrently(t *testing.T) {
	top := absoluteTree(t)
	root := mustOpen(t, top+"/root")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, name := range []string{"/alias/a", "/deep/b", "/root/a", "/outside"} {
				for range 50 {
					if _, err := root.Inside(top + name); (err != nil) != (name == "/outside") {
						t.Errorf("Inside(%q) = %v", name, err)
					}
				}
			}
		})
	}
	all.Wait()
}
