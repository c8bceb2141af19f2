package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestDistinfoHasSizesInLinesOfTheirOwn(t *testing.T) {
	const a = "SHA256 (a.tgz) = " + sha256Hex + "\n"
	checkFormats(t, []formatTest{
		{"FreeBSD", "TIMESTAMP = 1700000000\n" + a + "SIZE (a.tgz) = 3\nSHA256 (d/b.tgz) = " + sha256Hex + "\nSIZE (d/b.tgz) = 3\n", list.Options{}, &list.Distinfo,
			"2 \"a.tgz\" 3 bytes sha256\n4 \"d/b.tgz\" 3 bytes sha256\n"},
		{"pkgsrc", "$NetBSD: distinfo,v 1.5 2026/01/31 12:00:00 a Exp $\n\nSHA1 (a.tgz) = " + sha1Hex + "\nRMD160 (a.tgz) = " + sha1Hex + "\nSHA512 (a.tgz) = " + sha512Hex + "\nSize (a.tgz) = 3 bytes\nSHA1 (patch-aa) = " + sha1Hex + "\n",
			list.Options{}, &list.Distinfo, "3 \"a.tgz\" 3 bytes sha1 sha512\n7 \"patch-aa\" sha1\n"},
		{"OpenBSD", "SHA256 (a.tgz) = " + sha256Base64 + "\nSIZE (a.tgz) = 3\n", list.Options{}, &list.Distinfo, "1 \"a.tgz\" 3 bytes sha256\n"},
		{"a size before its digest", "SIZE (a.tgz) = 3\n" + a, list.Options{}, &list.Distinfo, "2 \"a.tgz\" 3 bytes sha256\n"},
		{"files in turns", a + "SHA256 (b) = " + sha256Hex + "\nSHA1 (a.tgz) = " + sha1Hex + "\nSIZE (b) = 3\nSIZE (a.tgz) = 3\n", list.Options{}, &list.Distinfo,
			"1 \"a.tgz\" 3 bytes sha256 sha1\n2 \"b\" 3 bytes sha256\n"},
		{"an algorithm twice", a + a + "SIZE (a.tgz) = 3\n", list.Options{}, &list.Distinfo, "1 \"a.tgz\" sha256\n2 \"a.tgz\" 3 bytes sha256\n"},
		{"two sizes", a + "SIZE (a.tgz) = 3\nSIZE (a.tgz) = 4\n", list.Options{}, &list.Distinfo, "1 \"a.tgz\" 3 bytes sha256\n3 malformed: a line before this one gives the file another size\n"},
		{"a size alone", "SIZE (b) = 3\n" + a + "x\n", list.Options{Format: &list.Distinfo}, &list.Distinfo,
			"1 malformed: the file has a size but no digest\n2 \"a.tgz\" sha256\n3 malformed: expected \"ALGORITHM (NAME) = DIGEST\" or \"SIZE (NAME) = BYTES\"\n"},
		{"two sizes and no digest", "SIZE (b) = 3\nSIZE (b) = 4\n" + a, list.Options{}, &list.Distinfo,
			"1 malformed: the file has a size but no digest\n2 malformed: a line before this one gives the file another size\n3 \"a.tgz\" sha256\n"},
		{"nothing but an unsupported algorithm", a + "SIZE (a.tgz) = 3\nRMD160 (b) = " + sha1Hex + "\nSIZE (b) = 3\n", list.Options{}, &list.Distinfo,
			"1 \"a.tgz\" 3 bytes sha256\n3 unsupported \"b\": algorithm \"RMD160\"\n"},
		{"backslashes", "SHA256 (d\\a) = " + sha256Hex + "\nSIZE (d\\a) = 3\n", list.Options{Backslash: true}, &list.Distinfo, "1 \"d/a\" 3 bytes sha256\n"},
		{"no name", a + "SIZE () = 3\n", list.Options{Format: &list.Distinfo}, &list.Distinfo, "1 \"a.tgz\" sha256\n2 malformed: the name is empty\n"},
		{"nothing but digests", a, list.Options{}, &list.Coreutils, "1 \"a.tgz\" sha256\n"},
	})
}
