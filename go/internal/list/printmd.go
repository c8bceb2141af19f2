package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// PrintMD is the format of gpg --print-md, in which Apache publishes digests: a name, a
// colon, and hex digits in groups over several lines.
var PrintMD = Format{
	Name: "print-md", starts: startsPrintMD, entry: (*parser).printMD, comments: '#', raw: true,
	state: func() any { return &printMD{} }, end: (*parser).printMDEnd, gathers: true,
}

// printMD is the entry whose lines are being read.
type printMD struct {
	gathered
	name, tag string // tag: of the algorithm, "": not said
	hex       []byte
	line      int32
	text      string // its first line
}

// startsPrintMD needs a whole entry at the start.
func startsPrintMD(p *parser) bool {
	digits, begun := 0, false
	for line := range p.sample.lines('#') {
		groups := line
		if name, tag, rest, ok := cutPrintMD(line); ok {
			if begun {
				break
			}
			if isAlgorithm(name) || certutilWord(name) != digest.Unknown || tag != "" && !isAlgorithm(tag) {
				return false
			}
			begun, groups = true, rest
		}
		n, ok := countGroups(groups)
		if !begun || !ok {
			return false
		}
		digits += n
	}
	return digits >= shortest && digits%2 == 0
}

// cutPrintMD splits "NAME: GROUPS" and "NAME: ALG = GROUPS".
func cutPrintMD(s string) (name, tag, groups string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 || s[0] == ' ' {
		return "", "", "", false
	}
	name, rest := s[:i], strings.TrimLeft(s[i+1:], " ")
	if before, after, hasTag := strings.Cut(rest, "="); hasTag {
		tag, rest = strings.TrimRight(before, " "), after
		if tag == "" || !isTag(tag) {
			return "", "", "", false
		}
	}
	return name, tag, strings.Trim(rest, blanks), true
}

// countGroups returns the number of hex digits in groups of 2, 4 or 8.
func countGroups(s string) (digits int, ok bool) {
	size := 0
	for word, rest := nextWord(s); word != ""; word, rest = nextWord(rest) {
		n := len(word)
		if hexDigits(word) < n || n != 2 && n != 4 && n != 8 || size > 0 && n != size {
			return 0, false
		}
		size, digits = n, digits+n
	}
	return digits, true
}

func (p *parser) printMD(s string) (Entry, string) {
	m := p.state.(*printMD)
	if _, ok := countGroups(s); ok && m.name != "" {
		m.add(s)
		return Entry{}, notAnEntry
	}
	if err := p.printMDDone(m); err != nil {
		return Entry{}, manyReasons // the list is given up, and rejecting this line does it again
	}
	name, tag, groups, ok := cutPrintMD(s)
	if _, isHex := countGroups(groups); !ok || !isHex {
		return Entry{}, notPrintMD
	}
	m.name, m.tag, m.line, m.text = name, tag, p.line, s
	m.add(groups)
	return Entry{}, notAnEntry
}

// add adds groups of digits. No digest has as many as two of the longest.
func (m *printMD) add(groups string) {
	for i := range len(groups) {
		if isHex[groups[i]] && len(m.hex) <= 4*digest.MaxSize {
			m.hex = append(m.hex, groups[i])
		}
	}
}

// printMDDone adds the entry that is complete.
func (p *parser) printMDDone(m *printMD) error {
	if m.name == "" {
		return nil
	}
	name, hex := m.name, string(m.hex)
	m.name, m.hex = "", m.hex[:0]
	a, reason := p.printMDAlgorithm(m, hex)
	switch {
	case reason != "":
		return p.rejectAt(m.line, m.text, reason)
	case a == digest.Unknown:
		_, reason := p.unsupported(name, m.tag)
		p.foreign = ""
		m.foreign = append(m.foreign, foreignLine{p.slashed(name), reason, m.text, m.line})
		return nil
	}
	last := p.line
	p.line = m.line
	m.digest(p, name, Digest{a, hex})
	p.line = last
	return nil
}

// printMDAlgorithm returns the algorithm of an entry. It is Unknown if it is not supported.
func (p *parser) printMDAlgorithm(m *printMD, hex string) (digest.Algorithm, string) {
	if hex == "" {
		return digest.Unknown, noDigest
	}
	if m.tag == "" {
		return p.untagged.algorithm(len(hex))
	}
	a := p.byTag(m.tag)
	switch {
	case a != digest.Unknown:
		return a, badTaggedDigest(a, hex)
	case isForeignDigest(m.tag, hex):
		return digest.Unknown, ""
	}
	return digest.Unknown, unsupported(m.tag)
}

func (p *parser) printMDEnd() error {
	m := p.state.(*printMD)
	if err := p.printMDDone(m); err != nil {
		return err
	}
	return m.end(p)
}
