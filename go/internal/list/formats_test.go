package list_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

const sha256Base64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=" // of sha256Hex

// formatTest is a list, and what is read from it: a line for each entry, malformed line
// and entry of an unsupported algorithm.
type formatTest struct {
	name   string
	text   string
	o      list.Options
	format *list.Format // that the content shows; nil: none
	want   string
}

func checkFormats(t *testing.T, tests []formatTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parse(t, tt.text, tt.o)
			checkHandedOver(t, []byte(tt.text), tt.o)
			if read := shown(got); read != tt.want || got.Format != tt.format {
				t.Errorf("%q is read by %s as\n%s, want it by %s as\n%s", tt.text, nameOf(got.Format), read, nameOf(tt.format), tt.want)
			}
		})
	}
}

func nameOf(f *list.Format) string {
	if f == nil {
		return "no format"
	}
	return f.Name
}

var digestNames = digest.Names()

// shown returns what was read, in the order of the lines.
func shown(l *list.List) string {
	var b strings.Builder
	entries, malformed, listed := l.Entries, l.Malformed, l.Listed
	for len(entries)+len(malformed)+len(listed) > 0 {
		if len(listed) > 0 && (len(entries) == 0 || listed[0].Line < entries[0].Line) && (len(malformed) == 0 || listed[0].Line < malformed[0].Line) {
			kind := "listed"
			if listed[0].Special {
				kind = "special"
			}
			fmt.Fprintf(&b, "%d %s %q\n", listed[0].Line, kind, listed[0].Name)
			listed = listed[1:]
			continue
		}
		if len(malformed) == 0 || len(entries) > 0 && entries[0].Line < malformed[0].Line {
			showEntry(&b, &entries[0])
			entries = entries[1:]
			continue
		}
		m := malformed[0]
		if m.Name != "" {
			fmt.Fprintf(&b, "%d unsupported %q: %s\n", m.Line, m.Name, m.Reason)
		} else {
			fmt.Fprintf(&b, "%d malformed: %s\n", m.Line, m.Reason)
		}
		malformed = malformed[1:]
	}
	return b.String()
}

var ofABC = map[digest.Algorithm]string{
	digest.MD5: md5Hex, digest.SHA1: sha1Hex, digest.SHA256: sha256Hex, digest.SHA512: sha512Hex,
}

func showEntry(b *strings.Builder, e *list.Entry) {
	fmt.Fprintf(b, "%d %q", e.Line, e.Name)
	if size, ok := e.Size(); ok {
		fmt.Fprintf(b, " %d bytes", size)
	}
	for i := range e.Digests() {
		d := e.Digest(i)
		fmt.Fprintf(b, " %v", d.Algorithm)
		if abc, ok := ofABC[d.Algorithm]; ok && !strings.EqualFold(abc, d.Hex) {
			fmt.Fprintf(b, " %s", d.Hex)
		}
	}
	b.WriteByte('\n')
}

