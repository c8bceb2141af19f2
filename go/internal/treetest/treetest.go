// Package treetest builds small trees of files for tests.
package treetest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Make creates a directory with these files and returns its path:
//
//	"d/"          a directory
//	"f=text"      a file with this text, in directories that are created as needed
//	"l -> target" a symbolic link; ROOT in the target stands for the new directory
func Make(t testing.TB, specs ...string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range specs {
		if err := add(root, spec); err != nil {
			t.Fatalf("%q: %v", spec, err)
		}
	}
	return root
}

func add(root, spec string) error {
	if name, target, ok := strings.Cut(spec, " -> "); ok {
		path, err := place(root, name)
		if err != nil {
			return err
		}
		return os.Symlink(strings.ReplaceAll(target, "ROOT", root), path)
	}
	if name, text, ok := strings.Cut(spec, "="); ok {
		path, err := place(root, name)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text), 0o644)
	}
	return os.MkdirAll(filepath.Join(root, spec), 0o755)
}

func place(root, name string) (string, error) {
	path := filepath.Join(root, name)
	return path, os.MkdirAll(filepath.Dir(path), 0o755)
}

// SHA256 returns the digest of a text in hex.
func SHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Read returns the content of a file.
func Read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
