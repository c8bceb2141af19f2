//go:build !linux

package engine

import (
	"os"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

// caseless is a temporary directory, on systems whose file systems mostly are so.
func caseless(t *testing.T) string {
	t.Helper()
	root := treetest.Make(t, "Readme.txt=in", "sub/file=in", "cafe\u0301=in", "plain=in", "added=in",
		"SHA256SUMS="+hexOf("in")+"  plain\n")
	if _, err := os.Stat(root + "/README.TXT"); err != nil {
		t.Skip("names have a case here")
	}
	if _, err := os.Stat(root + "/caf\u00e9"); err != nil {
		t.Skip("names have no normal form here")
	}
	if err := os.Link(root+"/Readme.txt", root+"/readme.link"); err != nil {
		t.Skip(err)
	}
	return root
}
