package checksig_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	checksig "github.com/checksig/checksig/go"
	"github.com/checksig/checksig/go/internal/treetest"
)

func ExampleCheckSignatures() {
	fmt.Println(checksig.CheckSignatures("../examples/logs"))
	// Output: "../examples/logs/httpd-08.log" - mismatch
}

func TestCheckSignaturesNamesEveryFailingFileOnALineOfItsOwn(t *testing.T) {
	const empty = "d41d8cd98f00b204e9800998ecf8427e"
	root := treetest.Make(t, "a=1", "b=", "new\nline=1", "d/",
		"md5sum.txt="+empty+"  a\n"+empty+"  b\n\\"+empty+"  new\\nline\n"+empty+"  d\n"+empty+"  ../x\nwhat\n")
	err := checksig.CheckSignatures(root)
	got := strings.Split(strings.ReplaceAll(fmt.Sprint(err), root, "ROOT"), "\n")
	want := []string{
		`"ROOT/a" - mismatch`, `"ROOT/new\nline" - mismatch`, `"ROOT/d" - not regular`,
		`"` + filepath.Join(filepath.Dir(root), "x") + `" - outside root`, `"ROOT/md5sum.txt" - malformed line 6: `,
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("line %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestCheckSignaturesNamesAListWithoutEntries(t *testing.T) {
	root := treetest.Make(t, "b=", "md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  b\n", "empty.md5=")
	err := checksig.CheckSignatures(root)
	if want := fmt.Sprintf("%q - no entries", filepath.Join(root, "empty.md5")); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCheckSignaturesReturnsNilOnlyIfFilesWereVerified(t *testing.T) {
	root := treetest.Make(t, "b=", "md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  b\n")
	if err := checksig.CheckSignatures(root); err != nil {
		t.Errorf("CheckSignatures of a good directory = %v", err)
	}
	os.Remove(root + "/md5sum.txt")
	if err := checksig.CheckSignatures(root); err == nil {
		t.Error("CheckSignatures of a directory without a list = nil")
	}
}
