package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// SevenZip is the format of 7z h: a table with digests, a size and a name, among lines
// about the program and the totals.
var SevenZip = Format{
	Name: "7z", starts: startsSevenZip, entry: (*parser).sevenZip, raw: true,
	state: func() any { return &sevenZip{} }, end: (*parser).sevenZipEnd,
}

type sevenZip struct {
	part    sevenZipPart
	columns []sevenZipColumn
	size    [2]int // where the size begins and ends
	line    int32  // of the header
	text    string
}

type sevenZipPart int

const (
	beforeTable sevenZipPart = iota
	atRule                   // the line after the header
	inTable
	atTotals
	afterTable
)

type sevenZipColumn struct {
	tag        string
	algorithm  digest.Algorithm // Unknown: not supported
	begin, end int
}

func startsSevenZip(p *parser) bool {
	begun, first := false, true
	for line := range p.sample.lines(0) {
		if begun {
			return strings.Trim(line, "- ") == ""
		}
		begun = sevenZipHeader(line) != nil
		switch {
		case begun:
		case first && !strings.HasPrefix(line, "7-Zip"), !isSevenZipText(line):
			return false
		}
		first = false
	}
	return false
}

// sevenZipHeader returns the columns with digests, if a line is the header of the table.
func sevenZipHeader(line string) (columns []sevenZipColumn) {
	words := strings.Fields(line)
	last := len(words) - 2
	if last < 1 || words[last] != "Size" || words[last+1] != "Name" {
		return nil
	}
	for _, word := range words[:last] {
		if !isAlgorithm(word) {
			return nil
		}
		a, _ := digest.ByName(word)
		columns = append(columns, sevenZipColumn{tag: word, algorithm: a})
	}
	return columns
}

// isSevenZipText reports whether a line is one of those around the table.
func isSevenZipText(line string) bool {
	for _, start := range []string{"7-Zip", "p7zip Version", "Scanning", "Folders: ", "Files: ", "Size: ", " 64-bit ", "Everything is Ok"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	if word, rest := cutWord(line); isDigits(word) {
		return strings.HasPrefix(rest, " file") || strings.HasPrefix(rest, " folder")
	}
	tag, _, ok := strings.Cut(line, " for data")
	return ok && isAlgorithm(strings.TrimRight(tag, " "))
}

func (p *parser) sevenZip(s string) (Entry, string) {
	z := p.state.(*sevenZip)
	switch z.part {
	case atRule:
		return Entry{}, z.rule(s)
	case inTable:
		if s[0] == '-' {
			z.part = atTotals
			return Entry{}, notAnEntry
		}
		return p.sevenZipRow(z, s)
	case atTotals:
		z.part = afterTable
		if len(strings.Fields(s)) == len(z.columns)+1 { // all but a name
			return Entry{}, notAnEntry
		}
		return Entry{}, notSevenZip
	}
	if columns := sevenZipHeader(s); columns != nil {
		if z.part == afterTable {
			return Entry{}, headerTwice
		}
		z.part, z.columns, z.line, z.text = atRule, columns, p.line, strings.Clone(s)
		return Entry{}, notAnEntry
	}
	if isSevenZipText(s) {
		return Entry{}, notAnEntry
	}
	return Entry{}, notSevenZip
}

// rule reads the dashes under the header, which show where the columns are.
func (z *sevenZip) rule(s string) string {
	z.part = inTable
	at := 0
	for i := 0; i <= len(z.columns); i++ {
		dashes := len(s[at:]) - len(strings.TrimLeft(s[at:], "-"))
		if dashes == 0 || at+dashes >= len(s) || s[at+dashes] != ' ' {
			z.part = afterTable
			return notSevenZip
		}
		if i < len(z.columns) {
			z.columns[i].begin, z.columns[i].end = at, at+dashes
		} else {
			z.size = [2]int{at, at + dashes}
		}
		at += dashes + 1
	}
	return notAnEntry
}

// sevenZipRow reads a line of the table. A directory has neither digests nor a size.
func (p *parser) sevenZipRow(z *sevenZip, s string) (Entry, string) {
	begin := z.size[1] + len("  ")
	if len(s) <= begin {
		return Entry{}, fewColumns
	}
	if strings.Trim(s[:begin], " ") == "" {
		return Entry{}, notAnEntry
	}
	size, ok := parseSize(strings.Trim(s[z.size[0]:z.size[1]], " "))
	if !ok || s[z.size[1]:begin] != "  " {
		return Entry{}, badSize
	}
	e, foreign := Entry{Name: s[begin:], Line: p.line}, ""
	for _, c := range z.columns {
		hex := s[c.begin:c.end]
		switch {
		case s[c.end] != ' ' || strings.Trim(hex, " ") == "":
			return Entry{}, noDigest
		case c.algorithm == digest.Unknown:
			foreign = c.tag
			continue
		}
		if reason, _ := p.addDigest(&e, c.tag, strings.TrimRight(hex, " ")); reason != "" {
			return Entry{}, reason
		}
	}
	if e.Algorithm == digest.Unknown {
		return p.unsupported(e.Name, foreign)
	}
	e.SetSize(size)
	return e, ""
}

// sevenZipEnd reports a table that has no end: it may have been truncated.
func (p *parser) sevenZipEnd() error {
	if z := p.state.(*sevenZip); z.part == atRule || z.part == inTable {
		return p.rejectAt(z.line, z.text, noTableEnd)
	}
	return nil
}
