package verify

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/tree"
)

func TestFilesAreCountedByTheirNames(t *testing.T) {
	root, err := tree.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, tt := range []struct {
		names string
		want  int64
	}{
		{"", 0},
		{"a", 1},
		{"a a ./a .//a a//. " + root.Path() + "/a", 1},
		{"a/b a//b ./a/b a/./b a/b/", 1},
		{"a ../a x/../a a..b ./a..b", 4},
	} {
		var entries []*list.Entry
		for _, name := range strings.Fields(tt.names) {
			entries = append(entries, &list.Entry{Name: name})
		}
		if got := newFileCounter(root).count(slices.Values(entries), int64(len(entries))); got != tt.want {
			t.Errorf("%s: %d files, want %d", tt.names, got, tt.want)
		}
	}
	for _, n := range []int{1, 2, 3, 5, 6, 12, 13, 1000, 4097} {
		var entries []*list.Entry
		for i := range n {
			entries = append(entries, &list.Entry{Name: fmt.Sprint(i)}, &list.Entry{Name: fmt.Sprint("./", n-i)})
		}
		if got := newFileCounter(root).count(slices.Values(entries), int64(len(entries))); got != int64(n+1) {
			t.Errorf("%d files, want %d", got, n+1)
		}
	}
}

func TestACleanNameIsOneThatCleanDoesNotChange(t *testing.T) {
	for _, name := range []string{"a", "a/b", "a.b/..c/d..", ".a", "...", "", ".", "/", "a/", "/a", "a//b", "./a", "a/.", "a/./b"} {
		if got, want := isClean(name), path.Clean(name) == name && name != "." && name[0] != '/'; got != want {
			t.Errorf("isClean(%q) = %v", name, got)
		}
	}
	for _, name := range []string{"..", "../a", "a/.."} {
		if isClean(name) {
			t.Errorf("isClean(%q) = true", name)
		}
	}
}
