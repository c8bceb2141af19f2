package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestASizeMayComeBeforeTheDigest(t *testing.T) {
	const noSize = "malformed: the size is not a number of bytes\n"
	checkFormats(t, []formatTest{
		{"md5deep -z", "         3  " + md5Hex + "  a b\n12345678901  " + md5Hex + " *c\n", list.Options{}, &list.Sized, "1 \"a b\" 3 bytes md5\n2 \"c\" 12345678901 bytes md5\n"},
		{"no size later", "3  " + md5Hex + "  a\n" + md5Hex + "  b\n", list.Options{}, &list.Sized, "1 \"a\" 3 bytes md5\n2 " + noSize},
		{"too large", "9223372036854775808  " + md5Hex + "  a\n", list.Options{Format: &list.Sized}, &list.Sized, "1 " + noSize},
		{"negative", "-3  " + md5Hex + "  a\n", list.Options{Format: &list.Sized}, &list.Sized, "1 " + noSize},
		{"one space", "3  " + md5Hex + " a\n", list.Options{Format: &list.Sized}, &list.Sized,
			"1 malformed: only one space between digest and name, but the lines before have two spaces, or a space and \"*\"\n"},
		{"cksum", "1219131554 3 a\n", list.Options{}, nil, "1 malformed: no supported algorithm has digests of 10 hex digits\n"},
	})
}
