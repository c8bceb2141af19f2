package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestDebianListsHaveBlocks(t *testing.T) {
	const (
		release = "Origin: Debian\nCodename: sid\nArchitectures: all amd64\nDescription: a\n b\n .\n c\n"
		dsc     = "Format: 3.0 (quilt)\nSource: a\nPackage-List:\n a deb misc optional arch=all\n"
		changes = "Format: 1.8\nDistribution: unstable\nChanges:\n a (1) unstable\n .\n   * " + md5Hex + "\n"
		size    = "malformed: a line before this one gives the file another size\n"
	)
	checkFormats(t, []formatTest{
		{"Release", release + "MD5Sum:\n " + md5Hex + "        3 main/a\n " + md5Hex + " 3 main/b\nSHA256:\n " + sha256Hex + " 3 main/a\n " + sha256Hex + " 3 main/b\n", list.Options{}, &list.Debian,
			"9 \"main/a\" 3 bytes md5 sha256\n10 \"main/b\" 3 bytes md5 sha256\n"},
		{"blocks in another order", "SHA256:\n " + sha256Hex + " 3 a\n " + sha256Hex + " 3 b\n " + sha256Hex + " 3 c\nSHA1:\n " + sha1Hex + " 3 c\n " + sha1Hex + " 3 d\n " + sha1Hex + " 3 a\n",
			list.Options{}, &list.Debian, "2 \"a\" 3 bytes sha256 sha1\n3 \"b\" 3 bytes sha256\n4 \"c\" 3 bytes sha256 sha1\n7 \"d\" 3 bytes sha1\n"},
		{".dsc", dsc + "Checksums-Sha1:\n " + sha1Hex + " 3 a.tar.xz\nChecksums-Sha256:\n " + sha256Hex + " 3 a.tar.xz\nFiles:\n " + md5Hex + " 3 a.tar.xz\n", list.Options{}, &list.Debian,
			"6 \"a.tar.xz\" 3 bytes sha1 sha256 md5\n"},
		{".changes", changes + "Checksums-Sha256:\n " + sha256Hex + " 3 a.dsc\nFiles:\n " + md5Hex + " 3 misc optional a.dsc\n", list.Options{}, &list.Debian,
			"8 \"a.dsc\" 3 bytes sha256 md5\n"},
		{".changes, truncated", changes + "Files:\n " + md5Hex + " 3 misc optional a.dsc\n " + md5Hex + " 3 misc\n", list.Options{}, &list.Debian,
			"8 \"a.dsc\" 3 bytes md5\n9 malformed: expected \"DIGEST SIZE NAME\", or in the files of .changes \"DIGEST SIZE SECTION PRIORITY NAME\"\n"},
		{"clear-signed", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + dsc + "Files:\n " + md5Hex + " 3 a\n\n-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v1\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n",
			list.Options{}, &list.Debian, "1 malformed: OpenPGP signature, which is not checked; name whom you trust with --keyring FILE, or read the list all the same with --no-strict\n9 \"a\" 3 bytes md5\n"},
		{"sizes that differ", "MD5Sum:\n " + md5Hex + " 3 a\nSHA256:\n " + sha256Hex + " 4 a\n", list.Options{}, &list.Debian, "2 \"a\" 3 bytes md5\n4 " + size},
		{"a block twice", "SHA256:\n " + sha256Hex + " 3 a\nsha256:\n " + sha256Hex + " 3 a\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes sha256\n3 malformed: the list has this block already\n4 \"a\" 3 bytes sha256\n"},
		{"a file twice in a block", "SHA256:\n " + sha256Hex + " 3 a\n " + sha256Hex + " 3 a\nMD5Sum:\n " + md5Hex + " 3 a\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes sha256 md5\n3 \"a\" 3 bytes sha256\n"},
		{"an unsupported block", "SHA256:\n " + sha256Hex + " 3 a\nChecksums-Whirlpool:\n " + sha512Hex + " 3 a\n " + sha512Hex + " 3 b\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes sha256\n5 unsupported \"b\": algorithm \"whirlpool\"\n"},
		{"Sources", "Package: a\nDirectory: pool/a\nFiles:\n " + md5Hex + " 3 a\n", list.Options{}, &list.Debian,
			"2 malformed: names are relative to the field \"Directory\", as in Sources; only Release, .dsc, .changes and .buildinfo are read\n4 \"a\" 3 bytes md5\n"},
		{"a value beside a block", "SHA256:\n " + sha256Hex + " 3 a\nSHA1: " + sha1Hex + " 3 a\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes sha256\n3 malformed: a block of digests begins on the line after its field\n"},
		{"a field whose name is damaged", "MD5Sum:\n " + md5Hex + " 3 a\nSHA257:\n " + sha256Hex + " 3 a\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes md5\n4 malformed: a digest and a size in a field that is not a block of digests\n"},
		{"a word too much", "SHA256:\n " + sha256Hex + " 3 a\n " + sha256Hex + " 3 a b\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes sha256\n3 malformed: expected \"DIGEST SIZE NAME\", or in the files of .changes \"DIGEST SIZE SECTION PRIORITY NAME\"\n"},
		{"no field", "SHA256:\n " + sha256Hex + " 3 a\n" + sha256Hex + "  b\n", list.Options{}, &list.Debian,
			"2 \"a\" 3 bytes sha256\n3 malformed: expected \"FIELD: VALUE\", or a line that begins with a blank\n"},
	})
}
