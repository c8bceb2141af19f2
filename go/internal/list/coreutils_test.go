package list_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Digests of "abc".
const (
	md5Hex    = "900150983cd24fb0d6963f7d28e17f72"
	sha1Hex   = "a9993e364706816aba3e25717850c26c9cd0d89d"
	sha256Hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	sha512Hex = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
)

func parse(t *testing.T, text string, o list.Options) *list.List {
	t.Helper()
	l, err := list.Parse(strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("Parse(%.200q) = %v", text, err)
	}
	return l
}

// wantEntry checks that a line alone gives one entry, with every line end.
func wantEntry(t *testing.T, line string, o list.Options, want list.Entry) {
	t.Helper()
	want.Line = 1
	for _, end := range []string{"\n", "\r\n", ""} {
		got := parse(t, line+end, o)
		if !reflect.DeepEqual(got, &list.List{Entries: []list.Entry{want}, Format: &list.Coreutils}) {
			t.Errorf("Parse(%q) = %+v, want the entry %+v", line+end, *got, want)
		}
	}
}

// wantMalformed checks that a line alone is malformed, with every line end.
func wantMalformed(t *testing.T, line string, o list.Options, reason string) {
	t.Helper()
	want := list.Malformed{Line: 1, Reason: reason, Text: line[:min(len(line), 80)], Alone: reason == "no name after the digest"}
	for _, end := range []string{"\n", "\r\n", ""} {
		got := parse(t, line+end, o)
		if !reflect.DeepEqual(got, &list.List{Malformed: []list.Malformed{want}, Damaged: got.Damaged}) {
			t.Errorf("Parse(%q) = %+v, want only %+v", line+end, *got, want)
		}
	}
}

