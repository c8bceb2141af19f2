package list_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Every line of any text is a valid entry, malformed, blank or a comment.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample(9)), "", uint8(0))
	f.Add([]byte("\ufeff"+md5Hex+"  a\r\n\r\n \n"), "MD5SUMS", uint8(digest.SHA1))
	f.Add([]byte("MD5 (a) = b) = "+md5Hex+"\n\\MD5 (\\\\\\n\\r) = "+md5Hex), "x.sha3-256", uint8(digest.SHA3_512))
	f.Add([]byte("# BLAKE2B HASH\n# SHA1 HASH\n"+sha1Hex+"  a\n# SHA3-256 HASH\n"+sha256Hex+"  a\n"), "a.DIGESTS", uint8(0))
	f.Add([]byte("# BLAKE2B HASH\n"+sha512Hex+"  a\n"), "SHA3SUMS", uint8(digest.SHA512))
	f.Add([]byte(md5Hex+"  a\n"), "x.b3", uint8(0))
	f.Add([]byte("BLAKE3 (a) = "+sha256Hex+"\nMD5 (a) = "+md5Hex), "B3SUMS", uint8(0))
	f.Add([]byte("<!doctype html>"), "", uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, fileName string, algorithm uint8) {
		o := list.Options{FileName: fileName, Algorithm: digest.Algorithm(algorithm % uint8(1+len(digest.All())))}
		got, err := list.Parse(bytes.NewReader(text), o)
		if err != nil {
			if refused := (*list.Error)(nil); !errors.As(err, &refused) || refused.Reason == "" || got != nil {
				t.Fatalf("Parse(%q) = %v, %v; want an *Error with a reason", text, got, err)
			}
			return
		}
		checkList(t, got, splitLines(string(text)))
	})
}

// splitLines cuts a text into lines without their ends, in the simplest way.
func splitLines(text string) []string {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// checkList checks that every line has its entry or malformed line, in order.
func checkList(t *testing.T, got *list.List, lines []string) {
	entries, malformed, signed := got.Entries, got.Malformed, false
	for i, line := range lines {
		n := int32(i + 1)
		switch {
		case len(entries) > 0 && entries[0].Line == n:
			checkEntry(t, entries[0], line)
			entries = entries[1:]
		case len(malformed) > 0 && malformed[0].Line == n:
			if m := malformed[0]; m.Reason == "" || len(m.Text) > 80 || !strings.HasPrefix(line, m.Text) {
				t.Errorf("line %q gives %+v", line, m)
			}
			signed = signed || strings.HasPrefix(malformed[0].Reason, "OpenPGP signature")
			malformed = malformed[1:]
		case signed && ofArmor.MatchString(line):
		case strings.HasPrefix(line, "#") || strings.Trim(line, " \t") == "":
		default:
			t.Errorf("line %d, %q, is skipped", n, line)
		}
	}
	if len(entries)+len(malformed) > 0 {
		t.Errorf("lines out of order or beyond the last, %d: %+v, %+v", len(lines), entries, malformed)
	}
}

// ofArmor matches lines that count with the first line of an OpenPGP signature.
var ofArmor = regexp.MustCompile(`^(Hash: .*|Version: .*|Comment: .*|Charset: .*|-----(BEGIN|END) PGP SIGNATURE-----|[A-Za-z0-9+/=]{0,76})[ \t]*$`)

func checkEntry(t *testing.T, e list.Entry, line string) {
	if e.Name == "" || strings.Contains(e.Name, "\x00") {
		t.Errorf("line %q gives the name %q", line, e.Name)
	}
	if raw, err := hex.DecodeString(e.Hex); err != nil || e.Algorithm == digest.Unknown || len(raw) != e.Algorithm.Size() {
		t.Errorf("line %q gives the digest %q of %v", line, e.Hex, e.Algorithm)
	}
	if !strings.Contains(line, e.Hex) || !strings.HasPrefix(strings.TrimLeft(line, " \t"), `\`) && !strings.Contains(line, e.Name) {
		t.Errorf("line %q gives %+v", line, e)
	}
}

// A name without NUL survives being written and read, except "-", which coreutils
// takes for standard input.
func FuzzRoundTrip(f *testing.F) {
	for _, name := range awkwardNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" || strings.Contains(name, "\x00") || 2*len(name) > list.MaxLine-100 {
			return
		}
		want := name
		if name == "-" {
			want = "./-"
		}
		for _, write := range []func(name string) string{asText, asBinary, asTagged} {
			line := write(name)
			for _, end := range []string{"\n", "\r\n", ""} {
				got := parse(t, line+end, list.Options{})
				if len(got.Entries) != 1 || got.Entries[0].Name != want || len(got.Malformed) != 0 {
					t.Errorf("Parse(%q) = %+v, want the name %q", line+end, *got, want)
				}
			}
		}
	})
}

var awkwardNames = []string{
	"plain.txt", "a b", " leading space", "trailing space ", "*star", "**", "\ttab", "back\\slash", "\\", `\n`,
	"new\nline", "carriage\rreturn", "ends in return\r", "ends in newline\n", ") = ", "a) = " + md5Hex, "(", ")", "= ",
	"MD5 (a) = b", md5Hex + "  a", "#hash", "-", "\xff\xfenot UTF-8", "\x1b[31mred", "日本語", "\ufeff",
}

func asText(name string) string {
	return strings.TrimSuffix(string(list.Coreutils.Write(&list.Entry{Name: name, Hex: md5Hex})), "\n")
}

func asBinary(name string) string { return strings.Replace(asText(name), "  ", " *", 1) }

func asTagged(name string) string {
	return strings.TrimSuffix(string(list.Coreutils.WriteTagged(&list.Entry{Name: name, Hex: md5Hex, Algorithm: digest.MD5})), "\n")
}

// The list does not depend on where a block ends or on the pieces that a reader
// returns.
func FuzzBlocks(f *testing.F) {
	f.Add([]byte(sample(9)), uint16(1))
	f.Add([]byte(md5Hex+"  a\r\n"), uint16(len(md5Hex)+4))
	f.Fuzz(func(t *testing.T, text []byte, at uint16) {
		const first = list.MaxLine + 2 // bytes in the first block of size 1
		end := int(at) % (len(text) + 1)
		text = append([]byte(strings.Repeat("#", max(0, first-1-end))+"\n"), text...)
		want, wantErr := list.Parse(bytes.NewReader(text), list.Options{})
		for _, r := range []io.Reader{
			bytes.NewReader(text),
			iotest.HalfReader(bytes.NewReader(text)),
			iotest.DataErrReader(bytes.NewReader(text)),
		} {
			got, err := list.ParseBlocks(r, list.Options{}, 1)
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(err, wantErr) {
				t.Fatalf("with a block's end at %d: %+v, %v; want %+v, %v", end, got, err, want, wantErr)
			}
		}
	})
}
