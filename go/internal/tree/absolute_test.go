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

// absoluteTests open names beneath TOP/root, after TOP/alias and TOP/deep lead
// there and into it.
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
	{"TOP/root/up/root/a", want{outside: true}}, // as up/root/a is
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
		t.Skip("the table has names of other systems")
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, by := range []string{"root", "alias", "else/../root/", "root/d/.."} {
			for _, again := range []string{"each for itself", "all with one root"} {
				t.Run(by+", "+again, func(t *testing.T) { checkAbsolute(t, open, by, again == "each for itself") })
			}
		}
	})
}

func checkAbsolute(t *testing.T, open func(*testing.T, string) *Root, by string, afresh bool) {
	top := absoluteTree(t)
	root := open(t, top+"/"+by)
	tests := absoluteTests
	if !afresh { // what one name leaves behind must not decide on another
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

// TestAnAbsoluteNameAgreesWithTheSystem compares with what the system resolves:
// a file is read only where it lies beneath the root, and then it is that one.
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
				t.Errorf("Open(%q) succeeds, but leads to %q, %v", name, real, err)
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

func TestManyAbsoluteNamesAskTheSystemOnce(t *testing.T) {
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
			t.Errorf("by %s: %d directories were looked for, one is enough", by, n)
		}
	}
}

func TestAnAbsoluteNameOfTheRootsOwnPathAllocatesNothing(t *testing.T) {
	top := absoluteTree(t)
	root := mustOpen(t, top+"/root")
	for _, name := range []string{top + "/root/a", top + "/alias/a"} {
		ask := func() {
			if _, err := root.Inside(name); err != nil {
				t.Fatal(err)
			}
		}
		ask() // the first finds the alias
		if n := testing.AllocsPerRun(100, ask); n > 0 {
			t.Errorf("Inside(%q) allocates %v times", name, n)
		}
	}
}

func TestWhereAbsoluteNamesLeadIsRememberedWithinBounds(t *testing.T) {
	top := absoluteTree(t)
	root := mustOpen(t, top+"/root")
	for i := range maxPlaces + 10 {
		root.Inside(fmt.Sprintf("%s/nothing%d/a", top, i))
	}
	if n := len(root.absolutes.known); n > maxPlaces {
		t.Errorf("%d places are remembered, at most %d may be", n, maxPlaces)
	}
}

func TestAbsoluteNamesMayBeAskedAboutByManyAtOnce(t *testing.T) {
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
