package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Pooch is the format of pooch's registries: a name, a digest, which may say its
// algorithm, and maybe a URL. A name with blanks is in quotes.
var Pooch = Format{Name: "pooch", lines: true, every: true, entry: (*parser).pooch, comments: '#'}

// pooch reads "NAME HEX", "NAME ALG:HEX" and either with a URL.
func (p *parser) pooch(s string) (Entry, string) {
	name, rest, reason := cutQuoted(s)
	if reason != "" {
		return Entry{}, reason
	}
	word, url := cutWord(strings.TrimLeft(rest, blanks))
	url, after := cutWord(strings.TrimLeft(url, blanks))
	switch {
	case word == "", after != "", url != "" && !strings.Contains(url, "://"):
		return Entry{}, notPooch
	case isPrefixed(word):
		d, reason := p.prefixedDigest(word)
		switch {
		case d.Algorithm == digest.Unknown:
			return p.unsupported(name, reason)
		case reason != "":
			return Entry{}, reason
		}
		return Entry{Name: name, Hex: d.Hex, Line: p.line, Algorithm: d.Algorithm}, ""
	}
	digits := hexDigits(word)
	a, reason := p.untagged.algorithm(digits)
	if bad := badStart(word, digits, reason == ""); bad != "" {
		return Entry{}, bad
	}
	switch {
	case reason != "":
		return Entry{}, reason
	case p.format == nil && (digits < shortest || isLabel(name)):
		return Entry{}, notPooch
	}
	return Entry{Name: name, Hex: word, Line: p.line, Algorithm: a}, ""
}

// isLabel reports whether a name may rather say what the digest after it is, as in
// "SHA256: HEX" and "HMAC-SHA1(a)= HEX", or be a digest itself.
func isLabel(name string) bool {
	return strings.IndexByte("=:,", name[len(name)-1]) >= 0 || isAlgorithm(name) || hexDigits(name) >= shortest
}

// cutQuoted splits a line after its name, which may be in quotes.
func cutQuoted(s string) (name, rest, reason string) {
	if quote := s[0]; quote == '"' || quote == '\'' {
		name, rest, ok := strings.Cut(s[1:], s[:1])
		switch {
		case !ok, rest != "" && strings.IndexByte(blanks, rest[0]) < 0:
			return "", "", badQuotes
		case name == "":
			return "", "", emptyName
		case quote == '"' && strings.Contains(name, `\`):
			return "", "", badQuotes
		}
		return name, rest, ""
	}
	name, rest = cutWord(s)
	if strings.ContainsAny(name, `"'\`) {
		return "", "", badQuotes
	}
	return name, rest, ""
}

// cutWord splits a text before the first blank.
func cutWord(s string) (word, rest string) {
	word = s
	if i := strings.IndexByte(word, ' '); i >= 0 { // much faster than IndexAny
		word = word[:i]
	}
	if i := strings.IndexByte(word, '\t'); i >= 0 {
		word = word[:i]
	}
	return word, s[len(word):]
}
