package treetest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// AwkwardParts returns parts of names with bytes around that of the slash, and others that are
// easily put in a wrong order.
func AwkwardParts() []string {
	parts := []string{"a", "b", "a.", "a-", "a0", "a b", "ä", "-", ".x", "0", "A"}
	if runtime.GOOS == "linux" {
		parts = append(parts, "a\xff", "\x01", "a\n", "~")
	}
	return parts
}

// Awkward creates a random tree of files and directories whose names consist of such parts,
// and returns its path. Some directories are empty.
func Awkward(t testing.TB, random *rand.Rand, parts []string) string {
	t.Helper()
	top := Make(t)
	some := func() string { return parts[random.IntN(len(parts))] }
	directories := []string{""}
	for range 1 + random.IntN(60) {
		name := filepath.Join(directories[random.IntN(len(directories))], some()+some())
		path := filepath.Join(top, name)
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		if random.IntN(3) == 0 {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
			directories = append(directories, name)
		} else if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

// Bounds returns a few bounds of ranges of names, in order: names, starts of names, and others.
func Bounds(random *rand.Rand, names []string) (bounds []string) {
	for range random.IntN(6) {
		if len(names) == 0 || random.IntN(3) == 0 {
			bounds = append(bounds, string([]byte{"ab-"[random.IntN(3)], "./-0a"[random.IntN(5)]}))
			continue
		}
		name := names[random.IntN(len(names))]
		bounds = append(bounds, name[:1+random.IntN(len(name))])
	}
	slices.Sort(bounds)
	return slices.Compact(bounds)
}
