package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// OneSpace is the format of BSD's md5 -r, bagit-python's tag manifests and gtkhash:
// a digest, one space or tab, and a name, which may begin with a space.
var OneSpace = Format{Name: "one-space", lines: true, entry: (*parser).oneSpace, comments: '#', write: oneSpaceLine}

// oneSpace reads "HEX NAME". The first line of a list shows that it is of this format,
// so its name may not begin with what separates the two in other lists.
func (p *parser) oneSpace(s string) (Entry, string) {
	s, escaped := strings.CutPrefix(s, `\`)
	digits := hexDigits(s)
	a, reason := p.untagged.algorithm(digits)
	if bad := badStart(s, digits, reason == ""); bad != "" {
		return Entry{}, bad
	}
	switch {
	case reason != "":
		return Entry{}, reason
	case len(s) <= digits+1:
		return Entry{}, noName
	case p.format == nil && digits < shortest && p.untagged.Algorithm == digest.Unknown:
		return Entry{}, notADigest
	case p.format == nil && strings.IndexByte(" \t*", s[digits+1]) >= 0:
		return Entry{}, notOneSpace
	}
	name, reason := readName(s[digits+1:], escaped)
	return Entry{Name: name, Hex: s[:digits], Line: p.line, Algorithm: a}, reason
}

// oneSpaceLine writes a name that begins with a blank or a star as "./NAME": as the
// first of a list, it would be read by another format.
func oneSpaceLine(e *Entry) []byte {
	mark, name := escape(e.Name)
	if strings.IndexByte(" \t*", name[0]) >= 0 {
		name = "./" + name
	}
	return []byte(mark + e.Hex + " " + name + "\n")
}
