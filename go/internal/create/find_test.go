package create

import (
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestAListNeverNamesItselfInUpperOrLowerCase(t *testing.T) {
	root := treetest.Caseless(t)
	for _, output := range []string{"SHA256SUMS", "sha256sums", "Sha256Sums"} {
		f, err := findFiles(t.Context(), open(t, root), paths.Path{Shown: output, At: root + "/" + output})
		if err != nil || slices.Contains(f.names, "SHA256SUMS") || len(f.names) != 6 {
			t.Errorf("%s: %+v, %v", output, f, err)
		}
	}
}

func open(t *testing.T, path string) *tree.Root {
	t.Helper()
	root, err := tree.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}
