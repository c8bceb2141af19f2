package paths

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestAPathIsShownAsGivenAndKeepsItsMeaning(t *testing.T) {
	root := treetest.Make(t, "d/")
	t.Chdir(root)
	for _, tt := range []struct{ directory, path, at string }{
		{"", "d", root + "/d"},
		{"", root + "/d", root + "/d"},
		{root + "/d", "x", root + "/d/x"},
		{root + "/d", "../x", root + "/d/../x"}, // not cleaned: d may be a link
		{"", "", ""},
	} {
		base := From(tt.directory)
		got, err := base.Locate(tt.path)
		if err != nil || got.Shown != tt.path || filepath.Clean(got.At) != filepath.Clean(tt.at) {
			t.Errorf("%q in %q is %+v, %v; want %q", tt.path, tt.directory, got, err, tt.at)
		}
	}
	base := From("")
	base.Locate("d")
	t.Chdir("d")
	if got, _ := base.Locate("d"); filepath.Clean(got.At) != filepath.Join(root, "d") {
		t.Errorf("after a change of directory, Locate returns %q", got.At)
	}
}

func TestARelativePathInARemovedDirectoryIsAnError(t *testing.T) {
	root := treetest.Make(t, "d/")
	t.Chdir(root + "/d")
	if err := os.Remove(root + "/d"); err != nil {
		t.Skip(err)
	}
	if _, err := From("").Locate("x"); err == nil || problem.From(err).Code != problem.WorkingDirectoryGone {
		t.Skip("this system still finds the removed directory: ", err)
	}
}

func TestANameInADirectoryIsShownWithTheDirectory(t *testing.T) {
	for _, tt := range []struct{ shown, want string }{
		{".", "list"}, {"d", "d/list"}, {"d/", "d/list"}, {"l/..", "l/../list"}, {"..", "../list"},
	} {
		if got := (Path{tt.shown, "/at"}).In("list"); filepath.ToSlash(got.Shown) != tt.want || got.At != "/at/list" {
			t.Errorf("In(%q) of %q = %+v, want %q", "list", tt.shown, got, tt.want)
		}
	}
}

func TestAnErrorAboutAPathContainsItAsGiven(t *testing.T) {
	p := Path{"list", "/at/list"}
	err := p.AsShown(problem.At("/at/list", problem.OutputExists, "exists"))
	if err.Error() != "list: exists" || problem.From(err).Code != problem.OutputExists {
		t.Errorf("got %v", err)
	}
	if err := p.AsShown(problem.ErrCancelled); err != problem.ErrCancelled {
		t.Errorf("an error without a path becomes %v", err)
	}
}
