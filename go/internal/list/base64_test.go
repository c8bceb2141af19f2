package list_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

func TestADigestMayBeInBase64(t *testing.T) {
	const noBase64 = "expected a digest in base64"
	checkFormats(t, []formatTest{
		{"untagged", sha256Base64 + "  a\n" + sha256Base64 + " *b\n", list.Options{}, &list.Base64, "1 \"a\" sha256\n2 \"b\" sha256\n"},
		{"escapes", `\` + sha256Base64 + `  a\nb`, list.Options{}, &list.Base64, "1 \"a\\nb\" sha256\n"},
		{"the list's name says the algorithm", sha256Base64 + "  a", list.Options{FileName: "a.sha3-256"}, &list.Base64, "1 \"a\" sha3-256\n"},
		{"tagged", "SHA256 (a) = " + sha256Base64 + "\n" + sha256Hex + "  b\n", list.Options{}, &list.Coreutils, "1 \"a\" sha256\n2 \"b\" sha256\n"},
		{"hex in such a list", sha256Base64 + "  a\n" + sha256Hex + "  b\n", list.Options{}, &list.Base64, "1 \"a\" sha256\n2 malformed: " + noBase64 + "\n"},
		{"a damaged digest in hex", "g" + sha256Hex[1:] + "  a\n", list.Options{}, nil, "1 malformed: the digest contains \"g\", which is not a hex digit\n"},
		{"a bit too much", sha256Base64[:42] + "1=  a\n", list.Options{Format: &list.Base64}, &list.Base64,
			"1 malformed: the digest is not valid base64 of the algorithm's length\n"},
		{"without padding", sha256Base64[:43] + "  a\n", list.Options{Format: &list.Base64}, &list.Base64, "1 malformed: " + noBase64 + "\n"},
		{"one space", sha256Base64 + " a\n", list.Options{}, nil, "1 malformed: the digest contains \"u\", which is not a hex digit\n"},
		{"prose", "Configurations/of/sums/are/it  here\n", list.Options{}, nil, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
	})
	for _, a := range digest.All() {
		raw := []byte(strings.Repeat("\xfb\xef", a.Size())[:a.Size()])
		text := base64.StdEncoding.EncodeToString(raw) + "  a\n"
		got := parse(t, text, list.Options{Algorithm: a})
		if len(got.Entries) != 1 || got.Entries[0].Hex != hex.EncodeToString(raw) {
			t.Errorf("%v: %q is read as %+v", a, text, *got)
		}
	}
}
