package tree

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/treetest"
)

func TestAWalkThatInspectsSaysOfEachFileWhatItsHandleSays(t *testing.T) {
	directory := treetest.Make(t, "a=1", "d/b=22", "d/e/c=333", "l -> a")
	if err := os.Link(filepath.Join(directory, "a"), filepath.Join(directory, "d", "hard")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(directory, "a"), time.Time{}, time.Unix(1, 23)); err != nil {
		t.Fatal(err)
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, directory)
		want := map[string]Info{}
		for _, name := range []string{"a", "d/b", "d/e/c", "d/hard"} {
			file, info, err := root.Opener().Open(name)
			if err != nil {
				t.Fatal(err)
			}
			file.Close()
			want[name] = info
		}
		if want["a"] != want["d/hard"] || want["a"] == want["d/b"] || want["a"].ModTime != time.Unix(1, 23).UnixNano() {
			t.Fatalf("the handles say %v", want)
		}
		crew := Alone()
		crew.Inspect = true
		got := map[string]Info{}
		err := root.Walk(t.Context(), crew, Each(func(n Node) error {
			if n.Type&fs.ModeSymlink == 0 {
				got[n.Name] = n.Info()
			}
			return nil
		}), func(name string, err error) { t.Errorf("%s: %v", name, err) })
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("the walk says %v, %v; want %v", got, err, want)
		}
	})
}