// The first line that is an entry decides the format of the whole list, after however
// much prose. A later line of another format is malformed.
func TestTheFirstEntryDecidesTheFormat(t *testing.T) {
	const oneSpace = `only one space between digest and name, but the lines before have two spaces, or a space and "*"`
	prose := strings.Repeat("some prose\n", 900)
	comments := strings.Repeat("# a comment\n", 20_000)
	checkFormats(t, []formatTest{
		{"two spaces, then one", md5Hex + "  a\n" + md5Hex + " b\n", list.Options{}, &list.Coreutils,
			"1 \"a\" md5\n2 malformed: " + oneSpace + "\n"},
		{"one space, then two", md5Hex + " a\n" + md5Hex + "  b\n", list.Options{}, &list.OneSpace, "1 \"a\" md5\n2 \" b\" md5\n"},
		{"one space, then tagged", md5Hex + " a\nMD5 (b) = " + md5Hex + "\n", list.Options{}, &list.OneSpace,
			"1 \"a\" md5\n2 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
		{"tagged, then one space", "MD5 (b) = " + md5Hex + "\n" + md5Hex + " a\n", list.Options{}, &list.Coreutils,
			"1 \"b\" md5\n2 malformed: " + oneSpace + "\n"},
		{"after a line of prose", "MD5 of the ROMs\n\n" + md5Hex + " a.bin\n", list.Options{}, &list.OneSpace,
			"1 malformed: expected a digest or a tag such as \"SHA256 (\"\n3 \"a.bin\" md5\n"},
		{"after a damaged line", md5Hex[1:] + "  a\n" + md5Hex + "  b\n", list.Options{}, &list.Coreutils,
			"1 malformed: odd number of hex digits in the digest: 31\n2 \"b\" md5\n"},
		{"after many comments", comments + md5Hex + " a\n" + md5Hex + "  b\n", list.Options{}, &list.OneSpace, "20001 \"a\" md5\n20002 \" b\" md5\n"},
	})
	if got := parse(t, prose+md5Hex+" a\n", list.Options{}); len(got.Malformed) != 900 || got.Format != &list.OneSpace {
		t.Errorf("after much prose: %d malformed lines, %s", len(got.Malformed), nameOf(got.Format))
	}
}

// A format that the caller gives reads the list, whatever its content shows.
func TestAGivenFormatReadsTheList(t *testing.T) {
	checkFormats(t, []formatTest{
		{"one space given", md5Hex + "  a\n", list.Options{Format: &list.OneSpace}, &list.OneSpace, "1 \" a\" md5\n"},
		{"two spaces given", md5Hex + " a\n", list.Options{Format: &list.Coreutils}, &list.Coreutils,
			"1 malformed: only one space between digest and name, but the lines before have two spaces, or a space and \"*\"\n"},
		{"pooch given", md5Hex + " " + md5Hex, list.Options{Format: &list.Pooch}, &list.Pooch, "1 \"" + md5Hex + "\" md5\n"},
		{"zero given", "a\x00", list.Options{Format: &list.Zero}, &list.Zero, "1 malformed: expected a digest or a tag such as \"SHA256 (\"\n"},
	})
}

// With the option, each backslash in a name is a slash.
func TestBackslashesAreSlashes(t *testing.T) {
	checkFormats(t, []formatTest{
		{"in a name", md5Hex + ` *.\a\b` + "\n", list.Options{Backslash: true}, &list.Coreutils, "1 \"./a/b\" md5\n"},
		{"without the option", md5Hex + ` *.\a\b` + "\n", list.Options{}, &list.Coreutils, "1 \".\\\\a\\\\b\" md5\n"},
		{"in a tagged line", `MD5 (a\b) = ` + md5Hex + "\n", list.Options{Backslash: true}, &list.Coreutils, "1 \"a/b\" md5\n"},
		{"escaped", `\` + md5Hex + `  a\\b` + "\n", list.Options{Backslash: true}, &list.Coreutils, "1 \"a/b\" md5\n"},
	})
}

// An entry that is well-formed but for its algorithm is told from a malformed line.
func TestAnEntryOfAnUnsupportedAlgorithmHasAName(t *testing.T) {
	checkFormats(t, []formatTest{
		{"beside a good line", "SM3 (f) = " + sha256Hex + "\nMD5 (a) = " + md5Hex, list.Options{}, &list.Coreutils,
			"1 unsupported \"f\": algorithm \"SM3\"\n2 \"a\" md5\n"},
		{"not in hex", "TTH (f) = bbjnwrr34ejq5vnggqs4dvpptv6bsahvadp7cjy", list.Options{}, nil, "1 unsupported \"f\": algorithm \"TTH\"\n"},
		{"of an unknown name", "XYZ-1 (f) = " + sha1Hex, list.Options{}, nil, "1 unsupported \"f\": algorithm \"XYZ-1\"\n"},
		{"HMAC", "HMAC-SHA1(f)= " + sha1Hex, list.Options{}, nil, "1 unsupported \"f\": algorithm \"HMAC-SHA1\"\n"},
		{"before its digest", "sm3:" + sha256Hex + "  f\n", list.Options{}, nil, "1 unsupported \"f\": algorithm \"sm3\"\n"},
		{"after the name", "f sm3:" + sha256Hex + "\ng sha256:" + sha256Hex, list.Options{}, &list.Pooch,
			"1 unsupported \"f\": algorithm \"sm3\"\n2 \"g\" sha256\n"},
		{"without a name", "SM3 () = " + sha256Hex, list.Options{}, nil, "1 malformed: the name is empty\n"},
		{"without a digest", "SM3 (f) = ", list.Options{}, nil, "1 malformed: unsupported algorithm \"SM3\" (supported: " + digest.Names() + ")\n"},
		{"a size in distinfo", "SIZE (f) = 123456789", list.Options{}, nil,
			"1 malformed: unsupported algorithm \"SIZE\" (supported: " + digest.Names() + ")\n"},
	})
}

// A malformed line with a digest is a damaged entry, but for a digest alone.
func TestADamagedListHasDigestsAndNotThemAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"prose\n":                             false,
		md5Hex + "\n" + sha1Hex + "\n":        false,
		md5Hex + "\n" + md5Hex[1:] + "  x\n":  false,
		md5Hex + "\n" + sha1Hex[1:] + "  a\n": true,
		md5Hex + "\t a\n":                     true,
		md5Hex + "  a\nb " + md5Hex + "\n":    true,
	} {
		if got := parse(t, text, list.Options{}).Damaged; got != want {
			t.Errorf("%q is damaged: %v, want %v", text, got, want)
		}
	}
}

// The line that best shows what a text is has something like a digest.
func TestTheTellingLineHoldsADigest(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int32
	}{
		{"prose\nmore\n" + md5Hex + "x  a\n", 3},
		{"prose\na.txt: BA7816BF 8F01CFEA 414140DE 5DAE2223 B00361A3 96177A9C B410FF61 F20015AD\n", 2},
		{"SHA256 hash of a:\nba 78 16 bf 8f 01 cf ea 41 41 40 de 5d ae 22 23\n", 2},
		{"prose\nmore\n", 1},
	} {
		if got := parse(t, tt.text, list.Options{}); got.Malformed[got.Telling].Line != tt.want {
			t.Errorf("line %d of %q, want %d", got.Malformed[got.Telling].Line, tt.text, tt.want)
		}
	}
}
