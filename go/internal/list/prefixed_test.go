package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestADigestMaySayItsAlgorithm(t *testing.T) {
	checkFormats(t, []formatTest{
		{"one space", "sha256:" + sha256Hex + " a b\nsha1:" + sha1Hex + " c\n", list.Options{}, &list.Prefixed, "1 \"a b\" sha256\n2 \"c\" sha1\n"},
		{"two spaces", "sha256:" + sha256Hex + "  a\n", list.Options{FileName: "MD5SUMS"}, &list.Prefixed, "1 \"a\" sha256\n"},
		{"binary mode", "sha512-256:" + sha256Hex + " *a\n", list.Options{}, &list.Prefixed, "1 \"a\" sha512-256\n"},
		{"base64", "sha256-" + sha256Base64 + "  a\n", list.Options{}, &list.Prefixed, "1 \"a\" sha256\n"},
		{"another number of spaces later", "md5:" + md5Hex + " a\nmd5:" + md5Hex + "  b\n", list.Options{}, &list.Prefixed,
			"1 \"a\" md5\n2 malformed: the lines before have another number of spaces between digest and name\n"},
		{"a digest of another length", "md5:" + md5Hex + " a\nsha1:" + md5Hex + " b\n", list.Options{Format: &list.Prefixed}, &list.Prefixed,
			"1 \"a\" md5\n2 malformed: the digest has 32 hex digits, but sha1 has 40 (the algorithm comes from the line's tag)\n"},
		{"base64 of another length", "sha512-" + sha256Base64 + " a\n", list.Options{Format: &list.Prefixed}, &list.Prefixed,
			"1 malformed: the digest is not valid base64 of the algorithm's length\n"},
		{"no name", "md5:" + md5Hex + "\n", list.Options{Format: &list.Prefixed}, &list.Prefixed, "1 malformed: no name after the digest\n"},
		{"not in every line", "md5:" + md5Hex + " a\nprose\n", list.Options{}, nil,
			"1 malformed: the digest contains \"m\", which is not a hex digit\n2 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
	})
}
