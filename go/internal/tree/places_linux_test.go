package tree

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestPlacesAreTheInodesOfADirectory(t *testing.T) {
	directory := t.TempDir()
	if err := os.Mkdir(filepath.Join(directory, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{}
	for _, name := range []string{"a", "b", "c c"} {
		path := filepath.Join(directory, "d", name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		var s syscall.Stat_t
		if err := syscall.Stat(path, &s); err != nil {
			t.Fatal(err)
		}
		want[name] = s.Ino
	}
	root, err := Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	left := len(want)
	if err := root.Places("d", func(name []byte, inode uint64) bool {
		if number, ok := want[string(name)]; ok && number == inode {
			left--
		}
		return true
	}); err != nil || left > 0 {
		t.Errorf("%d entries not found: %v", left, err)
	}
	calls := 0
	if err := root.Places("d", func([]byte, uint64) bool { calls++; return false }); err != nil || calls != 1 {
		t.Errorf("%d calls after false: %v", calls, err)
	}
	if err := root.Places("missing", nil); !IsMissing(err) {
		t.Errorf("a missing directory: %v", err)
	}
	if err := root.Places("../..", nil); err == nil {
		t.Error("a directory outside was read")
	}
}
