package wire

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

func archived(kind, root string, number int, records string) string {
	return fmt.Sprintf(`{"job":%q,"root":%s,"algorithms":["md5"],"records":%d}`, kind, appendText(nil, root), number) + "\x00" + records
}

func TestRecordsFollowTheRequest(t *testing.T) {
	root := treetest.Make(t, "a=1", "b\xff\n=2")
	one, two := md5.Sum([]byte("1")), md5.Sum([]byte("x"))
	batch := end(t, archived("check", root, 3, "1 -5 -1 7 "+string(one[:])+"a\x001 0 0 0 "+string(two[:])+"b\xff\n\x000 0 0 0 "+string(two[:])+"c\x00"))
	got := map[string]string{}
	for _, r := range batch.Results {
		got[r.Path] = r.Status.String()
		if r.Found != nil && !strings.HasPrefix(r.Found.Sums, "c") {
			t.Errorf("%q has the digests %q", r.Path, r.Found.Sums)
		}
	}
	if want := map[string]string{"a": "ok", "b\xff\n": "modified", "c": "missing"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRecordsThatAreUnusableAreRefused(t *testing.T) {
	sum := strings.Repeat("\x00", 16)
	for records, number := range map[string]int{
		"":                           1,
		"1 2 3 4 " + sum + "a":       1,
		"1 2 3 4 " + sum + "\x00":    1,
		"1 2 3 " + sum + "a\x00":     1,
		"1 2 x 4 " + sum + "a\x00":   1,
		"-1 2 3 4 " + sum + "a\x00":  1,
		"1 2 3 4 " + sum + "b\x00":   0,
		"1 2 3 4 " + sum + "c\x00":   -1,
		"1 2 3 4 " + sum + "d\x00\n": 1,
		"1 2 3 4 short":              1,
	} {
		if _, err := Start(t.Context(), []byte(archived("scan", t.TempDir(), number, records))); err != errRecords {
			t.Errorf("%d in %q: %v", number, records, err)
		}
	}
	if _, err := Start(t.Context(), []byte(`{"job":"scan","root":".","algorithms":["md6"]}`)); problem.From(err).Code != problem.UnknownAlgorithm {
		t.Error(err)
	}
}

func TestWhatAnArchiveIsToRecordIsAColumn(t *testing.T) {
	found := &verdict.Found{Info: tree.Info{Size: 1, ModTime: -2, Identity: tree.Identity{Inode: 1<<64 - 1, Device: 4}}, Sums: "ab", Name: "z\xff"}
	value := `[1,-2,-1,4,"ab","z\udcff"]`
	results := []verdict.Result{{Path: "a", Status: verdict.Moved, Found: found}, {Path: "b"}}
	for n, want := range []string{1: "[" + value + "]", 2: "[" + value + ",null]"} {
		if n == 0 {
			continue
		}
		got := string(appendResults(nil, results[:n]))
		if want = `"detail":"","found":` + want + `},"manifests":[]`; !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want %s at its end", got, want)
		}
	}
}
