package wire

import (
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a string of any bytes, encoded as a JSON string. Valid UTF-8 stands for
// itself. Every other byte b is encoded as the lone surrogate U+DC00+b, written
// \udcXX. This is Python's surrogateescape (PEP 383), so no byte is lost.
type Text string

const (
	escapeLow  = 0xDC80 // the lone surrogate of byte 0x80
	escapeHigh = 0xDCFF // the lone surrogate of byte 0xFF
)

const hexDigits = "0123456789abcdef"

// appendText appends s as a JSON string in quotes.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, '\\', 'u', 'd', 'c', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return append(b, '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c < ' ' || c == 0x7f:
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(b, c)
}

var errText = errors.New("not a JSON string of UTF-8 and PEP 383 escapes")

// UnmarshalJSON reads a JSON string. encoding/json would replace a lone surrogate by
// U+FFFD, which might give the name of another file.
func (t *Text) UnmarshalJSON(j []byte) error {
	if len(j) < 2 || j[0] != '"' || !utf8.Valid(j) {
		return errText
	}
	in := j[1 : len(j)-1]
	out := make([]byte, 0, len(in))
	for len(in) > 0 {
		if in[0] != '\\' {
			out = append(out, in[0])
			in = in[1:]
			continue
		}
		var err error
		if out, in, err = unescape(out, in); err != nil {
			return err
		}
	}
	*t = Text(out)
	return nil
}

var short = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape reads the escape at the start of in. encoding/json has checked the syntax
// already, so in is long enough.
func unescape(out, in []byte) (_, rest []byte, err error) {
	if c, ok := short[in[1]]; ok {
		return append(out, c), in[2:], nil
	}
	r, rest := codeUnit(in)
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(out, r), rest, nil
	}
	if escapeLow <= r && r <= escapeHigh {
		return append(out, byte(r-0xDC00)), rest, nil
	}
	if len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		low, after := codeUnit(rest)
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return utf8.AppendRune(out, pair), after, nil
		}
	}
	return nil, nil, errText
}

// codeUnit reads \uXXXX.
func codeUnit(in []byte) (rune, []byte) {
	n, _ := strconv.ParseUint(string(in[2:6]), 16, 16)
	return rune(n), in[6:]
}
