package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestGentooManifestsHaveTypes(t *testing.T) {
	const pair = " 3 BLAKE2B " + sha512Hex + " SHA512 " + sha512Hex + "\n"
	const blake = " 3 bytes blake2b sha512\n"
	const first = "DATA a 3 SHA512 " + sha512Hex + "\n"
	const read = "1 \"a\" 3 bytes sha512\n"
	checkFormats(t, []formatTest{
		{"a repository", "IGNORE distfiles\nTIMESTAMP 2026-01-31T12:00:00Z\nMANIFEST sub/Manifest.gz" + pair + "DATA a" + pair + "EBUILD a-1.ebuild" + pair + "MISC metadata.xml" + pair + "AUX fix.patch" + pair,
			list.Options{}, &list.Gentoo, "1 listed \"distfiles\"\n3 \"sub/Manifest.gz\"" + blake + "4 \"a\"" + blake + "5 \"a-1.ebuild\"" + blake + "6 \"metadata.xml\"" + blake + "7 \"files/fix.patch\"" + blake},
		{"nothing but DIST", "DIST a.tar.xz" + pair + "DIST b.tar.xz" + pair, list.Options{}, &list.Gentoo, "1 \"a.tar.xz\"" + blake + "2 \"b.tar.xz\"" + blake},
		{"DIST among others", "DIST a.tar.xz" + pair + "EBUILD a-1.ebuild" + pair, list.Options{}, &list.Gentoo, "1 listed \"a.tar.xz\"\n2 \"a-1.ebuild\"" + blake},
		{"DIST before IGNORE", "DIST a.tar.xz" + pair + "IGNORE b\nEBUILD a-1.ebuild" + pair, list.Options{}, &list.Gentoo, "1 listed \"a.tar.xz\"\n2 listed \"b\"\n3 \"a-1.ebuild\"" + blake},
		{"escapes", `DATA a\x20b\u00E4\U0001F600` + pair, list.Options{}, &list.Gentoo, "1 \"a bä😀\"" + blake},
		{"clear-signed", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDATA a" + pair + "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n", list.Options{}, &list.Gentoo,
			"1 malformed: OpenPGP signature, which is not checked; name whom you trust with --keyring FILE, or read the list all the same with --no-strict\n4 \"a\"" + blake},
		{"an unsupported algorithm beside another", "DATA a 3 RMD160 " + sha1Hex + " SHA256 " + sha256Hex + " WHIRLPOOL " + sha512Hex + "\n", list.Options{}, &list.Gentoo, "1 \"a\" 3 bytes sha256\n"},
		{"nothing but an unsupported algorithm", "DATA a 3 WHIRLPOOL " + sha512Hex + "\n", list.Options{}, &list.Gentoo, "1 unsupported \"a\": algorithm \"WHIRLPOOL\"\n"},
		{"an algorithm twice", first + "DATA b 3 MD5 " + md5Hex + " MD5 " + md5Hex + "\n", list.Options{}, &list.Gentoo, read + "2 malformed: two digests of one algorithm\n"},
		{"half a pair", first + "DATA b 3 MD5 " + md5Hex + " SHA1\n", list.Options{}, &list.Gentoo, read + "2 malformed: the name has no digest\n"},
		{"no pair", first + "DATA b 3\n", list.Options{}, &list.Gentoo, read + "2 malformed: the name has no digest\n"},
		{"no size", first + "DATA b MD5 " + md5Hex + "\n", list.Options{}, &list.Gentoo, read + "2 malformed: the size is not a number of bytes\n"},
		{"an unknown type", first + "FILE b 3 MD5 " + md5Hex + "\n", list.Options{}, &list.Gentoo, read + "2 malformed: expected a type such as \"DATA\", and \"NAME SIZE ALGORITHM DIGEST\"\n"},
		{"a time that is none", first + "TIMESTAMP today\n", list.Options{}, &list.Gentoo, read + "2 malformed: expected a time such as \"2026-01-31T12:00:00Z\"\n"},
		{"an unknown escape", first + `DATA b\n` + pair, list.Options{}, &list.Gentoo, read + `2 malformed: unknown escape in the name; "\" may only begin "\x20", "\u00e4" or "\U0001f600"` + "\n"},
		{"an escaped NUL", first + `DATA b\x00` + pair, list.Options{}, &list.Gentoo, read + `2 malformed: unknown escape in the name; "\" may only begin "\x20", "\u00e4" or "\U0001f600"` + "\n"},
		{"an escaped surrogate", first + `DATA b\uD800` + pair, list.Options{}, &list.Gentoo, read + `2 malformed: unknown escape in the name; "\" may only begin "\x20", "\u00e4" or "\U0001f600"` + "\n"},
		{"half an escape", first + `DATA b\x2` + pair, list.Options{}, &list.Gentoo, read + `2 malformed: unknown escape in the name; "\" may only begin "\x20", "\u00e4" or "\U0001f600"` + "\n"},
		{"IGNORE with more words", first + "IGNORE a b\n", list.Options{}, &list.Gentoo, read + "2 malformed: expected a type such as \"DATA\", and \"NAME SIZE ALGORITHM DIGEST\"\n"},
	})
}
