package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// PowerShell is the format of Get-FileHash, as a list, a table or CSV. Each has the
// properties Algorithm, Hash and Path, or only the last two.
var PowerShell = Format{
	Name: "powershell", starts: startsPowerShell, entry: (*parser).powerShell,
	raw: true, state: func() any { return &powerShell{} }, end: (*parser).powerShellEnd,
}

type powerShell struct {
	shape   shape
	columns []string // of a table or CSV
	file    properties
}

type shape int

const (
	noShape shape = iota
	listShape
	tableShape
	csvShape
)

// properties are those of one file.
type properties struct {
	algorithm, hash, path string
	line                  int32
	text                  string // the first line
	wrapped               bool   // one of its lines continues in the next one, which was reported
}

func startsPowerShell(p *parser) bool {
	for line := range p.sample.lines(0) {
		if strings.HasPrefix(line, csvType) {
			continue
		}
		if key, value, ok := cutProperty(line); ok {
			return key == "Algorithm" && isAlgorithm(value) || key == "Hash" && hexDigits(value) >= shortest
		}
		_, shape := shapeOf(line)
		return shape != noShape
	}
	return false
}

const csvHeader = `"Algorithm","Hash","Path"`

const csvType = "#TYPE " // what Windows PowerShell writes before CSV

// shapeOf returns the columns that a line is the header of, if it is one.
func shapeOf(line string) ([]string, shape) {
	if line == "" || strings.IndexByte(`"AHP`, line[0]) < 0 {
		return nil, noShape
	}
	words, s := strings.Fields(line), tableShape
	if strings.IndexByte(line, ',') >= 0 {
		words, s = make([]string, 1+strings.Count(line, ",")), csvShape
		if cutFields(line, words) != "" {
			return nil, noShape
		}
	}
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] || w != "Algorithm" && w != "Hash" && w != "Path" {
			return nil, noShape
		}
		seen[w] = true
	}
	if !seen["Hash"] || !seen["Path"] || s == tableShape && words[len(words)-1] != "Path" {
		return nil, noShape
	}
	return words, s
}

// cutProperty splits "Hash      : HEX".
func cutProperty(s string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(s, ":")
	key = strings.TrimRight(key, " ")
	return key, strings.Trim(value, blanks), ok && (key == "Algorithm" || key == "Hash" || key == "Path")
}

func (p *parser) powerShell(s string) (Entry, string) {
	f := p.state.(*powerShell)
	if columns, shape := shapeOf(s); shape != noShape && (f.shape != csvShape || len(s) <= len(csvHeader)) {
		if f.shape != noShape {
			return Entry{}, headerTwice
		}
		f.columns, f.shape = columns, shape
		return Entry{}, notAnEntry
	}
	switch f.shape {
	case tableShape:
		return p.tableRow(f, s)
	case csvShape:
		return p.csvRow(f, s)
	}
	if f.shape == noShape && strings.HasPrefix(s, csvType) {
		return Entry{}, notAnEntry
	}
	return p.property(f, s)
}

// property reads a line of a list. A property that was there already begins the next file.
func (p *parser) property(f *powerShell, s string) (Entry, string) {
	key, value, ok := cutProperty(s)
	if !ok {
		f.file.wrapped = f.file.wrapped || s[0] == ' '
		return Entry{}, notAProperty
	}
	f.shape = listShape
	if f.file.get(key) != "" {
		if err := p.finish(f); err != nil {
			return Entry{}, manyReasons // as in printMD
		}
	}
	if f.file.text == "" {
		f.file.line, f.file.text = p.line, s
	}
	if value == "" {
		f.file.wrapped = true
		return Entry{}, emptyProperty
	}
	f.file.set(key, value)
	return Entry{}, notAnEntry
}

func (f *properties) get(key string) string {
	switch key {
	case "Algorithm":
		return f.algorithm
	case "Hash":
		return f.hash
	}
	return f.path
}

func (f *properties) set(key, value string) {
	switch key {
	case "Algorithm":
		f.algorithm = value
	case "Hash":
		f.hash = value
	default:
		f.path = value
	}
}

// finish adds the file whose properties were read.
func (p *parser) finish(f *powerShell) error {
	file := f.file
	f.file = properties{}
	if file.text == "" || file.wrapped {
		return nil
	}
	e, reason := p.hashed(&file)
	if reason != "" {
		return p.rejectAt(file.line, file.text, reason)
	}
	p.emit(e)
	return nil
}

// hashed returns the entry of a file.
func (p *parser) hashed(f *properties) (Entry, string) {
	switch {
	case f.hash == "":
		return Entry{}, noDigest
	case f.path == "":
		return Entry{}, noName
	}
	a, reason := digest.Unknown, ""
	if f.algorithm == "" {
		digits := hexDigits(f.hash)
		if digits < len(f.hash) {
			return Entry{}, notHex(f.hash, digits)
		}
		a, reason = p.untagged.algorithm(digits)
	} else if a = p.byTag(f.algorithm); a != digest.Unknown {
		reason = badTaggedDigest(a, f.hash)
	} else if isForeignDigest(f.algorithm, f.hash) {
		return p.unsupported(f.path, f.algorithm)
	} else {
		reason = unsupported(f.algorithm)
	}
	return Entry{Name: f.path, Hex: f.hash, Line: f.line, Algorithm: a}, reason
}

// tableRow reads a line of a table. Its last column is the path, which a narrow table cuts off.
func (p *parser) tableRow(f *powerShell, s string) (Entry, string) {
	if strings.Trim(s, "- ") == "" {
		return Entry{}, notAnEntry
	}
	file, last := properties{line: p.line}, len(f.columns)-1
	var word string
	rest := s
	for _, column := range f.columns[:last] {
		word, rest = nextWord(rest)
		file.set(column, word)
	}
	file.path = strings.Trim(rest, blanks)
	if strings.HasSuffix(file.path, "...") || strings.HasSuffix(file.path, "…") {
		return Entry{}, cutOff
	}
	return p.hashed(&file)
}

func (p *parser) csvRow(f *powerShell, s string) (Entry, string) {
	var all [3]string
	fields := all[:len(f.columns)]
	if reason := cutFields(s, fields); reason != "" {
		return Entry{}, reason
	}
	file := properties{line: p.line}
	for i, column := range f.columns {
		file.set(column, fields[i])
	}
	return p.hashed(&file)
}

func (p *parser) powerShellEnd() error { return p.finish(p.state.(*powerShell)) }
