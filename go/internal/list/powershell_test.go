package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestGetFileHashWritesListsTablesAndCSV(t *testing.T) {
	const (
		one  = "\nAlgorithm : SHA256\nHash      : " + sha256Hex + "\nPath      : C:\\d\\a b.txt\n\n"
		head = "\nAlgorithm       Hash                                                                   Path\n---------       ----                                                                   ----\n"
		csv  = "\"Algorithm\",\"Hash\",\"Path\"\n"
		row  = "\"SHA256\",\"" + sha256Hex + "\",\"C:\\a.txt\"\n"
	)
	const wrapped = "malformed: expected \"Algorithm\", \"Hash\" or \"Path\" and a value; long values are wrapped, so write the list as CSV\n"
	checkFormats(t, []formatTest{
		{"a list", one + "Algorithm : MD5\nHash      : " + md5Hex + "\nPath      : b\n\n", list.Options{}, &list.PowerShell, "2 \"C:\\\\d\\\\a b.txt\" sha256\n6 \"b\" md5\n"},
		{"a list without algorithms", "Hash : " + sha256Hex + "\nPath : a: b\n", list.Options{}, &list.PowerShell, "1 \"a: b\" sha256\n"},
		{"a path that is wrapped", one + "Algorithm : MD5\nHash      : " + md5Hex + "\nPath      : C:\\a very long\n             path\n" + one, list.Options{}, &list.PowerShell,
			"2 \"C:\\\\d\\\\a b.txt\" sha256\n9 " + wrapped + "11 \"C:\\\\d\\\\a b.txt\" sha256\n"},
		{"a list without a path", one + "Algorithm : MD5\nHash      : " + md5Hex + "\n" + one, list.Options{}, &list.PowerShell,
			"2 \"C:\\\\d\\\\a b.txt\" sha256\n6 malformed: no name after the digest\n9 \"C:\\\\d\\\\a b.txt\" sha256\n"},
		{"a list without a hash", one + "Algorithm : MD5\nPath      : b\n", list.Options{}, &list.PowerShell, "2 \"C:\\\\d\\\\a b.txt\" sha256\n6 malformed: the name has no digest\n"},
		{"an empty property", one + "Algorithm : MD5\nHash      : \nPath      : b\n", list.Options{}, &list.PowerShell, "2 \"C:\\\\d\\\\a b.txt\" sha256\n7 malformed: the property has no value\n"},
		{"a table", head + "SHA256          " + sha256Hex + "       C:\\a b.txt   \nMD5             " + md5Hex + "                                       C:\\b\n\n", list.Options{}, &list.PowerShell,
			"4 \"C:\\\\a b.txt\" sha256\n5 \"C:\\\\b\" md5\n"},
		{"a table that is too narrow", head + "SHA256          " + sha256Hex + "       C:\\a...\nSHA256          " + sha256Hex + "       C:\\a…\n", list.Options{}, &list.PowerShell,
			"4 malformed: the table cuts the path off; write the list as CSV\n5 malformed: the table cuts the path off; write the list as CSV\n"},
		{"a table twice", head + "SHA256          " + sha256Hex + "       a\n" + head, list.Options{}, &list.PowerShell, "4 \"a\" sha256\n6 malformed: the list has a header already\n"},
		{"CSV", "#TYPE Microsoft.PowerShell.Commands.FileHashInfo\r\n" + csv + row, list.Options{}, &list.PowerShell, "3 \"C:\\\\a.txt\" sha256\n"},
		{"CSV of other columns", "Path,Hash\nC:\\a.txt," + sha256Hex + "\n", list.Options{}, &list.PowerShell, "2 \"C:\\\\a.txt\" sha256\n"},
		{"CSV twice", csv + row + csv, list.Options{}, &list.PowerShell, "2 \"C:\\\\a.txt\" sha256\n3 malformed: the list has a header already\n"},
		{"a field too few", csv + "\"SHA256\",\"" + sha256Hex + "\"\n", list.Options{}, &list.PowerShell, "2 malformed: the row has more or fewer fields than it must have\n"},
		{"an unsupported algorithm", csv + "\"MACTripleDES\",\"0123456789abcdef\",\"a\"\n\"RIPEMD160\",\"" + sha1Hex + "\",\"b\"\n", list.Options{}, &list.PowerShell,
			"2 malformed: unsupported algorithm \"MACTripleDES\" (supported: " + digestNames + ")\n3 unsupported \"b\": algorithm \"RIPEMD160\"\n"},
		{"backslashes", csv + row, list.Options{Backslash: true}, &list.PowerShell, "2 \"C:/a.txt\" sha256\n"},
	})
}
