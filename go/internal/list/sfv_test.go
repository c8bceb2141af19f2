package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

// crc32 says how an entry is shown.
func crc32(line, name string) string { return line + " " + name + " crc32\n" }

func TestSFVIsKnownByItsNameOrComments(t *testing.T) {
	const notADigest = "malformed: expected a digest or a tag such as \"SHA256 (\"\n"
	checkFormats(t, []formatTest{
		{"comments", "; by a tool\r\n;\r\na b.bin 352441C2\r\n\r\nc   352441c2\r\n", list.Options{}, &list.SFV, crc32("3", `"a b.bin"`) + crc32("5", `"c"`)},
		{"backslashes", "; x\nd\\a 352441C2\n", list.Options{Backslash: true}, &list.SFV, crc32("2", `"d/a"`)},
		{"neither", "a 352441C2\n", list.Options{}, nil, "1 " + notADigest},
		{"another line early", "; x\na 352441C2\nb\n", list.Options{}, nil, "1 " + notADigest + "2 " + notADigest + "3 " + notADigest},
		{"other digests", "; x\n" + md5Hex + "  a\n", list.Options{}, &list.Coreutils, "1 " + notADigest + "2 \"a\" md5\n"},
		{"given", "a 352441C\n352441C2\na 352441C2", list.Options{Format: &list.SFV}, &list.SFV,
			"1 malformed: expected a name and a CRC-32 of 8 hex digits\n2 malformed: expected a name and a CRC-32 of 8 hex digits\n" + crc32("3", `"a"`)},
	})
}

// Without comments, the list's name shows the format.
func TestANameSaysSFV(t *testing.T) {
	got, err := list.Parse(strings.NewReader("#a 352441C2\n"), list.Options{FileName: "disk.SFV"})
	if err != nil || shown(got) != crc32("1", `"#a"`) {
		t.Errorf("got %v, %v", got, err)
	}
}
