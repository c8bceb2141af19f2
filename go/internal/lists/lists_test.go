package lists_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func open(t *testing.T, specs ...string) *tree.Root {
	t.Helper()
	root, err := tree.Open(treetest.Make(t, specs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func TestAFileIsAListByItsNameAndItsContent(t *testing.T) {
	entry := treetest.SHA256("1") + "  a\n"
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"SHA256SUMS", entry, true},
		{"checksums.txt", "these are the sums\n" + entry, true},
		{"SHA256SUMS", strings.Repeat("# comment\n", 10_000) + entry, true},
		{"B3SUMS", entry, true},
		{"SHA256SUMS", "", false},
		{"SHA256SUMS", "prose\n", false},
		{"SHA256SUMS", treetest.SHA256("1") + "\n", false},
		{"SHA256SUMS", strings.Repeat("# comment\n", 200_000) + entry, false},
		{"MD5SUMS", entry, false},
		{"list.txt", entry, false},
		{"d/SHA256SUMS", entry, false},
	} {
		root := open(t, tt.name+"="+tt.text)
		if got := lists.Among(t.Context(), root, []string{tt.name}); tt.want != slices.Contains(got, tt.name) {
			t.Errorf("%s, %.80q: %q, want %v", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestASignatureCountsWithItsList(t *testing.T) {
	root := open(t, "SHA256SUMS="+treetest.SHA256("1")+"  a\n", "MD5SUMS=nothing")
	names := []string{
		"a.asc", "SHA1SUMS.sig", "SHA256SUMS.asc", "SHA256SUMS.sigstore.json", "MD5SUMS", "MD5SUMS.asc", "SHA256SUMS", "SHA256SUMS.txt",
		"d/SHA256SUMS.asc", "own.list.GPG",
	}
	want := []string{"SHA256SUMS.asc", "SHA256SUMS.sigstore.json", "SHA256SUMS", "own.list.GPG"}
	if got := lists.Among(t.Context(), root, names, "own.list"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatCantBeReadAsAListIsNone(t *testing.T) {
	root := open(t, "MD5SUMS/", "SHA1SUMS -> nothing", "SHA256SUMS -> /etc/hostname")
	if err := os.WriteFile(root.Path()+"/SHA512SUMS", nil, 0); err != nil {
		t.Fatal(err)
	}
	names := []string{"MD5SUMS", "SHA1SUMS", "SHA256SUMS", "SHA512SUMS", "gone.md5"}
	if got := lists.Among(context.Background(), root, names); len(got) > 0 {
		t.Errorf("got %q, want none", got)
	}
}
