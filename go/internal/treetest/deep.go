package treetest

import (
	"os"
	"path/filepath"
	"testing"
)

// Deep creates a chain of directories in root, all with the same name. It calls fill
// for each, unless fill is nil; the first one has level 1. Paths in the chain may be
// longer than the system allows.
func Deep(t testing.TB, root, name string, levels int, fill func(level int, d *os.Root) error) {
	t.Helper()
	t.Cleanup(func() { removeDeep(t, root, name) })
	d, err := os.OpenRoot(root)
	for level := 1; err == nil && level <= levels; level++ {
		var next *os.Root
		if err = d.Mkdir(name, 0o755); err == nil {
			next, err = d.OpenRoot(name)
		}
		d.Close()
		if d = next; err == nil && fill != nil {
			err = fill(level, d)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
}

// removeDeep moves the second directory of the chain out of the first one, removes
// the first one, and so on. os.RemoveAll would open a file for each level.
func removeDeep(t testing.TB, root, name string) {
	first, second := filepath.Join(root, name), filepath.Join(root, "second")
	for {
		deeper := os.Rename(filepath.Join(first, name), second) == nil
		if err := os.RemoveAll(first); err != nil {
			t.Error(err)
			return
		}
		if !deeper {
			return
		}
		if err := os.Rename(second, first); err != nil {
			t.Error(err)
			return
		}
	}
}
