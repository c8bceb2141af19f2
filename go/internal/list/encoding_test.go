package list_test

import (
	"encoding/binary"
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

// Text in UTF-16 or UTF-32, with or without a byte order mark, is refused as a
// whole, and the error says how to convert it.
func TestWideTextIsRefused(t *testing.T) {
	const text = sha256Hex + " *a.txt\r\n" + sha256Hex + " *b.txt\r\n"
	for _, tt := range []struct{ name, text, encoding string }{
		{"UTF-16LE with a mark", wide16(binary.LittleEndian, "\ufeff"+text), "UTF-16"},
		{"UTF-16BE with a mark", wide16(binary.BigEndian, "\ufeff"+text), "UTF-16"},
		{"UTF-32LE with a mark", wide32(binary.LittleEndian, "\ufeff"+text), "UTF-32"},
		{"UTF-32BE with a mark", wide32(binary.BigEndian, "\ufeff"+text), "UTF-32"},
		{"UTF-16LE", wide16(binary.LittleEndian, text), "UTF-16LE"},
		{"UTF-16BE", wide16(binary.BigEndian, text), "UTF-16BE"},
		{"UTF-32LE", wide32(binary.LittleEndian, text), "UTF-32LE"},
		{"UTF-32BE", wide32(binary.BigEndian, text), "UTF-32BE"},
		{"a mark alone", "\xff\xfe", "UTF-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantError(t, tt.text, list.Error{Reason: "the list is " + tt.encoding + ", not UTF-8; " +
				`convert it with "iconv -f ` + tt.encoding + ` -t UTF-8", ` +
				`or write it with PowerShell's "Set-Content -Encoding utf8"`})
		})
	}
}

// A text too short to recognise its encoding is read line by line.
func TestShortWideTextIsMalformed(t *testing.T) {
	for _, text := range []string{"\x00", "a\x00b\x00", "\x00a\x00b\x00"} {
		wantMalformed(t, text, list.Options{}, "contains a NUL byte (lists written with --zero are not supported)")
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
