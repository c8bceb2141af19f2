//go:build !linux

package treetest

import (
	"os"
	"testing"
)

// Caseless is a temporary directory, on systems whose file systems mostly are so.
func Caseless(t testing.TB) string {
	t.Helper()
	root := Make(t, "Readme.txt=in", "sub/file=in", "cafe\u0301=in", "plain=in", "added=in",
		"SHA256SUMS="+SHA256("in")+"  plain\n")
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
