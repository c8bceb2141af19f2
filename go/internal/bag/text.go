package bag

import (
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/checksig/checksig/go/internal/list"
)

// reader reads tag files in the encoding that the declaration names.
type reader struct {
	open     Opener
	version  Version
	encoding string
	decode   decoder
}

// decoder turns a text into UTF-8. What stands for no character becomes a byte that is
// not UTF-8, so that its line can be told.
type decoder func(string) string

const (
	utf8BOM    = "\xef\xbb\xbf"
	notUnicode = "\xff"
)

var decoders = map[string]decoder{
	"utf-8":      func(s string) string { return strings.TrimPrefix(s, utf8BOM) },
	"utf-16":     decodeUTF16,
	"utf-16be":   func(s string) string { return decodeWide(s, binary.BigEndian) },
	"utf-16le":   func(s string) string { return decodeWide(s, binary.LittleEndian) },
	"iso-8859-1": decodeLatin1,
	"us-ascii":   decodeASCII,
}

func init() {
	for also, name := range map[string]string{"utf8": "utf-8", "ascii": "us-ascii", "latin1": "iso-8859-1", "latin-1": "iso-8859-1"} {
		decoders[also] = decoders[name]
	}
}

func encodings() string {
	return "UTF-8, UTF-16, UTF-16BE, UTF-16LE, ISO-8859-1, US-ASCII"
}

// decodeUTF16 decodes UTF-16 by its byte order mark. Without one, it is big-endian
// (RFC 2781).
func decodeUTF16(s string) string {
	if rest, ok := strings.CutPrefix(s, "\xff\xfe"); ok {
		return decodeWide(rest, binary.LittleEndian)
	}
	return decodeWide(strings.TrimPrefix(s, "\xfe\xff"), binary.BigEndian)
}

func decodeWide(s string, order binary.ByteOrder) string {
	var b strings.Builder
	for raw := []byte(s); len(raw) > 0; {
		if len(raw) == 1 {
			b.WriteString(notUnicode)
			break
		}
		r := rune(order.Uint16(raw))
		raw = raw[2:]
		if utf16.IsSurrogate(r) {
			pair := utf8.RuneError
			if len(raw) >= 2 {
				pair = utf16.DecodeRune(r, rune(order.Uint16(raw)))
			}
			if pair == utf8.RuneError {
				b.WriteString(notUnicode)
				continue
			}
			r, raw = pair, raw[2:]
		}
		b.WriteRune(r)
	}
	return b.String()
}

func decodeLatin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func decodeASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return utf8.RuneError
		}
		return r
	}, s)
}

// mostBytes is the size of the largest tag file that is read.
const mostBytes = 1 << 31

// text reads a tag file.
func (r *reader) text(name string) (string, error) {
	f, err := r.open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	n, err := io.Copy(&b, io.LimitReader(f, mostBytes))
	if err == nil && n == mostBytes {
		err = &Error{File: name, Reason: "the file is larger than 2 GiB"}
	}
	return b.String(), err
}

// line is a line of a tag file.
type line struct {
	number int32 // 1-based
	text   string
	bad    string // why it can't be read; "" if it can
}

// lines reads the lines of a tag file, without empty ones.
func (r *reader) lines(name string) (iter.Seq[line], error) {
	text, err := r.text(name)
	if err != nil {
		return nil, err
	}
	text = normalLineEnds(r.decode(text))
	return func(yield func(line) bool) {
		number := int32(0)
		for one := range strings.SplitSeq(text, "\n") {
			number++
			if one != "" && !yield(line{number, one, r.badLine(one)}) {
				return
			}
		}
	}, nil
}

func (r *reader) badLine(s string) string {
	switch {
	case len(s) > list.MaxLine:
		return "the line is longer than 65,536 bytes"
	case strings.IndexByte(s, 0) >= 0:
		return "the line contains a NUL byte"
	case !utf8.ValidString(s) || strings.ToLower(r.encoding) == "us-ascii" && strings.ContainsRune(s, utf8.RuneError):
		return "not valid " + r.encoding
	}
	return ""
}

// normalLineEnds turns CRLF and CR, which end lines too, into LF.
func normalLineEnds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

const (
	mostText      = 80        // bytes of a malformed line that are kept
	mostMalformed = 1_000_000 // in a file
)

// malformed collects the lines of a file that can't be read.
type malformed struct {
	file string
	all  []list.Malformed
}

func (m *malformed) add(l line, reason string) error {
	if len(m.all) == mostMalformed {
		return &Error{m.file, m.all[0].Line, fmt.Sprintf("more than %d malformed lines; the first one: %s", mostMalformed, m.all[0].Reason)}
	}
	m.all = append(m.all, Malformed(l.number, reason, l.text))
	return nil
}

// Malformed returns a malformed line. It copies the start of the text.
func Malformed(number int32, reason, text string) list.Malformed {
	return list.Malformed{Line: number, Reason: reason, Text: strings.Clone(text[:min(len(text), mostText)])}
}

// sortedByLine sorts malformed lines.
func sortedByLine(all []list.Malformed) []list.Malformed {
	slices.SortStableFunc(all, func(a, b list.Malformed) int { return int(a.Line) - int(b.Line) })
	return all
}
