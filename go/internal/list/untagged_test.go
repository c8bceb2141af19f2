package list_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// A list whose name says an algorithm that is not supported is refused, even where
// its digests are as long as those of a supported one. Tagged lines say their own.
func TestAListOfAForeignAlgorithmIsRefused(t *testing.T) {
	for _, tt := range []struct{ name, text, reason string }{
		{"SM3SUMS", sha256Hex + "  a\n", `its name says SM3, an algorithm that is not supported; try "cksum -c"`},
		{"x.whirlpool", sha512Hex + " *a\n", `its name says Whirlpool, an algorithm that is not supported`},
		{"x.ripemd160", sha1Hex + "  a\n", `its name says RIPEMD, an algorithm that is not supported`},
		{"x.blake3-512", sha512Hex + "  a\n", `its name says BLAKE3 of another length, an algorithm that is not supported; try "b3sum -c"`},
		{"x.xxh3", md5Hex[:16] + "  a\n", `its name says XXH3 with 64 bits, an algorithm that is not supported; try "xxhsum -c"`},
		{"x.sm3", "SM3 (a) = " + sha256Hex, `its name says SM3, an algorithm that is not supported; try "cksum -c"`},
		{"x.sm3", "MD5 (a) = " + md5Hex + "\n" + sha256Hex + "  a", `its name says SM3, an algorithm that is not supported; try "cksum -c"`},
	} {
		wantRefused(t, tt.text, list.Options{FileName: tt.name}, list.Error{Reason: tt.reason, Unsupported: true})
	}
	tagged := parse(t, "# comment\nMD5 (a) = "+md5Hex, list.Options{FileName: "x.sm3"})
	if want := []list.Entry{{Name: "a", Hex: md5Hex, Line: 2, Algorithm: digest.MD5}}; !reflect.DeepEqual(tagged.Entries, want) {
		t.Errorf("a tagged line gives %+v", *tagged)
	}
}

// A comment "# SHA512 HASH" says the algorithm of the lines below it, as in Gentoo's
// lists.
func TestACommentSaysTheAlgorithm(t *testing.T) {
	text := "# SHA3-256 HASH\n" + sha256Hex + "  a\n# sha512-256 HASH\r\n" + sha256Hex + "  b\n# SHA256 HASH \n" + sha256Hex + "  c\nMD5 (d) = " + md5Hex + "\n"
	want := []list.Entry{
		{Name: "a", Hex: sha256Hex, Line: 2, Algorithm: digest.SHA3_256},
		{Name: "b", Hex: sha256Hex, Line: 4, Algorithm: digest.SHA512_256},
		{Name: "c", Hex: sha256Hex, Line: 6, Algorithm: digest.SHA256},
		{Name: "d", Hex: md5Hex, Line: 7, Algorithm: digest.MD5},
	}
	for _, name := range []string{"", "a.DIGESTS", "x.md5", "SM3SUMS"} {
		if got := parse(t, text, list.Options{FileName: name}); !reflect.DeepEqual(got, &list.List{Entries: want, Format: &list.Coreutils}) {
			t.Errorf("%q: %+v, want %+v", name, *got, want)
		}
	}
	for _, comment := range []string{"#SHA3-256 HASH", "# SHA3-256", "# COMMIT HASH", "# the SHA3-256 HASH", "## SHA3-256 HASH", "# HASH", "# SHA3-256 HASHES"} {
		got := parse(t, comment+"\n"+sha256Hex+"  a\n", list.Options{})
		if len(got.Entries) != 1 || got.Entries[0].Algorithm != digest.SHA256 {
			t.Errorf("after %q: %+v, want SHA-256", comment, *got)
		}
	}
	wantMalformedLine(t, "# SHA1 HASH\n"+sha256Hex+"  a\n", list.Options{}, 2,
		"the digest has 64 hex digits, but sha1 has 40 (the algorithm comes from line 1)")
}

// A name that says a series leaves the algorithm to the length of the digests.
func TestASeriesHasTheAlgorithmOfTheDigestsLength(t *testing.T) {
	for _, tt := range []struct {
		name, hex string
		want      digest.Algorithm
	}{
		{"b2sums.txt", sha512Hex, digest.BLAKE2b_512},
		{"x.b2", sha256Hex, digest.BLAKE2b_512 - 32},
		{"x.blake2b", sha1Hex[:38], digest.BLAKE2b_512 - 45},
		{"x.blake2b", "ab", digest.BLAKE2b_512 - 63},
		{"x.blake2s", sha256Hex, digest.BLAKE2s_256},
		{"x.blake2s", md5Hex, digest.BLAKE2s_256 - 16},
		{"x.blake2", sha512Hex, digest.BLAKE2b_512},
		{"x.xxh", md5Hex, digest.XXH3_128},
		{"x.xxhash", md5Hex[:16], digest.XXH64},
		{"x.sha3", sha1Hex + "ffffffff" + "00000000", digest.SHA3_224},
		{"x.crc32", "352441c2", digest.CRC32},
	} {
		got := parse(t, tt.hex+"  a\n", list.Options{FileName: tt.name})
		if want := []list.Entry{{Name: "a", Hex: tt.hex, Line: 1, Algorithm: tt.want}}; !reflect.DeepEqual(want, got.Entries) {
			t.Errorf("%s: %+v, want %+v", tt.name, *got, want)
		}
	}
	for name, reason := range map[string]string{
		"x.blake2s": "no supported BLAKE2s has digests of 128 hex digits (the algorithm comes from the list's name)",
		"x.xxh":     "no supported xxHash has digests of 128 hex digits (the algorithm comes from the list's name)",
	} {
		wantMalformedLine(t, sha512Hex+"  a\n", list.Options{FileName: name}, 1, reason)
	}
	wantMalformedLine(t, sha256Hex+"  a\n", list.Options{FileName: "x.blake2"}, 1,
		"no supported BLAKE2 has digests of 64 hex digits (the algorithm comes from the list's name)")
	wantMalformedLine(t, "ab  a\n", list.Options{FileName: "x.crc32"}, 1, `expected a digest or a tag such as "SHA256 ("`)
}

