package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestPrintMDHasGroupsOfDigits(t *testing.T) {
	sha256, sha512 := grouped(sha256Hex, 8), grouped(sha512Hex, 8)
	checkFormats(t, []formatTest{
		{"one line", "a.txt: " + sha256 + "\n", list.Options{}, &list.PrintMD, "1 \"a.txt\" sha256\n"},
		{"two lines", "a.txt: " + sha512[:71] + "\n       " + sha512[72:] + "\nb: " + grouped(sha1Hex[:20], 4) + "  " + grouped(sha1Hex[20:], 4) + "\n", list.Options{}, &list.PrintMD,
			"1 \"a.txt\" sha512\n3 \"b\" sha1\n"},
		{"a long name", strings.Repeat("x", 70) + ": \n" + sha512[:71] + "\n " + sha512[72:] + "\n", list.Options{}, &list.PrintMD, "1 \"" + strings.Repeat("x", 70) + "\" sha512\n"},
		{"every algorithm", "a:    MD5 = " + grouped(md5Hex, 2) + "\na: RMD160 = " + grouped(sha1Hex, 4) + "\na: SHA256 = " + sha256 + "\n", list.Options{}, &list.PrintMD, "1 \"a\" md5 sha256\n"},
		{"nothing but an unsupported algorithm", "a: RMD160 = " + grouped(sha1Hex, 4) + "\n", list.Options{}, &list.PrintMD, "1 unsupported \"a\": algorithm \"RMD160\"\n"},
		{"the list's name says the algorithm", "a: " + sha256 + "\n", list.Options{FileName: "a.sha3-256"}, &list.PrintMD, "1 \"a\" sha3-256\n"},
		{"colons and equals signs in the name", "a: b=c: " + sha256 + "\n", list.Options{}, &list.PrintMD, "1 \"a: b=c\" sha256\n"},
		{"a group too few", "a: " + sha256 + "\nb: " + sha256[:53] + "\nc: " + sha256 + "\n", list.Options{}, &list.PrintMD,
			"1 \"a\" sha256\n2 malformed: no supported algorithm has digests of 48 hex digits\n3 \"c\" sha256\n"},
		{"a line too much", "a: " + sha256 + "\n " + sha256 + "\n " + sha256 + "\n " + sha256 + "\n", list.Options{}, &list.PrintMD, "1 malformed: no supported algorithm has digests of 256 hex digits\n"},
		{"prose", "a: " + sha256 + "\nprose\n", list.Options{Format: &list.PrintMD}, &list.PrintMD, "1 \"a\" sha256\n2 malformed: expected \"NAME: HEX HEX\" or \"NAME: ALGORITHM = HEX HEX\"\n"},
		{"no groups", "a: SHA256 = \n", list.Options{Format: &list.PrintMD}, &list.PrintMD, "1 malformed: the name has no digest\n"},
		{"a label", "SHA256: " + sha256 + "\n", list.Options{}, nil, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
	})
}
