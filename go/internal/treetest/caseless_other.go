//go:build !linux

package treetest

import (
	"os"
	"testing"
)

// Caseless returns a temporary directory, if its file system ignores case and Unicode
// normalization.
func Caseless(t testing.TB) string {
	t.Helper()
	root := Make(t, "Readme.txt=in", "sub/file=in", "cafe\u0301=in", "plain=in", "added=in",
		"SHA256SUMS="+SHA256("in")+"  plain\n")
	if _, err := os.Stat(root + "/README.TXT"); err != nil {
		t.Skip("the file system does not ignore case")
	}
	if _, err := os.Stat(root + "/caf\u00e9"); err != nil {
		t.Skip("the file system does not ignore normalization")
	}
	if err := os.Link(root+"/Readme.txt", root+"/readme.link"); err != nil {
		t.Skip(err)
	}
	return root
}
