package tree

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

// want is the expected result of opening a name: the text of the file, or an error.
type want struct {
	text       string
	missing    bool
	outside    bool
	notRegular string // the kind
	other      bool   // some other error
}

var openTests = []struct {
	name  string // opened beneath the root
	specs []string
	want  want
}{
	{"a", []string{"a=in"}, want{text: "in"}},
	{"d/a", []string{"d/a=in"}, want{text: "in"}},
	{"./d//a", []string{"d/a=in"}, want{text: "in"}},
	{"d/../a", []string{"d/", "a=in"}, want{text: "in"}},
	{"-", []string{"-=dash"}, want{text: "dash"}},
	{"empty", []string{"empty="}, want{}},
	{" a\nb\\", []string{" a\nb\\=odd"}, want{text: "odd"}},
	{"b", []string{"a=in"}, want{missing: true}},
	{"a/b", []string{"a=in"}, want{missing: true}},
	{"a/../a", []string{"a=in"}, want{missing: true}},
	{"d", []string{"d/"}, want{notRegular: "directory"}},
	{".", nil, want{notRegular: "directory"}},
	{"d/", []string{"d/"}, want{notRegular: "directory"}},

	{"l", []string{"a=in", "l -> a"}, want{text: "in"}},
	{"l", []string{"d/a=in", "l -> d/a"}, want{text: "in"}},
	{"l/a", []string{"d/a=in", "l -> d"}, want{text: "in"}},
	{"d/l", []string{"a=in", "d/l -> ../a"}, want{text: "in"}},
	{"l", []string{"l -> nothing"}, want{missing: true}},
	{"l", []string{"l -> l"}, want{other: true}},

	{"../outside", []string{}, want{outside: true}},
	{"d/../../outside", []string{"d/"}, want{outside: true}},
	{"..", nil, want{outside: true}},
	{"l", []string{"l -> ../outside"}, want{outside: true}},
	{"l/outside", []string{"l -> .."}, want{outside: true}},
	{"l", []string{"l -> m", "m -> ../outside"}, want{outside: true}},
	{"/etc/hosts", nil, want{outside: true}},
	{"l", []string{"l -> /etc/hosts"}, want{outside: true}},

	{"l", []string{"a=in", "l -> ROOT/a"}, want{text: "in"}},
	{"l/a", []string{"d/a=in", "l -> ROOT/d"}, want{text: "in"}},
	{"l", []string{"a=in", "l -> m", "m -> ROOT/a"}, want{text: "in"}},
	{"d/l", []string{"a=in", "d/l -> ROOT/e/m", "e/m -> ../a"}, want{text: "in"}},
	{"l", []string{"a=in", "l -> ROOT/../outside"}, want{outside: true}},
	{"l", []string{"a=in", "d/", "l -> ROOT/d/../a"}, want{text: "in"}},
	{"l", []string{"a=in", "l -> ROOT/d/../../outside", "d/"}, want{outside: true}},
	{"l", []string{"l -> ROOT/nothing"}, want{missing: true}},
	{"l", []string{"l -> ROOT"}, want{notRegular: "directory"}},
	{"l", []string{"l -> ROOT/l"}, want{other: true}},
}

// eachWay runs a test for every way of opening files on this system.
func eachWay(t *testing.T, test func(t *testing.T, open func(t *testing.T, path string) *Root)) {
	for name, open := range ways {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

func mustOpen(t *testing.T, path string) *Root {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestOpenStaysBeneathTheRootAndFollowsWhatStaysInside(t *testing.T) {
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, tt := range openTests {
			if runtime.GOOS == "windows" && strings.ContainsAny(tt.name+strings.Join(tt.specs, ""), "\n\\") {
				continue // not allowed in names
			}
			t.Run(tt.name+" "+strings.Join(tt.specs, ","), func(t *testing.T) {
				root := open(t, treetest.Make(t, tt.specs...))
				check(t, root, tt.name, tt.want)
			})
		}
	})
}

func check(t *testing.T, root *Root, name string, want want) {
	t.Helper()
	f, info, err := root.Opener().Open(name)
	var special *NotRegularError
	switch {
	case want.missing:
		if !IsMissing(err) {
			t.Errorf("Open(%.99q) = %v, want that it is missing", name, err)
		}
	case want.outside:
		if !errors.Is(err, ErrOutside) {
			t.Errorf("Open(%.99q) = %v, want %v", name, err, ErrOutside)
		}
	case want.notRegular != "":
		if !errors.As(err, &special) || special.Kind != want.notRegular {
			t.Errorf("Open(%.99q) = %v, want that it is a %s", name, err, want.notRegular)
		}
	case want.other:
		if err == nil || IsMissing(err) || errors.Is(err, ErrOutside) || errors.As(err, &special) {
			t.Errorf("Open(%.99q) = %v, want another error", name, err)
		}
	case err != nil:
		t.Errorf("Open(%.99q) = %v", name, err)
	}
	if err == nil {
		defer f.Close()
		buffer := make([]byte, 100)
		if n, err := f.Read(buffer); string(buffer[:n]) != want.text || err != nil || info.Size != int64(n) {
			t.Errorf("Open(%.99q) gives %q of %d bytes, %v; want %q", name, buffer[:n], info.Size, err, want.text)
		}
		size, err := root.Opener().Size(name)
		if size != info.Size || err != nil {
			t.Errorf("Size(%.99q) = %d, %v; want %d", name, size, err, info.Size)
		}
	}
}

// The files outside exist, so only the root keeps them from being opened.
func TestNamesThatLeadOutsideCanBeOpenedWithoutARoot(t *testing.T) {
	top := treetest.Make(t, "outside=out", "root/l -> ../outside", "root/d/")
	for _, name := range []string{"../outside", "d/../../outside", "l"} {
		if _, err := os.ReadFile(top + "/root/" + name); err != nil {
			t.Errorf("ReadFile(%q) = %v", name, err)
		}
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, filepath.Join(top, "root"))
		for _, name := range []string{"../outside", "d/../../outside", "l"} {
			check(t, root, name, want{outside: true})
		}
	})
}

