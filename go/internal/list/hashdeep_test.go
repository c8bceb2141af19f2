package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

const deep = "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n"

func TestHashdeepNamesItsColumns(t *testing.T) {
	const header = "malformed: expected \"%%%% HASHDEEP-1.0\", and then \"%%%% size,ALGORITHM,…,filename\"\n"
	checkFormats(t, []formatTest{
		{"size and digests", deep + "## Invoked from: /tmp\n## \n3," + md5Hex + "," + sha256Hex + ",./a,b\n", list.Options{}, &list.Hashdeep,
			"5 \"./a,b\" 3 bytes md5 sha256\n"},
		{"two lists joined", deep + "3," + md5Hex + "," + sha256Hex + ",a\n%%%% HASHDEEP-1.0\r\n%%%% size,sha1,filename\r\n3," + sha1Hex + ",b\r\n", list.Options{}, &list.Hashdeep,
			"3 \"a\" 3 bytes md5 sha256\n6 \"b\" 3 bytes sha1\n"},
		{"a column of an unsupported algorithm", "%%%% HASHDEEP-1.0\n%%%% size,tiger,md5,filename\n3,00," + md5Hex + ",a\n", list.Options{}, &list.Hashdeep,
			"3 \"a\" 3 bytes md5\n"},
		{"no other column", "%%%% HASHDEEP-1.0\n%%%% size,tiger,filename\n3,00,a\n", list.Options{}, &list.Hashdeep,
			"3 unsupported \"a\": algorithm \"tiger\"\n"},
		{"no columns", "%%%% HASHDEEP-1.0\n3," + md5Hex + ",a\n", list.Options{}, &list.Hashdeep,
			"2 malformed: no line before this one names the columns, such as \"%%%% size,md5,sha256,filename\"\n"},
		{"another version", "%%%% HASHDEEP-2.0\n%%%% size,md5,filename\n", list.Options{}, &list.Hashdeep, "1 " + header + "2 " + header},
		{"a column twice", "%%%% HASHDEEP-1.0\n%%%% size,md5,md5,filename\n", list.Options{}, &list.Hashdeep, "2 " + header},
		{"no digest", "%%%% HASHDEEP-1.0\n%%%% size,filename\n", list.Options{}, &list.Hashdeep, "2 " + header},
		{"no name", "%%%% HASHDEEP-1.0\n%%%% size,md5\n", list.Options{}, &list.Hashdeep, "2 " + header},
		{"columns later", deep + "%%%% size,md5,filename\n3," + md5Hex + "," + sha256Hex + ",a\n", list.Options{}, &list.Hashdeep,
			"3 " + header + "4 \"a\" 3 bytes md5 sha256\n"},
	})
}

func TestHashdeepLinesRefused(t *testing.T) {
	for line, reason := range map[string]string{
		"":                                      "",
		"3":                                     "the size is not a number of bytes",
		"-1," + md5Hex + "," + sha256Hex + ",a": "the size is not a number of bytes",
		"+1," + md5Hex + "," + sha256Hex + ",a": "the size is not a number of bytes",
		"18446744073709551616," + md5Hex + "," + sha256Hex + ",a": "the size is not a number of bytes",
		"," + md5Hex + "," + sha256Hex + ",a":                     "the size is not a number of bytes",
		"3," + md5Hex:                                             "the line has fewer columns than the header",
		"3," + md5Hex + "," + sha256Hex:                           "the line has fewer columns than the header",
		"3," + md5Hex + "," + sha256Hex + ",":                     "the name is empty",
		"3," + md5Hex[2:] + "," + sha256Hex + ",a":                "the digest has 30 hex digits, but md5 has 32 (the algorithm comes from the line's tag)",
		"3,," + sha256Hex + ",a":                                  "the name has no digest",
		md5Hex + "  a":                                            "the size is not a number of bytes",
	} {
		got := parse(t, deep+line+"\n", list.Options{})
		switch {
		case reason == "" && len(got.Malformed)+len(got.Entries) == 0:
		case len(got.Malformed) != 1 || got.Malformed[0].Reason != reason || len(got.Entries) > 0:
			t.Errorf("%q: %+v, want %q", line, *got, reason)
		}
	}
}
