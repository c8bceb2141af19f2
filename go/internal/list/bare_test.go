package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

// A digest without a name, or with one of standard input, is that of the file that the
// list's own name says.
func TestABareDigestIsOfTheFileThatTheListIsNamedFor(t *testing.T) {
	for _, tt := range []struct{ fileName, text, want string }{
		{"kubectl.sha256", sha256Hex, "kubectl"},
		{"kubectl.sha256", sha256Hex + "\r\n", "kubectl"},
		{"kubectl.sha256", "# by a tool\n\n" + sha256Hex + " \n\n", "kubectl"},
		{"Kubectl.SHA256", sha256Hex, "Kubectl"},
		{"a.tar.gz.sha256sum", sha256Hex, "a.tar.gz"},
		{"a.sha256.txt", sha256Hex, "a"},
		{"a.sha256", sha256Hex + "  -\n", "a"},
		{"a.sha256", sha256Hex + " *-\n", "a"},
		{"a.sha256", sha256Hex + " *stdin\n", "a"},
		{"a.sha256", "SHA2-256(stdin)= " + sha256Hex + "\n", "a"},
		{"a.sha256", "(stdin)= " + sha256Hex + "\n", "a"},
		{"a.jar.md5", md5Hex, "a.jar"},
	} {
		got := parse(t, tt.text, list.Options{FileName: tt.fileName})
		if len(got.Entries) != 1 || got.Entries[0].Name != tt.want || !got.NamedByList || got.Format != &list.Bare {
			t.Errorf("%q in %q: %+v, want the name %q", tt.text, tt.fileName, *got, tt.want)
		}
	}
}

func TestABareDigestElsewhereIsMalformed(t *testing.T) {
	const noName = "1 malformed: no name after the digest\n"
	checkFormats(t, []formatTest{
		{"no name of a list", sha256Hex, list.Options{}, nil, noName},
		{"no name of a file", sha256Hex, list.Options{FileName: "SHA256SUMS"}, nil, noName},
		{"the list is hidden", sha256Hex, list.Options{FileName: ".sha256"}, nil, noName},
		{"the name says no algorithm", sha256Hex, list.Options{FileName: "a.checksum"}, nil, noName},
		{"the name says another algorithm", md5Hex, list.Options{FileName: "a.sha256"}, nil,
			"1 malformed: the digest has 32 hex digits, but sha256 has 64 (the algorithm comes from the list's name)\n"},
		{"two of them", md5Hex + "\n" + md5Hex + "\n", list.Options{FileName: "a.md5"}, nil, noName + "2 malformed: no name after the digest\n"},
		{"standard input among others", md5Hex + "  -\n" + md5Hex + "  a\n", list.Options{FileName: "a.md5"}, &list.Coreutils, "1 \"-\" md5\n2 \"a\" md5\n"},
		{"standard input, no name of a file", md5Hex + "  -\n", list.Options{FileName: "MD5SUMS"}, &list.Coreutils, "1 \"-\" md5\n"},
		{"a file's own line", md5Hex + "  b\n", list.Options{FileName: "a.md5"}, &list.Coreutils, "1 \"b\" md5\n"},
		{"given, no name", sha256Hex, list.Options{Format: &list.Bare}, &list.Bare,
			"1 malformed: the list's name, such as kubectl.sha256, must say whose digest it is\n"},
		{"given, two of them", md5Hex + "\n" + md5Hex + "\n", list.Options{FileName: "a.md5", Format: &list.Bare}, &list.Bare,
			"1 \"a\" md5\n2 malformed: a list with digests alone can have only one\n"},
		{"given, another tag", "SHA1(stdin)= " + md5Hex, list.Options{FileName: "a.md5", Format: &list.Bare}, &list.Bare,
			"1 malformed: the line is tagged \"SHA1\", but the list is md5\n"},
	})
}
