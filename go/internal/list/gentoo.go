package list

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/checksig/checksig/go/internal/digest"
)

// Gentoo is the format of Manifest files (GLEP 74): a type, a name, a size, and pairs of
// an algorithm and a digest.
var Gentoo = Format{
	Name: "gentoo", starts: startsGentoo, entry: (*parser).gentoo, comments: '#',
	state: func() any { return &gentoo{} }, end: (*parser).gentooEnd, write: gentooLine, several: true,
}

// gentoo holds the DIST lines: only the others show where their files are.
type gentoo struct {
	dist []Entry
}

// startsGentoo looks at the first lines that name no ignored file.
func startsGentoo(p *parser) bool {
	for line := range p.sample.lines('#') {
		word, rest := cutWord(line)
		switch {
		case line == "-----BEGIN PGP SIGNED MESSAGE-----", strings.HasPrefix(line, "Hash: "), word == "IGNORE", word == "OPTIONAL":
			continue
		case word == "TIMESTAMP":
			_, err := time.Parse(gentooTime, strings.Trim(rest, blanks))
			return err == nil
		case !isGentooType(word):
			return false
		}
		words := strings.Fields(rest)
		return len(words) >= 4 && isDigits(words[1]) && isAlgorithm(words[2])
	}
	return false
}

const gentooTime = "2006-01-02T15:04:05Z"

func isGentooType(word string) bool {
	switch word {
	case "DATA", "DIST", "MANIFEST", "AUX", "EBUILD", "MISC":
		return true
	}
	return false
}

func (p *parser) gentoo(s string) (Entry, string) {
	kind, rest := cutWord(s)
	rest = strings.Trim(rest, blanks)
	switch kind {
	case "TIMESTAMP":
		if _, err := time.Parse(gentooTime, rest); err != nil {
			return Entry{}, badTimestamp
		}
		return Entry{}, notAnEntry
	case "IGNORE", "OPTIONAL":
		name, reason := gentooName(rest)
		if reason != "" || strings.ContainsAny(rest, blanks) {
			return Entry{}, notGentoo
		}
		p.undigested(name, p.line)
		return Entry{}, notAnEntry
	}
	if !isGentooType(kind) {
		return Entry{}, notGentoo
	}
	text, rest := cutWord(rest)
	name, reason := gentooName(text)
	if reason != "" {
		return Entry{}, reason
	}
	if kind == "AUX" {
		name = "files/" + name
	}
	e, reason := p.gentooDigests(name, rest)
	if reason == "" && kind == "DIST" {
		g := p.state.(*gentoo)
		g.dist = append(g.dist, e)
		return Entry{}, notAnEntry
	}
	return e, reason
}

// gentooDigests reads "SIZE ALG HEX ALG HEX".
func (p *parser) gentooDigests(name, s string) (Entry, string) {
	word, rest := cutWord(strings.TrimLeft(s, blanks))
	size, ok := parseSize(word)
	if !ok {
		return Entry{}, badSize
	}
	e, foreign := Entry{Name: name, Line: p.line}, ""
	for {
		var tag, hex string
		if tag, rest = cutWord(strings.TrimLeft(rest, blanks)); tag == "" {
			break
		}
		if hex, rest = cutWord(strings.TrimLeft(rest, blanks)); hex == "" {
			return Entry{}, noDigest
		}
		reason, known := p.addDigest(&e, tag, hex)
		if reason != "" {
			return Entry{}, reason
		}
		if !known {
			foreign = tag
		}
	}
	switch {
	case e.Algorithm != digest.Unknown:
		e.SetSize(size)
		return e, ""
	case foreign != "":
		return p.unsupported(name, foreign)
	}
	return Entry{}, noDigest
}

// addDigest adds a digest with its tag to an entry that may have none yet. known is false
// if the algorithm is not supported.
func (p *parser) addDigest(e *Entry, tag, hex string) (reason string, known bool) {
	a := p.byTag(tag)
	switch {
	case a == digest.Unknown && !isForeignDigest(tag, hex):
		return unsupported(tag), false
	case a == digest.Unknown:
		return "", false
	}
	if reason := badTaggedDigest(a, hex); reason != "" {
		return reason, true
	}
	switch {
	case e.Algorithm == digest.Unknown:
		e.Algorithm, e.Hex = a, hex
	case e.Algorithms().With(a) == e.Algorithms():
		return twoDigests, true
	default:
		e.AddDigest(Digest{a, hex})
	}
	return "", true
}

// gentooEnd decides what the DIST lines are: the files of a list that has nothing else, or
// those that are kept elsewhere.
func (p *parser) gentooEnd() error {
	g := p.state.(*gentoo)
	alone := p.entries.n == 0
	for _, e := range g.dist {
		if alone {
			p.emit(e)
			continue
		}
		p.undigested(e.Name, e.Line)
	}
	slices.SortStableFunc(p.listed, func(a, b Listed) int { return cmp.Compare(a.Line, b.Line) })
	return nil
}

// gentooName undoes the escapes of a name: "\x20", "\u00e4" and "\U0001f600".
func gentooName(s string) (name, reason string) {
	if s == "" {
		return "", emptyName
	}
	return undo(s, gentooOne)
}

func gentooOne(after string) (text string, length int, reason string) {
	if after == "" {
		return "", 0, halfEscape
	}
	digits := escapeDigits(after[0])
	if digits == 0 || len(after) <= digits {
		return "", 0, badGentooEscape
	}
	code, err := strconv.ParseUint(after[1:1+digits], 16, 32)
	if err != nil || code == 0 || !utf8.ValidRune(rune(code)) || digits == 2 && code > 0x7f {
		return "", 0, badGentooEscape
	}
	return string(rune(code)), 1 + digits, ""
}

// escapeDigits returns the number of digits of an escape, 0 if there is none like it.
func escapeDigits(kind byte) int {
	switch kind {
	case 'x':
		return 2
	case 'u':
		return 4
	case 'U':
		return 8
	}
	return 0
}

// gentooLine writes blanks, control characters and backslashes as escapes.
func gentooLine(e *Entry) []byte {
	size, ok := e.Size()
	if !ok || !utf8.ValidString(e.Name) {
		return nil
	}
	var name strings.Builder
	for _, r := range e.Name {
		switch {
		case r <= ' ' || r == '\\' || r == 0x7f:
			fmt.Fprintf(&name, `\x%02X`, r)
		case 0x80 <= r && r < 0xa0:
			fmt.Fprintf(&name, `\u%04X`, r)
		default:
			name.WriteRune(r)
		}
	}
	line := fmt.Appendf(nil, "DATA %s %d", name.String(), size)
	for i := range e.Digests() {
		d := e.Digest(i)
		line = fmt.Appendf(line, " %s %s", gentooTag(d.Algorithm), strings.ToLower(d.Hex))
	}
	return append(line, '\n')
}

// gentooTag returns the name that Gentoo gives an algorithm, such as BLAKE2B and SHA3_256.
func gentooTag(a digest.Algorithm) string {
	return strings.ToUpper(strings.ReplaceAll(a.String(), "-", "_"))
}
