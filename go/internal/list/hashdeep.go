package list

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Hashdeep is the format of hashdeep: a header names the columns, of which the last
// is the name.
var Hashdeep = Format{
	Name: "hashdeep", lines: true, starts: startsHashdeep, entry: (*parser).hashdeep, comments: '#',
	write: hashdeepLine, header: hashdeepHeader, several: true,
}

const (
	hashdeepVersion = "%%%% HASHDEEP-1.0"
	hashdeepColumns = "%%%% size,"
)

func startsHashdeep(p *parser) bool { return strings.HasPrefix(p.sample.text, "%%%% HASHDEEP-") }

// columns are the digests of each line, between its size and its name.
type columns struct {
	names      []string
	algorithms []digest.Algorithm // Unknown: not supported
	versioned  bool               // the line with the version was the last one
}

func (p *parser) hashdeep(s string) (Entry, string) {
	if strings.HasPrefix(s, "%") {
		return Entry{}, p.hashdeepHead(strings.TrimRight(s, blanks))
	}
	c := p.columns
	if c == nil || c.names == nil {
		return Entry{}, noColumns
	}
	return p.hashdeepEntry(c, s)
}

// hashdeepHead reads a line of the header. Where two lists are joined, there is another.
func (p *parser) hashdeepHead(s string) string {
	if s == hashdeepVersion {
		p.columns = &columns{versioned: true}
		return notAnEntry
	}
	list, ok := strings.CutPrefix(s, hashdeepColumns)
	if !ok || p.columns == nil || !p.columns.versioned {
		return badHeader
	}
	c := &columns{names: strings.Split(list, ",")}
	last := len(c.names) - 1
	if last < 1 || c.names[last] != "filename" {
		return badHeader
	}
	c.names = c.names[:last]
	var seen digest.Set
	for _, name := range c.names {
		a, _ := digest.ByName(name)
		if name == "" || a != digest.Unknown && seen.With(a) == seen {
			return badHeader
		}
		if a != digest.Unknown {
			seen = seen.With(a)
		}
		c.algorithms = append(c.algorithms, a)
	}
	p.columns = c
	return notAnEntry
}

func (p *parser) hashdeepEntry(c *columns, s string) (Entry, string) {
	text, rest, ok := strings.Cut(s, ",")
	size, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || !isDigits(text) {
		return Entry{}, badSize
	}
	e := Entry{Line: p.line}
	for i, a := range c.algorithms {
		var hex string
		if hex, rest, ok = strings.Cut(rest, ","); !ok {
			return Entry{}, fewColumns
		}
		if a == digest.Unknown {
			if hexDigits(hex) < len(hex) || hex == "" {
				return Entry{}, fmt.Sprintf("the column %q is not a digest", c.names[i])
			}
			continue
		}
		if reason := badTaggedDigest(a, hex); reason != "" {
			return Entry{}, reason
		}
		if e.Algorithm == digest.Unknown {
			e.Algorithm, e.Hex = a, hex
		} else {
			e.AddDigest(Digest{a, hex})
		}
	}
	if rest == "" {
		return Entry{}, emptyName
	}
	if e.Algorithm == digest.Unknown {
		return p.unsupported(rest, c.names[0])
	}
	e.Name = rest
	e.SetSize(size)
	return e, ""
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func hashdeepHeader(first *Entry) []byte {
	text := hashdeepVersion + "\n" + hashdeepColumns
	for i := range first.Digests() {
		text += first.Digest(i).Algorithm.String() + ","
	}
	return []byte(text + "filename\n")
}

func hashdeepLine(e *Entry) []byte {
	size, ok := e.Size()
	if !ok || !isOneLine(e.Name) {
		return nil
	}
	line := strconv.AppendInt(nil, size, 10)
	for i := range e.Digests() {
		line = append(append(line, ','), e.Digest(i).Hex...)
	}
	return append(append(append(line, ','), e.Name...), '\n')
}
