package list_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

const (
	begin    = "-----BEGIN PGP SIGNED MESSAGE-----"
	signedBy = "-----BEGIN PGP SIGNATURE-----"
	end      = "-----END PGP SIGNATURE-----"
	signed   = `OpenPGP signature, which is not checked; name whom you trust with --keyring FILE, or read the list all the same with --no-strict`
	prose    = `expected a digest or a tag such as "SHA256 ("`
)

// The two lines of a signify signature before its list count as one malformed line.
func TestListInASignifySignature(t *testing.T) {
	comment, signature := "untrusted comment: verify with a.pub", "RW"+strings.Repeat("a", 97)+"="
	const signify = "signify signature, which is not checked; name the key that you trust with --key, or read the list all the same with --no-strict"
	for name, tt := range map[string]struct {
		lines []string
		want  []string
	}{
		"whole":               {[]string{comment, signature, md5Hex + "  a"}, []string{"1 " + signify}},
		"not at the start":    {[]string{md5Hex + "  a", comment}, []string{"2 " + prose}},
		"another second line": {[]string{comment, "prose", md5Hex + "  a"}, []string{"1 " + signify, "2 " + prose}},
	} {
		got := parse(t, strings.Join(tt.lines, "\n"), list.Options{})
		var malformed []string
		for _, m := range got.Malformed {
			malformed = append(malformed, fmt.Sprintf("%d %s", m.Line, m.Reason))
		}
		if len(got.Entries) != 1 || !slices.Equal(malformed, tt.want) {
			t.Errorf("%s: %d entries, malformed lines %q; want one, %q", name, len(got.Entries), malformed, tt.want)
		}
	}
}

// The armor of a clear-signed list is one malformed line, because signatures are not
// checked. The lines of the list itself are read, and lines outside the armor are
// malformed one by one.
func TestClearSignedList(t *testing.T) {
	message := []string{begin, "Hash: SHA256", "Hash: SHA512", "", md5Hex + "  a"}
	signature := []string{signedBy, "Version: GnuPG v2", "Comment: a: b", "", "iQEzBAEBCAAdFiEE+/", "=abcd", end}
	for name, tt := range map[string]struct {
		lines   []string
		entries int
		want    []string // malformed lines
	}{
		"whole": {slices.Concat(message, signature), 1, []string{"1 " + signed}},
		"with text around and inside": {slices.Concat([]string{"before"}, message, []string{"no entry", "Hash: SHA1"}, signature, []string{"after"}), 1,
			[]string{"1 " + prose, "2 " + signed, "7 " + prose, "8 " + prose, "16 " + prose}},
		"two":                       {slices.Concat(message, signature, message, signature), 2, []string{"1 " + signed, "13 " + signed}},
		"without its signature":     {message, 1, []string{"1 " + signed}},
		"only the signature":        {slices.Concat([]string{md5Hex + "  a"}, signature), 1, []string{"2 " + signed}},
		"trailing blanks":           {[]string{begin + " ", "Hash: SHA256", "", md5Hex + "  a", signedBy + "\t", "abcd", end + " "}, 1, []string{"1 " + signed}},
		"entry in the signature":    {slices.Concat(message, []string{signedBy, md5Hex + "  b", "prose in it", end}), 2, []string{"1 " + signed, "8 " + prose}},
		"only an end":               {[]string{md5Hex + "  a", end}, 1, []string{"2 " + prose}},
		"headers without a message": {[]string{"Hash: SHA256", "", md5Hex + "  a"}, 1, []string{"1 " + prose}},
	} {
		got := parse(t, strings.Join(tt.lines, "\n"), list.Options{})
		var malformed []string
		for _, m := range got.Malformed {
			malformed = append(malformed, fmt.Sprintf("%d %s", m.Line, m.Reason))
			if m.Text != tt.lines[m.Line-1] {
				t.Errorf("%s: line %d has the text %q, want %q", name, m.Line, m.Text, tt.lines[m.Line-1])
			}
		}
		if len(got.Entries) != tt.entries || !slices.Equal(malformed, tt.want) {
			t.Errorf("%s: %d entries, malformed lines %q; want %d, %q", name, len(got.Entries), malformed, tt.entries, tt.want)
		}
	}
}
