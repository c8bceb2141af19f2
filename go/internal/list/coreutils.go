package list

import (
	"encoding/base64"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Coreutils is the format of sha256sum, md5sum, cksum and openssl dgst. A list may
// mix untagged and tagged lines.
var Coreutils = Format{
	Name: "coreutils", lines: true, entry: (*parser).coreutils, comments: '#', write: line, tagged: taggedLine,
}

const (
	blanks   = " \t"
	shortest = 32 // hex digits; a shorter word may be a tag, such as CRC32
	leastHex = 8  // hex digits of a CRC-32; a shorter word is prose
)

func (p *parser) coreutils(s string) (Entry, string) {
	s, escaped := strings.CutPrefix(s, `\`)
	return p.anyEntry(s, escaped)
}

// anyEntry reads one line. It looks for a digest first: the name after a digest may
// look like a tagged line, but no tag looks like a digest.
func (p *parser) anyEntry(s string, escaped bool) (Entry, string) {
	digits := hexDigits(s)
	if digits < shortest {
		if tag, rest, ok := cutTag(s); ok && !p.isShortDigest(s, digits) {
			return p.taggedEntry(tag, rest, escaped)
		}
	}
	return p.untaggedEntry(s, digits, escaped)
}

// isShortDigest reports whether what looks like a padded tag is a digest of the
// expected length, before a name that begins with a parenthesis.
func (p *parser) isShortDigest(s string, digits int) bool {
	if digits == 0 || badSeparator(s[digits:]) != "" || p.byTag(s[:digits]) != digest.Unknown {
		return false
	}
	_, reason := p.untagged.algorithm(digits)
	return reason == ""
}

// untaggedEntry reads "HEX  NAME" and "HEX *NAME". digits is the length of HEX.
func (p *parser) untaggedEntry(s string, digits int, escaped bool) (Entry, string) {
	a, reason := p.untagged.algorithm(digits)
	if bad := badStart(s, digits, reason == ""); bad != "" {
		return Entry{}, bad
	}
	if reason != "" {
		return Entry{}, reason
	}
	if reason := badSeparator(s[digits:]); reason != "" {
		return Entry{}, reason
	}
	name, reason := readName(s[digits+2:], escaped)
	return Entry{Name: name, Hex: s[:digits], Line: p.line, Algorithm: a}, reason
}

// badStart returns the reason why the first word of a line is not a digest, or "". A
// short word is more likely prose than a damaged digest, unless it fits: it has the
// length of an expected digest.
func badStart(s string, digits int, fits bool) string {
	if digits == len(s) || s[digits] == ' ' || s[digits] == '\t' {
		if digits >= leastHex || fits {
			return ""
		}
		return notADigest
	}
	word, _, _ := strings.Cut(strings.ReplaceAll(s, "\t", " "), " ")
	switch {
	case len(word) >= shortest:
		return notHex(s, digits)
	case s[0] == '#':
		return indentedComment
	case strings.HasPrefix(s, utf8BOM):
		return strayMark
	}
	return notADigest
}

// badSeparator returns the reason why s, the rest after the digest, does not start
// with a separator, or "". A single space is for [OneSpace].
func badSeparator(s string) string {
	switch {
	case strings.HasPrefix(s, "  "), strings.HasPrefix(s, " *"):
		return ""
	case strings.Trim(s, blanks) == "":
		return noName
	case strings.HasPrefix(s, "\t"), strings.HasPrefix(s, " \t"):
		return tabbed
	}
	return oneSpace
}

// taggedEntry reads what follows the parenthesis of "TAG (NAME) = HEX" and
// OpenSSL's "TAG(NAME)= HEX".
func (p *parser) taggedEntry(tag, rest string, escaped bool) (Entry, string) {
	a := p.byTag(tag)
	name, hex, ok := cutTagged(rest)
	switch {
	case !ok && a == digest.Unknown:
		return Entry{}, notADigest
	case !ok:
		return Entry{}, halfTagged
	case a == digest.Unknown && isForeignDigest(tag, hex):
		return p.unsupported(name, tag)
	case a == digest.Unknown:
		return Entry{}, unsupported(tag)
	}
	if digits, ok := fromBase64(hex, a); ok {
		hex = digits
	}
	if reason := badTaggedDigest(a, hex); reason != "" {
		return Entry{}, reason
	}
	name, reason := readName(name, escaped)
	return Entry{Name: name, Hex: hex, Line: p.line, Algorithm: a}, reason
}

// isForeignDigest reports whether a tag and a digest make a well-formed line of an
// algorithm that is not supported: one that is known, or a long digest in hex.
func isForeignDigest(tag, hex string) bool {
	if foreignByName(strings.ToLower(tag)) != nil {
		return len(hex) >= leastHex && strings.Trim(hex, base64Letters) == ""
	}
	return len(hex) >= shortest && hexDigits(hex) == len(hex)
}

func badTaggedDigest(a digest.Algorithm, hex string) string {
	digits := hexDigits(hex)
	switch {
	case hex == "":
		return noDigest
	case digits < len(hex) && len(hex) == base64.StdEncoding.EncodedLen(a.Size()):
		return badBase64
	case digits < len(hex):
		return notHex(hex, digits)
	case digits%2 != 0:
		return oddDigits(digits)
	}
	return badLength(a, digits, "the line's tag")
}

// byTag remembers the last two tags: lists with two digests a file have them in turns.
func (p *parser) byTag(tag string) digest.Algorithm {
	for i := range p.tags {
		if p.tags[i].tag == tag {
			return p.tags[i].algorithm
		}
	}
	a, _ := digest.ByName(tag)
	p.tags[1], p.tags[0] = p.tags[0], knownTag{tag, a}
	return a
}

// cutTag splits a tagged line after the opening parenthesis.
func cutTag(s string) (tag, rest string, ok bool) {
	n := 0
	for n < len(s) && isTagByte(s[n]) {
		n++
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(s[n:], " "), "(")
	return s[:n], rest, ok && n > 0
}

func isTagByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '/' || c == '_'
}

// cutTagged splits "NAME) = HEX" at the last parenthesis: a name may contain one,
// a digest can't.
func cutTagged(s string) (name, hex string, ok bool) {
	i := strings.LastIndexByte(s, ')')
	if i < 0 {
		return "", "", false
	}
	hex, ok = strings.CutPrefix(strings.TrimLeft(s[i+1:], blanks), "=")
	return s[:i], strings.TrimLeft(hex, blanks), ok
}

// readName returns a name with its escapes undone. escaped reports whether the
// line starts with a backslash.
func readName(s string, escaped bool) (string, string) {
	if s == "" {
		return "", emptyName
	}
	if !escaped {
		return s, ""
	}
	return unescape(s)
}

var isHex = func() (t [256]bool) {
	for _, c := range "0123456789abcdefABCDEF" {
		t[c] = true
	}
	return t
}()

// hexDigits counts the hex digits that s begins with.
func hexDigits(s string) int {
	n := 0
	for len(s)-n >= 8 {
		t := s[n : n+8]
		if hexBit[t[0]]&hexBit[t[1]]&hexBit[t[2]]&hexBit[t[3]]&hexBit[t[4]]&hexBit[t[5]]&hexBit[t[6]]&hexBit[t[7]] == 0 {
			break
		}
		n += 8
	}
	for n < len(s) && isHex[s[n]] {
		n++
	}
	return n
}

// hexBit is isHex as a number, to look at several characters at once: half of the time
// to parse a list is spent on its digits.
var hexBit = func() (t [256]uint8) {
	for c, is := range isHex {
		if is {
			t[c] = 1
		}
	}
	return t
}()

// line returns an entry as coreutils writes it, with its newline: the digest, two
// spaces and the name.
func line(e *Entry) []byte {
	mark, name := escape(e.Name)
	return []byte(mark + e.Hex + "  " + name + "\n")
}

// taggedLine returns an entry as coreutils writes it with --tag.
func taggedLine(e *Entry) []byte {
	mark, name := escape(e.Name)
	return []byte(mark + e.Algorithm.Tag() + " (" + name + ") = " + e.Hex + "\n")
}

// escape returns a name as a line has it, and the backslash before the line if the
// name needs escapes. A file named "-" is written as "./-", because coreutils takes
// "-" for standard input.
func escape(name string) (mark, escaped string) {
	switch {
	case name == "-":
		return "", "./-"
	case strings.ContainsAny(name, "\\\n\r"):
		return `\`, escaper.Replace(name)
	}
	return "", name
}

var escaper = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)
