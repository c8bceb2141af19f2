//go:build linux && (amd64 || arm64 || loong64 || riscv64 || s390x)

package tree

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"testing"
)

func TestAnExtentIsWhereFilefragSaysThatAFileBegins(t *testing.T) {
	program, err := exec.LookPath("filefrag")
	if err != nil {
		t.Skip(err)
	}
	path := onDisk(t, 100_000)
	f, _ := opened(t, path)
	extent, err := f.Extent()
	if err != nil {
		t.Skip("this file system has no FIEMAP")
	}
	said, err := exec.Command(program, "-b1", "-v", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`(?m)^ +0: +0\.\. +\d+: +(\d+)\.\.`).FindSubmatch(said)
	if first == nil {
		t.Fatalf("filefrag: %s", said)
	}
	if want := string(first[1]); fmt.Sprint(extent) != want || extent == 0 {
		t.Errorf("the extent begins at %d, want %s", extent, want)
	}
}

func TestAFileWithoutContentOnADiskHasNoExtent(t *testing.T) {
	path := onDisk(t, 1)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	f, _ := opened(t, path)
	if extent, err := f.Extent(); err == nil && extent != 0 {
		t.Errorf("an empty file begins at %d", extent)
	}
	made, _, err := proc(t).Open("version")
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	if _, err := made.Extent(); err == nil {
		t.Error("/proc tells where its files lie")
	}
}

func proc(t *testing.T) *Opener {
	t.Helper()
	root, err := Open("/proc")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { root.Close() })
	return root.Opener()
}
