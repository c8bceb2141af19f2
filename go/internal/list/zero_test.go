package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestAListMayEndItsLinesWithNUL(t *testing.T) {
	const hasNUL = "1 malformed: contains a NUL byte\n"
	checkFormats(t, []formatTest{
		{"one line", md5Hex + "  a\x00", list.Options{}, &list.Zero, "1 \"a\" md5\n"},
		{"names have no escapes", md5Hex + "  a\n\x00" + md5Hex + " *b\\n\r\x00MD5 (#c) = " + md5Hex + "\x00", list.Options{}, &list.Zero,
			"1 \"a\\n\" md5\n2 \"b\\\\n\\r\" md5\n3 \"#c\" md5\n"},
		{"truncated", md5Hex + "  a\x00" + md5Hex + "  b", list.Options{}, &list.Zero,
			"1 \"a\" md5\n2 malformed: the line does not end with a NUL, as all others do; is the list truncated?\n"},
		{"an empty line, and no comment", md5Hex + "  a\x00" + md5Hex + "  b\x00\x00# c\x00", list.Options{}, &list.Zero,
			"1 \"a\" md5\n2 \"b\" md5\n3 malformed: expected a digest or a tag such as \"SHA256 (\"\n4 malformed: comments must start at the beginning of the line\n"},
		{"a name that ends early", md5Hex + "  a\x00b\n", list.Options{}, nil, hasNUL},
		{"a NUL in a later line", md5Hex + "  a\n" + md5Hex + "  b\x00c\n", list.Options{}, &list.Coreutils, "1 \"a\" md5\n2 malformed: contains a NUL byte\n"},
		{"no entry", "a\x00b\x00", list.Options{}, nil, hasNUL},
	})
	long := strings.Repeat(md5Hex+"  some/name\x00", 5000)
	if got := parse(t, long, list.Options{}); len(got.Entries) != 5000 || len(got.Malformed) > 0 || got.Entries[4999].Line != 5000 {
		t.Errorf("%d entries, %+v", len(got.Entries), got.Malformed)
	}
	endless := md5Hex + "  a\x00" + md5Hex + "  " + strings.Repeat("b", list.MaxLine) + "\x00" + md5Hex + "  c\x00"
	if got := shown(parse(t, endless, list.Options{})); got != "1 \"a\" md5\n2 malformed: longer than 65,536 bytes\n3 \"c\" md5\n" {
		t.Errorf("with a long line: %s", got)
	}
}
