package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestSevenZipWritesATable(t *testing.T) {
	line := strings.Repeat("-", 64) + " -------------  ------------\n"
	head := "\n7-Zip 26.02 (x64)\n\nScanning\n2 files, 3 bytes (1 KiB)\n\nSHA256" + strings.Repeat(" ", 68) + "Size  Name\n" + line
	row := sha256Hex + "             3  "
	end := line + row + "\n\nFolders: 1\nFiles: 2\nSize: 6\n\nSHA256 for data:              " + sha256Hex + "\n\nEverything is Ok\n"
	checkFormats(t, []formatTest{
		{"a table", head + row + "a b\n" + row + " c\n" + strings.Repeat(" ", 80) + "d\n" + row + "d\\e\n" + end, list.Options{}, &list.SevenZip,
			"9 \"a b\" 3 bytes sha256\n10 \" c\" 3 bytes sha256\n12 \"d\\\\e\" 3 bytes sha256\n"},
		{"several algorithms", "CRC32    SHA1" + strings.Repeat(" ", 46) + "Size  Name\n-------- " + line[24:] + "352441C2 " + sha1Hex + "             3  a\n-------- " + line[24:] + "352441C2 " + sha1Hex + "             3  \n", list.Options{}, &list.SevenZip,
			"3 \"a\" 3 bytes crc32 sha1\n"},
		{"no end", head + row + "a\n", list.Options{}, &list.SevenZip, "7 malformed: the table has no end; is the list truncated?\n9 \"a\" 3 bytes sha256\n"},
		{"a file after the table", head + row + "a\n" + line + row + "b\n", list.Options{}, &list.SevenZip, "9 \"a\" 3 bytes sha256\n11 malformed: not a line of the table that 7z writes\n"},
		{"a warning", head + row + "a\n" + end + "WARNING: b: access denied\n", list.Options{}, &list.SevenZip, "9 \"a\" 3 bytes sha256\n20 malformed: not a line of the table that 7z writes\n"},
		{"no digest", head + strings.Repeat(" ", 64) + "             3  a\n" + end, list.Options{}, &list.SevenZip, "9 malformed: the name has no digest\n"},
		{"no name", head + row + "\n" + end, list.Options{}, &list.SevenZip, "9 malformed: the line has fewer columns than the header\n"},
		{"a table twice", head + row + "a\n" + end + head + row + "b\n" + end, list.Options{}, &list.SevenZip,
			"9 \"a\" 3 bytes sha256\n26 malformed: the list has a header already\n27 malformed: not a line of the table that 7z writes\n28 malformed: not a line of the table that 7z writes\n29 malformed: not a line of the table that 7z writes\n30 malformed: not a line of the table that 7z writes\n"},
		{"no line of dashes", "SHA256" + strings.Repeat(" ", 68) + "Size  Name\n" + row + "a\n", list.Options{Format: &list.SevenZip}, &list.SevenZip,
			"2 malformed: not a line of the table that 7z writes\n"},
	})
}