// If a comment says an algorithm that is not supported, a digest below it refuses the
// list, and the error has the number of the comment.
func TestACommentSaysAForeignAlgorithm(t *testing.T) {
	reason := `the lines below are Whirlpool, an algorithm that is not supported`
	text := "# SHA512 HASH\n" + sha512Hex + "  a\n# WHIRLPOOL HASH\nprose\n"
	wantRefused(t, text+sha512Hex+"  a\n", list.Options{FileName: "a.DIGESTS"}, list.Error{Line: 3, Reason: reason, Unsupported: true})
	if got := parse(t, text, list.Options{}); len(got.Entries) != 1 || len(got.Malformed) != 1 {
		t.Errorf("without a digest below it: %+v", *got)
	}
}

// The options say the algorithm of all lines without a tag; those below a comment
// that says another one are malformed.
func TestTheOptionsContradictAComment(t *testing.T) {
	text := "# WHIRLPOOL HASH\n" + sha512Hex + "  a\n# SHA512 HASH\n" + sha512Hex + "  b\n# SHA3-512 HASH\n" + sha512Hex + "  c\n"
	got := parse(t, text, list.Options{Algorithm: digest.SHA512, FileName: "x.sm3"})
	want := &list.List{
		Entries: []list.Entry{{Name: "b", Hex: sha512Hex, Line: 4, Algorithm: digest.SHA512}},
		Malformed: []list.Malformed{
			{Line: 2, Text: sha512Hex[:80], Reason: "line 1 says Whirlpool, but the options say sha512"},
			{Line: 6, Text: sha512Hex[:80], Reason: "line 5 says sha3-512, but the options say sha512"},
		},
		Format: &list.Coreutils, Damaged: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", *got, *want)
	}
}

// A text has an entry if one is within its first MiB.
func TestATextHasAnEntry(t *testing.T) {
	line := sha256Hex + "  a\n"
	for _, tt := range []struct {
		text, name string
		want       bool
	}{
		{line, "", true},
		{"prose\n" + line + strings.Repeat("x", 4<<20), "SHA256SUMS", true},
		{"# comment\n\n" + line, "SM3SUMS", true},
		{strings.Repeat(strings.Repeat("x", 1000)+"\n", 900) + line, "", true},
		{strings.Repeat("#"+strings.Repeat("x", 1000)+"\n", 1100) + line, "", false},
		{strings.Repeat("x\n", 1001) + line, "", false},
		{line, "MD5SUMS", false},
		{"", "", false},
		{"\xff\xfe" + line, "", false},
		{"<html>\n", "", false},
		{"prose\nSM3 (a) = " + sha256Hex + "\n", "", true},
		{"# WHIRLPOOL HASH\n" + sha512Hex + "  a\n", "a.DIGESTS", true},
		{"# WHIRLPOOL HASH\nprose\n", "a.DIGESTS", false},
	} {
		if got := list.HasEntry(strings.NewReader(tt.text), tt.name); got != tt.want {
			t.Errorf("HasEntry(%.80q, %q) = %v, want %v", tt.text, tt.name, got, tt.want)
		}
	}
}

func wantRefused(t *testing.T, text string, o list.Options, want list.Error) {
	t.Helper()
	l, err := list.Parse(strings.NewReader(text), o)
	if got, ok := err.(*list.Error); !ok || *got != want || l != nil {
		t.Errorf("Parse(%.80q) of %q = %v, %+v; want %+v", text, o.FileName, l, err, want)
	}
}

// wantMalformedLine checks that only one line is malformed, and why.
func wantMalformedLine(t *testing.T, text string, o list.Options, line int32, reason string) {
	t.Helper()
	got := parse(t, text, o)
	if len(got.Malformed) != 1 || got.Malformed[0].Line != line || got.Malformed[0].Reason != reason {
		t.Errorf("Parse(%.80q) = %+v, want line %d malformed: %s", text, *got, line, reason)
	}
}