func TestEveryFileIsBeneathTheRootOfTheFileSystem(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has a root for each drive")
	}
	directory := treetest.Make(t, "a=in", "l -> ROOT/a", "up -> ../../../../../../../../../../ROOT/a")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, "/")
		for _, name := range []string{"a", "l", "up"} {
			check(t, root, directory[1:]+"/"+name, want{text: "in"})
			check(t, root, directory+"/"+name, want{text: "in"})
		}
	})
}

func TestARootThatIsNotADirectoryIsRefused(t *testing.T) {
	directory := treetest.Make(t, "a=in")
	for _, path := range []string{directory + "/a", directory + "/nothing"} {
		if r, err := Open(path); err == nil {
			r.Close()
			t.Errorf("Open(%q) succeeds", path)
		}
	}
}

func TestWalkFindsEverythingButDirectoriesAndFollowsNoLinks(t *testing.T) {
	root := mustOpen(t, treetest.Make(t, "a=1", "d/b=2", "d/e/c=3", "empty/", "l -> d", "up -> .."))
	var got []string
	visit := func(n Node) error { got = append(got, n.Name+" "+n.Kind()); return nil }
	err := root.Walk(t.Context(), Alone(), Each(visit), func(directory string, err error) { t.Error(directory, err) })
	slices.Sort(got)
	want := []string{"a regular file", "d/b regular file", "d/e/c regular file", "l symbolic link", "up symbolic link"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Walk finds %q, %v; want %q", got, err, want)
	}
}

func TestWalkEndsWhenVisitFailsOrTheContextEnds(t *testing.T) {
	root := mustOpen(t, treetest.Make(t, "a=1", "b=2"))
	stop := errors.New("stop")
	if err := root.Walk(t.Context(), Alone(), Each(func(Node) error { return stop }), nil); err != stop {
		t.Errorf("Walk = %v, want %v", err, stop)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := root.Walk(ctx, Alone(), Each(func(Node) error { return nil }), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Walk = %v, want %v", err, context.Canceled)
	}
}

func TestOpenPathOpensOnlyRegularFiles(t *testing.T) {
	directory := treetest.Make(t, "a=1", "l -> a")
	for _, name := range []string{"a", "l"} {
		if f, err := OpenPath(filepath.Join(directory, name)); err != nil {
			t.Errorf("OpenPath(%q) = %v", name, err)
		} else {
			f.Close()
		}
	}
	var special *NotRegularError
	if _, err := OpenPath(directory); !errors.As(err, &special) {
		t.Errorf("OpenPath of a directory = %v, want a NotRegularError", err)
	}
	if _, err := OpenPath(filepath.Join(directory, "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenPath of a missing file = %v, want %v", err, fs.ErrNotExist)
	}
}

func TestEntriesAreThoseDirectlyInTheRoot(t *testing.T) {
	directory := treetest.Make(t, "a=1", "b/c=2", ".d=3")
	if err := os.Symlink("b", filepath.Join(directory, "link")); err != nil {
		t.Skip(err)
	}
	root, err := Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	got := map[string]fs.FileMode{}
	if err := root.Entries(t.Context(), func(name string, mode fs.FileMode) { got[name] = mode }); err != nil {
		t.Fatal(err)
	}
	if want := map[string]fs.FileMode{"a": 0, "b": fs.ModeDir, ".d": 0, "link": fs.ModeSymlink}; !maps.Equal(got, want) {
		t.Errorf("entries are %v, want %v", got, want)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := root.Entries(ended, func(string, fs.FileMode) {}); err != context.Canceled {
		t.Errorf("after the end of the context: %v", err)
	}
}
