package list

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Base64 is the format of cksum --untagged --base64.
var Base64 = Format{Name: "base64", lines: true, entry: (*parser).base64, comments: '#', write: base64Line}

// base64 reads "BASE64  NAME" and "BASE64 *NAME".
func (p *parser) base64(s string) (Entry, string) {
	s, escaped := strings.CutPrefix(s, `\`)
	end := strings.IndexAny(s, blanks)
	if end < 0 {
		end = len(s)
	}
	size := base64.StdEncoding.DecodedLen(end) - strings.Count(s[:end], "=")
	a, reason := p.untagged.algorithm(2 * size)
	switch {
	case end == 0 || end%4 != 0:
		return Entry{}, notBase64
	case end < base64.StdEncoding.EncodedLen(shortest/2) && reason != "":
		return Entry{}, notBase64
	case 4*hexLetters(s[:end]) > 3*end: // rather a damaged digest in hex
		return Entry{}, notBase64
	}
	if reason != "" {
		return Entry{}, reason
	}
	digits, ok := fromBase64(s[:end], a)
	if !ok {
		return Entry{}, badBase64
	}
	if reason := badSeparator(s[end:]); reason != "" {
		return Entry{}, reason
	}
	name, reason := readName(s[end+2:], escaped)
	return Entry{Name: name, Hex: digits, Line: p.line, Algorithm: a}, reason
}

func hexLetters(s string) (n int) {
	for i := range len(s) {
		if isHex[s[i]] {
			n++
		}
	}
	return n
}

// fromBase64 returns a digest in hex. ok is false unless it is written as every tool
// would write it, with padding.
func fromBase64(text string, a digest.Algorithm) (digits string, ok bool) {
	if len(text) != base64.StdEncoding.EncodedLen(a.Size()) {
		return "", false
	}
	var raw [digest.MaxSize + 2]byte
	n, err := strictBase64.Decode(raw[:], []byte(text))
	if err != nil || n != a.Size() || strings.ContainsAny(text, "\r\n") {
		return "", false
	}
	var buffer [2 * digest.MaxSize]byte
	return string(hex.AppendEncode(buffer[:0], raw[:n])), true
}

var strictBase64 = base64.StdEncoding.Strict()

func toBase64(digits string) string {
	raw, err := hex.DecodeString(digits)
	if err != nil {
		panic(err) // impossible: entries have hex digits
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func base64Line(e *Entry) []byte {
	mark, name := escape(e.Name)
	return []byte(mark + toBase64(e.Hex) + "  " + name + "\n")
}
