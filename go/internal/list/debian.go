package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Debian is the format of a repository's Release, and of .dsc, .changes and .buildinfo:
// fields, of which some are blocks of lines with a digest, a size and a name.
var Debian = Format{
	Name: "debian", starts: startsDebian, entry: (*parser).debian, comments: '#', raw: true,
	state: func() any { return &debian{seen: map[string]bool{}} }, end: (*parser).debianEnd, gathers: true,
}

type debian struct {
	gathered
	seen      map[string]bool  // names of blocks
	block     string           // the field of the current line, if it is a block
	algorithm digest.Algorithm // of the block; Unknown: not supported
	changes   bool             // the list is a .changes, which has more columns in "Files"
	entries   int              // before the block
}

// startsDebian needs fields from the first line on, and a block among them.
func startsDebian(p *parser) bool {
	inBlock := false
	for line := range strings.SplitSeq(p.sample.text, "\n") {
		line = strings.TrimRight(line, blanks+"\r")
		switch {
		case line == "", line[0] == '#', strings.HasPrefix(line, "-----BEGIN PGP SIGNED"):
		case line[0] != ' ' && line[0] != '\t':
			name, value, ok := cutFieldName(line)
			if !ok {
				return false
			}
			_, isBlock := blockAlgorithm(name)
			inBlock = isBlock && value == ""
		case inBlock:
			return isBlockLine(line)
		}
	}
	return false
}

// isBlockLine reports whether a line looks like one with a digest and a size.
func isBlockLine(s string) bool {
	hex, rest := nextWord(s)
	size, rest := nextWord(rest)
	return len(hex) >= shortest && hexDigits(hex) == len(hex) && isDigits(size) && rest != ""
}

// cutFieldName splits "Name: value".
func cutFieldName(line string) (name, value string, ok bool) {
	i := strings.IndexByte(line, ':')
	if i <= 0 || !isTag(line[:i]) {
		return "", "", false
	}
	return line[:i], strings.Trim(line[i+1:], blanks), true
}

// blockAlgorithm returns the algorithm of a field, and whether it is a block of digests.
func blockAlgorithm(field string) (a digest.Algorithm, isBlock bool) {
	name := strings.ToLower(field)
	switch name {
	case "md5sum", "files":
		return digest.MD5, true
	}
	name, isChecksums := strings.CutPrefix(name, "checksums-")
	a, ok := digest.ByName(name)
	return a, ok || isChecksums || foreignByName(name) != nil
}

func (p *parser) debian(s string) (Entry, string) {
	d := p.state.(*debian)
	if s[0] != ' ' && s[0] != '\t' {
		return Entry{}, d.field(p, s)
	}
	switch {
	case d.block != "":
		return Entry{}, d.line(p, s)
	case isBlockLine(s):
		return Entry{}, outsideBlock
	}
	return Entry{}, notAnEntry
}

// field begins a field.
func (d *debian) field(p *parser, s string) string {
	d.block = ""
	name, value, ok := cutFieldName(s)
	if !ok {
		return notAField
	}
	a, isBlock := blockAlgorithm(name)
	switch {
	case strings.EqualFold(name, "Directory"):
		return isSources
	case !isBlock:
		d.changes = d.changes || strings.EqualFold(name, "Distribution") || strings.EqualFold(name, "Changes")
		return notAnEntry
	case value != "":
		return badBlock
	}
	d.block, d.algorithm, d.entries = strings.ToLower(name), a, p.entries.n
	d.last = -1
	if d.seen[d.block] {
		return blockTwice
	}
	d.seen[d.block] = true
	return notAnEntry
}

// line reads "HEX SIZE NAME", or "HEX SIZE SECTION PRIORITY NAME" in the files of .changes.
func (d *debian) line(p *parser, s string) string {
	var words [5]string
	n, rest := 0, strings.TrimLeft(s, blanks)
	for ; rest != "" && n < len(words); n++ {
		words[n], rest = cutWord(rest)
		rest = strings.TrimLeft(rest, blanks)
	}
	columns := 3
	if d.changes && d.block == "files" {
		columns = 5
	}
	size, ok := parseSize(words[1])
	switch {
	case rest != "" || n != columns:
		return badBlockLine
	case !ok:
		return badSize
	}
	name := words[n-1]
	if d.algorithm == digest.Unknown {
		if len(words[0]) < leastHex || hexDigits(words[0]) < len(words[0]) {
			return badBlockLine
		}
		_, reason := p.unsupported(name, strings.TrimPrefix(d.block, "checksums-"))
		p.foreign = ""
		d.unsupported(p, name, reason, s)
		return notAnEntry
	}
	if reason := badTaggedDigest(d.algorithm, words[0]); reason != "" {
		return reason
	}
	return d.add(p, name, Digest{d.algorithm, words[0]}, size)
}

// add adds a digest and a size to a file. The first block has only new files.
func (d *debian) add(p *parser, name string, dig Digest, size int64) string {
	slashed := p.slashed(name)
	if d.entries == 0 {
		d.start(p, slashed, dig)
		p.entries.at(d.gathered.last).SetSize(size)
		return notAnEntry
	}
	if e := d.find(p, slashed); e != nil {
		if before, ok := e.Size(); ok && before != size {
			return sizesDiffer
		}
	}
	d.digest(p, name, dig)
	p.entries.at(d.gathered.last).SetSize(size)
	return notAnEntry
}

func (p *parser) debianEnd() error { return p.state.(*debian).end(p) }
