package wire

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/treetest"
)

// columns returns numbers as a block has them.
func columns(numbers ...int64) string {
	var b []byte
	for _, n := range numbers {
		b = binary.NativeEndian.AppendUint64(b, uint64(n))
	}
	return string(b)
}

func withEntries(header, block string) string {
	return `{"job":"verify","root":".","keep":"all","manifests":[{"path":"","entries":` + header + `}]}` + "\x00" + block
}

const hello = "5d41402abc4b2a76b9719d911017c592"

func TestEntriesFollowTheRequest(t *testing.T) {
	root := treetest.Make(t, "\xff\n=hello", "b=hello")
	text := fmt.Sprintf(`{"job":"verify","root":%s,"keep":"all","manifests":[`+
		`{"path":"x","entries":{"files":1,"digests":2,"algorithms":["md5",""]}},`+
		`{"path":"y","entries":{"files":2,"digests":2,"algorithms":["md5"]}}]}`, appendText(nil, root)) + "\x00" +
		columns(2, 5, 2, 0, 1, 32, 32) + "\xff\n" + hello + hello +
		columns(1, 1, -1, 4, 1, 1, 0, 0, 32, 32) + "bc" + hello + hello
	batch := end(t, text)
	var got []string
	for _, r := range batch.Results {
		got = append(got, fmt.Sprintf("%s %q %s %d", r.Manifest, r.Path, r.Status, r.Line))
	}
	want := `[x "\xff\n" ok 1 y "b" ok 1 y "c" missing 2]`
	if fmt.Sprint(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEntriesThatAreUnusableAreRefused(t *testing.T) {
	one := `{"files":1,"digests":1,"algorithms":["md5"]}`
	for _, tt := range []struct{ header, block, want string }{
		{`{"files":0,"digests":0,"algorithms":[]}`, "", "no entries"},
		{one, columns(0, -1, 1, 0, 1) + "0", `entry 1, "": the name is empty`},
		{one, columns(2, -1, 1, 0, 32) + "a\x00" + hello, "NUL"},
		{`{"files":1,"digests":0,"algorithms":[]}`, columns(1, -1, 0) + "a", "has no digest"},
		{`{"files":1,"digests":1,"algorithms":["crc"]}`, columns(1, -1, 1, 0, 2) + "a00", `entry 1, "a": unknown algorithm "crc"`},
		{one, columns(1, -2, 1, 0, 32) + "a" + hello, "size is -2"},
		{one, columns(1, -1, 1, 0, 31) + "a" + hello[1:], "odd number of hex digits in the digest: 31"},
		{one, columns(1, -1, 1, 0, 32) + "a" + hello[1:], "not as long as it says"},
		{one, columns(1, -1, 1, 0)[:31], "not as long as it says"},
		{one, "", "not as long as it says"},
		{one, columns(1, -1, 1, 1, 32) + "a" + hello, "not as long as it says"},
		{one, columns(1, -1, 1, -1, 32) + "a" + hello, "not as long as it says"},
		{one, columns(1, -1, 2, 0, 32) + "a" + hello, "not as long as it says"},
		{one, columns(1, -1, -1, 0, 32) + "a" + hello, "not as long as it says"},
		{one, columns(-1, -1, 1, 0, 32) + "a" + hello, "not as long as it says"},
		{one, columns(1<<62, -1, 1, 0, 32) + "a" + hello, "not as long as it says"},
		{`{"files":2,"digests":1,"algorithms":["md5"]}`, columns(1<<62, 1<<62, -1, -1, 1, 0, 0, 32) + "ab" + hello, "not as long as it says"},
		{`{"files":1,"digests":2,"algorithms":["md5"]}`, columns(1, -1, 1, 0, 0, 32, 32) + "a" + hello + hello, "not as long as it says"},
		{`{"files":-1,"digests":1,"algorithms":[]}`, "", "not as long as it says"},
		{`{"files":1152921504606846976,"digests":1,"algorithms":[]}`, "abc", "not as long as it says"},
		{`[["a",[["md5","00"]],null]]`, "", "manifests"},
		{`{"files":1,"digits":1}`, "", "digits"},
	} {
		text := withEntries(tt.header, tt.block)
		if _, err := Start(t.Context(), []byte(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Start(%q) = %v, want an error with %q", text, err, tt.want)
		}
	}
}

func FuzzEntries(f *testing.F) {
	f.Add(1, 1, []byte(columns(1, -1, 1, 0, 32)+"a"+hello))
	f.Add(2, 2, []byte(columns(1, 1, -1, 4, 1, 1, 0, 0, 32, 32)+"bc"+hello+hello))
	f.Fuzz(func(t *testing.T, files, digests int, block []byte) {
		e := entries{Files: files, Digests: digests, Algorithms: []string{"md5", ""}}
		made, _, err := e.cut(block, list.Options{})
		if err == nil && len(made) != files {
			t.Errorf("%d entries, want %d", len(made), files)
		}
		for i := range made {
			if err == nil && (made[i].Name == "" || made[i].Hex == "") {
				t.Errorf("entry %d is %+v", i, made[i])
			}
		}
	})
}
