package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Prefixed is the format of lists whose digests say their algorithm, as GitHub, OCI
// and npm write digests: "sha256:HEX  NAME" and "sha256-BASE64  NAME".
var Prefixed = Format{Name: "prefixed", lines: true, every: true, entry: (*parser).prefixed, comments: '#', write: prefixedLine, says: true}

// prefixed reads one line. One space or two separate digest and name, and so in
// the whole list.
func (p *parser) prefixed(s string) (Entry, string) {
	end := strings.IndexAny(s, blanks)
	if end < 0 {
		end = len(s)
	}
	if !isPrefixed(s[:end]) {
		return Entry{}, notPrefixed
	}
	if end == len(s) {
		return Entry{}, noName
	}
	name, wide := s[end+1:], false
	if s[end] == ' ' && name != "" && (name[0] == ' ' || name[0] == '*') {
		name, wide = name[1:], true
	}
	d, reason := p.prefixedDigest(s[:end])
	switch {
	case d.Algorithm == digest.Unknown:
		return p.unsupported(name, reason)
	case reason != "":
		return Entry{}, reason
	case name == "":
		return Entry{}, noName
	case !p.separatedBy(wide):
		return Entry{}, otherSeparator
	}
	return Entry{Name: name, Hex: d.Hex, Line: p.line, Algorithm: d.Algorithm}, ""
}

// separatedBy reports whether all entries so far have two spaces, or all have one.
func (p *parser) separatedBy(two bool) bool {
	if p.entries.n == 0 {
		p.twoSpaces = two
	}
	return p.twoSpaces == two
}

// isPrefixed reports whether a word has the form of a digest with its algorithm.
func isPrefixed(word string) bool {
	i := strings.IndexAny(word, ":-")
	for i >= 0 && word[i] == '-' && !isAlgorithm(word[:i]) { // "sha3-256:HEX", "sha512-256-BASE64"
		next := strings.IndexAny(word[i+1:], ":-")
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return i > 0 && len(word)-i > leastHex && isAlgorithm(word[:i])
}

func isAlgorithm(name string) bool {
	_, ok := digest.ByName(name)
	return ok || foreignByName(strings.ToLower(name)) != nil
}

// prefixedDigest reads "ALG:HEX" and "ALG-BASE64". The algorithm is Unknown if it is not
// supported, and then its name is returned in place of a reason.
func (p *parser) prefixedDigest(word string) (Digest, string) {
	if name, hex, ok := strings.Cut(word, ":"); ok {
		a := p.byTag(name)
		if a == digest.Unknown {
			return Digest{}, name
		}
		return Digest{a, hex}, badTaggedDigest(a, hex)
	}
	for i := len(word) - 1; i > 0; i-- {
		if a, ok := digest.ByName(word[:i]); word[i] == '-' && ok {
			hex, ok := fromBase64(word[i+1:], a)
			if !ok {
				return Digest{Algorithm: a}, badBase64
			}
			return Digest{a, hex}, ""
		}
	}
	name, _, _ := strings.Cut(word, "-")
	return Digest{}, name
}

func prefixedLine(e *Entry) []byte {
	if !isOneLine(e.Name) {
		return nil
	}
	return []byte(e.Algorithm.String() + ":" + strings.ToLower(e.Hex) + "  " + e.Name + "\n")
}
