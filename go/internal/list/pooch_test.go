package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestANameMayComeBeforeItsDigest(t *testing.T) {
	many := strings.Repeat("a "+md5Hex+"\n", 3000) // more than the sample
	checkFormats(t, []formatTest{
		{"pooch", "# cities\na.nc " + sha256Hex + "\nd/b.nc  md5:" + md5Hex + " https://example.org/b.nc\n\"c d.nc\" " + sha256Hex + "\n'e f' " + sha256Hex + "\n",
			list.Options{}, &list.Pooch, "2 \"a.nc\" sha256\n3 \"d/b.nc\" md5\n4 \"c d.nc\" sha256\n5 \"e f\" sha256\n"},
		{"prose with a digest", "the digest of a is " + md5Hex + "\n", list.Options{}, nil, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
		{"a label", "sha256: " + sha256Hex + "\n", list.Options{}, nil, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
		{"another label", "MD5 " + md5Hex + "\n", list.Options{}, nil, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
		{"a short digest", "a 352441c2\n", list.Options{}, nil, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
		{"not in every line", "a " + md5Hex + "\nb\n", list.Options{}, nil,
			"1 malformed: expected a digest or a tag such as \"SHA256 (\"\n2 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
	})
	if got := parse(t, many+"b\n", list.Options{}); len(got.Entries) != 3000 || len(got.Malformed) != 1 || got.Malformed[0].Line != 3001 {
		t.Errorf("a line without a digest, late: %d entries, %+v", len(got.Entries), got.Malformed)
	}
	const (
		notPooch = `expected "NAME DIGEST", and no more than a URL after it`
		quotes   = `a name with blanks must be in quotes, and may contain neither quotes nor "\"`
	)
	for text, reason := range map[string]string{
		"a":                           notPooch,
		"a b " + md5Hex:               notPooch,
		"a " + md5Hex + " b":          notPooch,
		"a " + md5Hex + " http://x y": notPooch,
		`"a b ` + md5Hex:              quotes,
		`"a"b ` + md5Hex:              quotes,
		`"" ` + md5Hex:                "the name is empty",
		`"a\b" ` + md5Hex:             quotes,
		`a\b ` + md5Hex:               quotes,
		"a sha1:" + md5Hex:            "the digest has 32 hex digits, but sha1 has 40 (the algorithm comes from the line's tag)",
		"a " + md5Hex + "0":           "odd number of hex digits in the digest: 33",
		"a " + md5Hex[1:] + "g":       `the digest contains "g", which is not a hex digit`,
	} {
		got := parse(t, text, list.Options{Format: &list.Pooch})
		if len(got.Malformed) != 1 || got.Malformed[0].Reason != reason {
			t.Errorf("%q: %+v, want %q", text, *got, reason)
		}
	}
}
