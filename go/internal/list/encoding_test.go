package list_test

import (
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/checksig/checksig/go/internal/list"
)

func wide16(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

func wide32(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, r := range text {
		b = order.AppendUint32(b, uint32(r))
	}
	return string(b)
}

// Text in UTF-16 or UTF-32 with a byte order mark is decoded, so that a name is the
// same as in a list in UTF-8.
func TestWideTextIsDecoded(t *testing.T) {
	const text = sha256Hex + " *a.txt\r\n" + sha256Hex + " *grün €𝄞.txt\r\n"
	want := parse(t, text, list.Options{})
	for name, encode := range wideEncodings {
		t.Run(name, func(t *testing.T) {
			if got := parse(t, encode("\ufeff"+text), list.Options{}); !reflect.DeepEqual(got, want) || len(got.Entries) != 2 {
				t.Errorf("got %+v, want %+v", *got, *want)
			}
			long := strings.Repeat("# €𝄞\n", 100_000) + text
			if got := parse(t, encode("\ufeff"+long), list.Options{}); len(got.Entries) != 2 || got.Entries[1].Line != 100_002 {
				t.Errorf("after many lines: %+v", *got)
			}
			if got := parse(t, encode("\ufeff"), list.Options{}); !reflect.DeepEqual(got, &list.List{}) {
				t.Errorf("a mark alone: %+v", *got)
			}
			if got := parse(t, encode("\ufeff\ufeff"+text), list.Options{}); len(got.Malformed) != 1 {
				t.Errorf("two marks: %+v", *got)
			}
		})
	}
}

var wideEncodings = map[string]func(string) string{
	"UTF-16LE": func(s string) string { return wide16(binary.LittleEndian, s) },
	"UTF-16BE": func(s string) string { return wide16(binary.BigEndian, s) },
	"UTF-32LE": func(s string) string { return wide32(binary.LittleEndian, s) },
	"UTF-32BE": func(s string) string { return wide32(binary.BigEndian, s) },
}

// What is no character makes its line malformed, and no other.
func TestWideTextWithoutACharacterIsMalformed(t *testing.T) {
	const line = sha256Hex + " *a\n"
	line16, line32 := wide16(binary.LittleEndian, line), wide32(binary.LittleEndian, line)
	for _, tt := range []struct {
		name, text, encoding string
		entries              int
	}{
		{"high surrogate", "\xff\xfe" + line16[:len(line16)-2] + "\x00\xd8" + line16[len(line16)-2:] + line16, "UTF-16", 1},
		{"low surrogate", "\xff\xfe" + line16[:len(line16)-2] + "\x00\xdc" + line16[len(line16)-2:] + line16, "UTF-16", 1},
		{"high surrogate at the end", "\xff\xfe" + line16[:len(line16)-2] + "\x00\xd8", "UTF-16", 0},
		{"half a unit at the end", "\xff\xfe" + line16[:len(line16)-2] + "a", "UTF-16", 0},
		{"surrogate", "\xff\xfe\x00\x00" + line32[:len(line32)-4] + "\x00\xd8\x00\x00" + line32[len(line32)-4:] + line32, "UTF-32", 1},
		{"beyond Unicode", "\xff\xfe\x00\x00" + line32[:len(line32)-4] + "\x00\x00\x11\x00" + line32[len(line32)-4:] + line32, "UTF-32", 1},
		{"negative", "\xff\xfe\x00\x00" + line32[:len(line32)-4] + "\x00\x00\x00\xff" + line32[len(line32)-4:] + line32, "UTF-32", 1},
		{"part of a unit at the end", "\xff\xfe\x00\x00" + line32[:len(line32)-4] + "a\x00\x00", "UTF-32", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := parse(t, tt.text, list.Options{})
			if len(got.Malformed) != 1 || got.Malformed[0].Reason != "not valid "+tt.encoding || got.Malformed[0].Line != 1 || len(got.Entries) != tt.entries {
				t.Errorf("got %+v, want line 1 malformed and %d entries", *got, tt.entries)
			}
		})
	}
}

// Text in UTF-16 or UTF-32 without a byte order mark is refused as a whole, and the
// error says how to convert it.
func TestWideTextWithoutAMarkIsRefused(t *testing.T) {
	for encoding, encode := range wideEncodings {
		wantError(t, encode(sha256Hex+" *a.txt\r\n"), list.Error{Reason: "the list is " + encoding + " without a byte order mark; " +
			`convert it with "iconv -f ` + encoding + ` -t UTF-8"`})
	}
}

// A text too short to recognise its encoding is read line by line.
func TestShortWideTextIsMalformed(t *testing.T) {
	for _, text := range []string{"\x00", "a\x00b\x00", "\x00a\x00b\x00"} {
		wantMalformed(t, text, list.Options{}, "contains a NUL byte")
	}
}

// A UTF-8 byte order mark is not part of the first line.
func TestByteOrderMarkIsDropped(t *testing.T) {
	for _, text := range []string{md5Hex + "  a\n", "MD5 (a) = " + md5Hex, `\` + md5Hex + "  a"} {
		got := parse(t, "\ufeff"+text, list.Options{})
		if len(got.Entries) != 1 || got.Entries[0].Name != "a" || len(got.Malformed) != 0 {
			t.Errorf("Parse(BOM + %q) = %+v, want the entry of %q", text, *got, "a")
		}
	}
	if got := parse(t, "\ufeff# comment", list.Options{}); len(got.Malformed) != 0 {
		t.Errorf("Parse(BOM + comment) = %+v, want an empty list", *got)
	}
	line := md5Hex + "  " + strings.Repeat("a", list.MaxLine-34)
	if got := parse(t, "\ufeff"+line, list.Options{}); len(got.Entries) != 1 {
		t.Errorf("Parse(BOM + line of MaxLine bytes) = %.200v, want its entry", *got)
	}
}
