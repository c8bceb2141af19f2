//go:build linux && (amd64 || arm64 || loong64 || riscv64)

package tree_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// mustTell skips the test where not even a new file is at hand, as on an old kernel or on
// an overlay.
func mustTell(t *testing.T, path string) {
	t.Helper()
	if !tree.IsFileAtHand(path) {
		t.Skip("this kernel or this file system doesn't tell")
	}
}

func TestAtHandAreSmallRegularFilesInMemory(t *testing.T) {
	top := treetest.Make(t, "d/a=in", "d/empty=", "large="+strings.Repeat("x", tree.AtHandSize+1),
		"most="+strings.Repeat("x", tree.AtHandSize), "d/up -> ../most", "to -> d/a")
	if err := syscall.Mkfifo(filepath.Join(top, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustTell(t, filepath.Join(top, "d/a"))
	if _, err := os.ReadFile(filepath.Join(top, "to")); err != nil { // the kernel notes that the link was followed
		t.Fatal(err)
	}
	root, err := tree.Open(top)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, tt := range []struct {
		name              string
		ofPath, ofBeneath bool
	}{
		{"d", false, false},
		{"d/a", true, true},
		{"d/empty", true, true},
		{"most", true, true},
		{"large", false, false},
		{"fifo", false, false},
		{"none", false, false},
		{"to", true, false},
		{"d/../d/a", false, true},
		{"../" + filepath.Base(top) + "/most", false, false},
	} {
		if got := tree.IsFileAtHand(top + "/" + tt.name); got != tt.ofPath {
			t.Errorf("IsFileAtHand(%s) is %v, want %v", tt.name, got, tt.ofPath)
		}
		if got := root.IsAtHand(tt.name); got != tt.ofBeneath {
			t.Errorf("IsAtHand(%s) is %v, want %v", tt.name, got, tt.ofBeneath)
		}
	}
	for path, want := range map[string]bool{top: true, top + "/d": true, top + "/d/..": false, top + "/d/a": false, "/proc": false} {
		if got := tree.IsDirectoryAtHand(path); got != want {
			t.Errorf("IsDirectoryAtHand(%s) is %v, want %v", path, got, want)
		}
	}
	if tree.IsFileAtHand("/proc/self/stat") {
		t.Error("what the kernel makes up is at hand")
	}
}

func TestAFileThatIsNotInMemoryIsNotAtHand(t *testing.T) {
	directory, err := os.MkdirTemp(".", "at-hand-") // the temporary directory may be in memory
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(directory)
	path, _ := filepath.Abs(filepath.Join(directory, "a"))
	if err := os.WriteFile(path, []byte("in"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustTell(t, path)
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil || s.Type == 0x01021994 {
		t.Skip("this file system is in memory")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const dontNeed = 4 // POSIX_FADV_DONTNEED
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), 0, 0, dontNeed, 0, 0); err != 0 {
		t.Fatal(err)
	}
	if tree.IsFileAtHand(path) {
		t.Error("IsFileAtHand is true for a file that must be read from storage")
	}
	if _, err := f.Read(make([]byte, 2)); err != nil || !tree.IsFileAtHand(path) {
		t.Errorf("IsFileAtHand is false for a file that was read (%v)", err)
	}
}
