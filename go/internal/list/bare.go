package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Bare is the format of a digest without a name, as in kubectl.sha256: the list's own
// name says whose it is. It also reads the names of standard input, which is what
// "sha256sum <kubectl" and "openssl dgst <kubectl" write.
var Bare = Format{Name: "bare", starts: startsBare, entry: (*parser).bare, comments: '#'}

func startsBare(p *parser) bool {
	line, ok := p.sample.only()
	if !ok || p.options.FileName == "" {
		return false
	}
	_, reason := p.bare(line)
	return reason == ""
}

func (p *parser) bare(s string) (Entry, string) {
	if p.entries.n > 0 {
		return Entry{}, twoBare
	}
	name, ok := ownerOf(p.options.FileName)
	if !ok {
		return Entry{}, noOwner
	}
	if tag, hex, ok := cutStdin(s); ok {
		e, reason := p.bareDigest(name, hex)
		if a, _ := digest.ByName(tag); reason == "" && tag != "" && a != e.Algorithm {
			return Entry{}, badTag(tag, e.Algorithm)
		}
		return e, reason
	}
	hex, rest := s[:hexDigits(s)], s[hexDigits(s):]
	switch strings.TrimRight(rest, blanks) {
	case "", "  -", " *-", " *stdin":
	default:
		return Entry{}, notBare
	}
	return p.bareDigest(name, hex)
}

func (p *parser) bareDigest(name, hex string) (Entry, string) {
	digits := hexDigits(hex)
	if digits < leastHex || digits < len(hex) {
		return Entry{}, notBare
	}
	a, reason := p.untagged.algorithm(digits)
	return Entry{Name: name, Hex: hex, Line: p.line, Algorithm: a}, reason
}

// cutStdin splits OpenSSL's "TAG(stdin)= HEX", and "(stdin)= HEX" of its first releases.
func cutStdin(s string) (tag, hex string, ok bool) {
	tag, hex, ok = strings.Cut(s, "(stdin)= ")
	return tag, strings.TrimRight(hex, blanks), ok && (tag == "" || isTag(tag))
}

func isTag(s string) bool {
	for i := range len(s) {
		if !isTagByte(s[i]) {
			return false
		}
	}
	return true
}

// ownerOf returns the name of the file whose digest is in a list of this name:
// "kubectl" for "kubectl.sha256", "kubectl.SHA256SUM" and "kubectl.sha256.txt".
func ownerOf(fileName string) (string, bool) {
	name := fileName
	if n := len(name) - len(".txt"); n > 0 && strings.EqualFold(name[n:], ".txt") {
		name = name[:n]
	}
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return "", false
	}
	end, _, _ := cutSum(strings.ToLower(name[dot+1:]))
	_, ok := digest.ByName(end)
	return name[:dot], ok
}
