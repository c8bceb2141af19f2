package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

func TestOneSpaceOrATabSeparatesDigestAndName(t *testing.T) {
	const notDecisive = `tab between digest and name; expected two spaces, or a space and "*"`
	checkFormats(t, []formatTest{
		{"bagit-python's tag manifest", sha512Hex + " bag-info.txt\n" + sha512Hex + " manifest-sha512.txt\n",
			list.Options{FileName: "tagmanifest-sha512.txt"}, &list.OneSpace, "1 \"bag-info.txt\" sha512\n2 \"manifest-sha512.txt\" sha512\n"},
		{"tab", md5Hex + "\ta b\r\n" + md5Hex + "\t\tc\n", list.Options{}, &list.OneSpace, "1 \"a b\" md5\n2 \"\\tc\" md5\n"},
		{"the name of a file in binary mode", md5Hex + " a\n" + md5Hex + " *b\n", list.Options{}, &list.OneSpace, "1 \"a\" md5\n2 \"*b\" md5\n"},
		{"escapes", `\` + md5Hex + ` a\nb` + "\n" + md5Hex + ` a\nb`, list.Options{}, &list.OneSpace, "1 \"a\\nb\" md5\n2 \"a\\\\nb\" md5\n"},
		{"shasum -U", md5Hex + " Ua\n" + md5Hex + " ^a\n", list.Options{}, &list.OneSpace, "1 \"Ua\" md5\n2 \"^a\" md5\n"},
		{"the first name begins with a space", md5Hex + "  a\n", list.Options{}, &list.Coreutils, "1 \"a\" md5\n"},
		{"a tab, and a name that begins with a star", md5Hex + "\t*a\n", list.Options{}, nil, "1 malformed: " + notDecisive + "\n"},
		{"a tab and a space", md5Hex + "\t a\n", list.Options{}, nil, "1 malformed: " + notDecisive + "\n"},
		{"no name in a later line", md5Hex + " a\n" + md5Hex + " \n" + md5Hex + "\n", list.Options{}, &list.OneSpace,
			"1 \"a\" md5\n2 malformed: no name after the digest\n3 malformed: no name after the digest\n"},
		{"digest of no algorithm", md5Hex + " a\n" + md5Hex + "00 a\n", list.Options{}, &list.OneSpace,
			"1 \"a\" md5\n2 malformed: no supported algorithm has digests of 34 hex digits\n"},
		{"the option says the algorithm", sha256Hex + " a\n", list.Options{Algorithm: digest.SHA3_256}, &list.OneSpace, "1 \"a\" sha3-256\n"},
		{"prose that begins with hex digits", "deadbeef is a word\n", list.Options{}, nil, "1 malformed: no supported algorithm has digests of 8 hex digits\n"},
	})
}