// An untagged line is a digest, two spaces or a space and "*", and a name up to the
// end of the line.
func TestUntaggedLine(t *testing.T) {
	for _, tt := range []struct{ name, line, want string }{
		{"text mode", md5Hex + "  a.txt", "a.txt"},
		{"binary mode", md5Hex + " *a.txt", "a.txt"},
		{"upper case digest", strings.ToUpper(md5Hex) + "  a.txt", "a.txt"},
		{"blanks before the digest", " \t " + md5Hex + "  a.txt", "a.txt"},
		{"name with spaces at both ends", md5Hex + "   a b ", " a b "},
		{"name of one space", md5Hex + "   ", " "},
		{"name with a star", md5Hex + "  *a", "*a"},
		{"name with a star in binary mode", md5Hex + " **a", "*a"},
		{"name with a tab", md5Hex + "  \ta", "\ta"},
		{"name with a carriage return", md5Hex + "  a\rb", "a\rb"},
		{"name with backslashes", md5Hex + `  a\n\`, `a\n\`},
		{"name that isn't UTF-8", md5Hex + "  \xff\xfe", "\xff\xfe"},
		{"name like a digest", md5Hex + "  " + md5Hex, md5Hex},
		{"name like an untagged line", md5Hex + "  " + md5Hex + "  a", md5Hex + "  a"},
		{"name like a tagged line", md5Hex + "  SHA256 (a) = " + sha256Hex, "SHA256 (a) = " + sha256Hex},
		{"name with parentheses", md5Hex + "  x (y) = z", "x (y) = z"},
		{"name like a comment", md5Hex + "  # a", "# a"},
		{"name that leaves the root", md5Hex + "  ../../a", "../../a"},
		{"name of standard input", md5Hex + "  -", "-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hex := strings.TrimLeft(tt.line, " \t")[:len(md5Hex)]
			wantEntry(t, tt.line, list.Options{}, list.Entry{Name: tt.want, Hex: hex, Algorithm: digest.MD5})
		})
	}
}

// Any other line is malformed, with a reason that helps to correct it.
func TestUntaggedLineRefused(t *testing.T) {
	const (
		notADigest = `expected a digest or a tag such as "SHA256 ("`
		tabbed     = `tab between digest and name; expected two spaces, or a space and "*"`
	)
	for _, tt := range []struct{ name, line, reason string }{
		{"tab and space", md5Hex + "\t a", tabbed},
		{"tab and star", md5Hex + "\t*a", tabbed},
		{"space and tab", md5Hex + " \ta", tabbed},
		{"digest alone", md5Hex, "no name after the digest"},
		{"digest and a space", md5Hex + " ", "no name after the digest"},
		{"digest and a tab", md5Hex + "\t", "no name after the digest"},
		{"empty name", md5Hex + "  ", "the name is empty"},
		{"empty name in binary mode", md5Hex + " *", "the name is empty"},
		{"odd number of digits", md5Hex + "0  a", "odd number of hex digits in the digest: 33"},
		{"odd number below the shortest", md5Hex[1:] + "  a", "odd number of hex digits in the digest: 31"},
		{"length that no algorithm has", md5Hex + "00  a", "no supported algorithm has digests of 34 hex digits"},
		{"CRC-32", "352441c2  a", "no supported algorithm has digests of 8 hex digits"},
		{"longer than any", sha512Hex + "00  a", "no supported algorithm has digests of 130 hex digits"},
		{"letter in the digest", md5Hex[:30] + "g0  a", `the digest contains "g", which is not a hex digit`},
		{"letter after the digest", md5Hex + "x  a", `the digest contains "x", which is not a hex digit`},
		{"byte above ASCII in the digest", "\xe9" + md5Hex + "  a", `the digest contains "\xe9", which is not a hex digit`},
		{"parenthesis after the digest", md5Hex + "(a)= " + md5Hex, `the digest contains "(", which is not a hex digit`},
		{"colon after the digest", md5Hex + ":a", `the digest contains ":", which is not a hex digit`},
		{"escaped twice", `\\` + md5Hex + "  a", `the digest contains "\\", which is not a hex digit`},
		{"blank between backslash and digest", `\ ` + md5Hex + "  a", notADigest},
		{"prose", "these are the sums", notADigest},
		{"prose of hex digits", "a bad file", notADigest},
		{"label", "MD5: " + md5Hex, notADigest},
		{"Simple File Verification", "; made by a tool", notADigest},
		{"only a backslash", `\`, notADigest},
		{"NUL in the name", md5Hex + "  a\x00b", "contains a NUL byte"},
		{"NUL in a comment", "# \x00", "contains a NUL byte"},
		{"long text is shortened", "x " + strings.Repeat("y", 100), notADigest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantMalformed(t, tt.line, list.Options{}, tt.reason)
		})
	}
}

// A tagged line is a tag, a name in parentheses, "=" and a digest, as BSD, coreutils
// and OpenSSL write it.
func TestTaggedLine(t *testing.T) {
	for _, tt := range []struct {
		name, line, want string
		algorithm        digest.Algorithm
	}{
		{"BSD", "SHA1 (a) = " + sha1Hex, "a", digest.SHA1},
		{"OpenSSL 1", "SHA1(a)= " + sha1Hex, "a", digest.SHA1},
		{"OpenSSL 3", "SHA2-256(a)= " + sha256Hex, "a", digest.SHA256},
		{"SHA-512/256", "SHA512/256 (a) = " + sha256Hex, "a", digest.SHA512_256},
		{"SHA-3", "SHA3-256 (a) = " + sha256Hex, "a", digest.SHA3_256},
		{"lower case tag", "sha1 (a) = " + sha1Hex, "a", digest.SHA1},
		{"blanks before the tag", " \tSHA1 (a) = " + sha1Hex, "a", digest.SHA1},
		{"blanks around the equals sign", "SHA1 (a)\t =\t " + sha1Hex, "a", digest.SHA1},
		{"no blanks", "SHA1(a)=" + sha1Hex, "a", digest.SHA1},
		{"padding, as rhash writes it", "SHA1   (a) = " + sha1Hex, "a", digest.SHA1},
		{"name with a parenthesis", "SHA1 (a)b) = " + sha1Hex, "a)b", digest.SHA1},
		{"name with parenthesis and equals sign", "SHA1 (a) = b) = " + sha1Hex, "a) = b", digest.SHA1},
		{"name like a tagged line", "SHA1 (SHA1 (a) = " + sha1Hex + ") = " + sha1Hex,
			"SHA1 (a) = " + sha1Hex, digest.SHA1},
		{"name with blanks at both ends", "SHA1 ( \ta ) = " + sha1Hex, " \ta ", digest.SHA1},
		{"name with a backslash", `SHA1 (a\b) = ` + sha1Hex, `a\b`, digest.SHA1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hex := tt.line[len(tt.line)-2*tt.algorithm.Size():]
			want := list.Entry{Name: tt.want, Hex: hex, Algorithm: tt.algorithm}
			wantEntry(t, tt.line, list.Options{}, want)
			wantEntry(t, tt.line, list.Options{FileName: "MD5SUMS", Algorithm: digest.MD5}, want)
		})
	}
}

// A tagged line with an unknown algorithm, a wrong digest or a missing part is malformed.
func TestTaggedLineRefused(t *testing.T) {
	const (
		supported = "md5, sha1, sha224, sha256, sha384, sha512, sha512-224, sha512-256, sha3-224, sha3-256, sha3-384, sha3-512, " +
			"blake2b-160, blake2b-256, blake2b-384, blake2b, blake2s, blake3, crc32, crc32c, xxh64, xxh3-128"
		half = `expected "ALGORITHM (NAME) = DIGEST"`
	)
	for _, tt := range []struct{ name, line, reason string }{
		{"BLAKE2 of another length", "BLAKE2b-256 (a) = " + sha512Hex,
			"the digest has 128 hex digits, but blake2b-256 has 64 (the algorithm comes from the line's tag)"},
		{"size in a BSD distinfo", "SIZE (a) = 12", `unsupported algorithm "SIZE" (supported: ` + supported + ")"},
		{"long tag", strings.Repeat("x", 40) + " (a) = 00",
			`unsupported algorithm "` + strings.Repeat("x", 32) + `" (supported: ` + supported + ")"},
		{"digest of another algorithm", "SHA1 (a) = " + md5Hex,
			"the digest has 32 hex digits, but sha1 has 40 (the algorithm comes from the line's tag)"},
		{"odd number of digits", "MD5 (a) = " + md5Hex[1:], "odd number of hex digits in the digest: 31"},
		{"no digest", "MD5 (a) = ", "the name has no digest"},
		{"base64 with a bit too much", "SHA256 (a) = ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1=", "the digest is not valid base64 of the algorithm's length"},
		{"letter in the digest", "MD5 (a) = x" + md5Hex, `the digest contains "x", which is not a hex digit`},
		{"blank after the digest", "MD5 (a) = " + md5Hex + " ", `the digest contains " ", which is not a hex digit`},
		{"empty name", "MD5 () = " + md5Hex, "the name is empty"},
		{"no closing parenthesis", "MD5 (a = " + md5Hex, half},
		{"no equals sign", "MD5 (a) " + md5Hex, half},
		{"text after the last parenthesis", "MD5 (a) = " + md5Hex + " (ok)", half},
		{"prose with a parenthesis", "Sums (of all files)",
			`expected a digest or a tag such as "SHA256 ("`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantMalformed(t, tt.line, list.Options{}, tt.reason)
		})
	}
}

// If a line starts with a backslash, "\\", "\n" and "\r" in its name are escapes.
func TestEscapedName(t *testing.T) {
	for _, tt := range []struct{ escaped, want string }{
		{`a\nb`, "a\nb"},
		{`a\rb`, "a\rb"},
		{`a\\b`, `a\b`},
		{`a\\nb`, `a\nb`},
		{`\n\r\\`, "\n\r\\"},
		{`plain`, "plain"},
	} {
		wantEntry(t, `\`+md5Hex+"  "+tt.escaped, list.Options{},
			list.Entry{Name: tt.want, Hex: md5Hex, Algorithm: digest.MD5})
		wantEntry(t, ` \`+md5Hex+" *"+tt.escaped, list.Options{},
			list.Entry{Name: tt.want, Hex: md5Hex, Algorithm: digest.MD5})
		wantEntry(t, `\MD5 (`+tt.escaped+") = "+md5Hex, list.Options{},
			list.Entry{Name: tt.want, Hex: md5Hex, Algorithm: digest.MD5})
	}
}

// Unknown and incomplete escapes make a line malformed.
func TestEscapedNameRefused(t *testing.T) {
	const (
		unknown = `unknown escape in the name; a line that starts with "\" may only contain "\\", "\n" and "\r"`
		half    = `the name ends with an incomplete escape, a single "\"`
	)
	for _, tt := range []struct{ escaped, reason string }{
		{`a\tb`, unknown},
		{`a\0`, unknown},
		{`a\Nb`, unknown},
		{`a\ b`, unknown},
		{`a\`, half},
		{`a\\\`, half},
		{`\`, half},
		{``, "the name is empty"},
	} {
		wantMalformed(t, `\`+md5Hex+"  "+tt.escaped, list.Options{}, tt.reason)
		wantMalformed(t, `\MD5 (`+tt.escaped+") = "+md5Hex, list.Options{}, tt.reason)
	}
}

// The algorithm of an untagged line comes from the options, else from the list's
// name, else from the digest's length. A digest of another length is malformed.
func TestAlgorithmOfUntaggedLine(t *testing.T) {
	for _, tt := range []struct {
		name   string
		hex    string
		o      list.Options
		want   digest.Algorithm
		reason string
	}{
		{"length", sha256Hex, list.Options{}, digest.SHA256, ""},
		{"length, name without an algorithm", sha256Hex, list.Options{FileName: "checksums.txt"}, digest.SHA256, ""},
		{"options", sha256Hex, list.Options{Algorithm: digest.SHA3_256}, digest.SHA3_256, ""},
		{"options, name without an algorithm",
			sha256Hex, list.Options{FileName: "CHECKSUMS", Algorithm: digest.SHA512_256}, digest.SHA512_256, ""},
		{"name", sha256Hex, list.Options{FileName: "sha3-256sums"}, digest.SHA3_256, ""},
		{"options before name",
			sha256Hex, list.Options{FileName: "SHA256SUMS", Algorithm: digest.SHA3_256}, digest.SHA3_256, ""},
		{"options before a name of another length",
			md5Hex, list.Options{FileName: "list.sha1", Algorithm: digest.MD5}, digest.MD5, ""},
		{"options before a foreign name",
			sha256Hex, list.Options{FileName: "B3SUMS", Algorithm: digest.SHA256}, digest.SHA256, ""},
		{"options of another length, foreign name",
			sha256Hex, list.Options{FileName: "B3SUMS", Algorithm: digest.SHA1}, digest.Unknown,
			"the digest has 64 hex digits, but sha1 has 40 (the algorithm comes from the options)"},
		{"SHA-3 of 256 bits", sha256Hex, list.Options{FileName: "SHA3SUMS"}, digest.SHA3_256, ""},
		{"SHA-3 of 512 bits", sha512Hex, list.Options{FileName: "x.sha3"}, digest.SHA3_512, ""},
		{"SHA-3 of a length that it has not", sha1Hex, list.Options{FileName: "x.sha3"}, digest.Unknown,
			"no supported SHA-3 has digests of 40 hex digits (the algorithm comes from the list's name)"},
		{"name of another length", sha256Hex, list.Options{FileName: "md5sum.txt"}, digest.Unknown,
			"the digest has 64 hex digits, but md5 has 32 (the algorithm comes from the list's name)"},
		{"options of another length", sha256Hex, list.Options{Algorithm: digest.MD5}, digest.Unknown,
			"the digest has 64 hex digits, but md5 has 32 (the algorithm comes from the options)"},
		{"name, and a length that no algorithm has", md5Hex + "00", list.Options{FileName: "a.sha1"}, digest.Unknown,
			"the digest has 34 hex digits, but sha1 has 40 (the algorithm comes from the list's name)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.reason != "" {
				wantMalformed(t, tt.hex+"  a", tt.o, tt.reason)
				return
			}
			wantEntry(t, tt.hex+"  a", tt.o, list.Entry{Name: "a", Hex: tt.hex, Algorithm: tt.want})
		})
	}
}
