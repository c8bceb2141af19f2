package list

import (
	"fmt"
	"strings"
)

// Distinfo is the format of distinfo in the ports of FreeBSD and OpenBSD and in pkgsrc:
// tagged lines, with the size of a file in a line of its own.
var Distinfo = Format{
	Name: "distinfo", starts: startsDistinfo, entry: (*parser).distinfo, comments: '#',
	state: func() any { return &distinfo{} }, end: (*parser).distinfoEnd, gathers: true, write: distinfoLines, several: true,
}

type distinfo struct{ gathered }

// startsDistinfo needs a line that lists of tagged lines alone don't have.
func startsDistinfo(p *parser) bool {
	shown, digests := false, 0
	for line := range p.sample.lines('#') {
		if isDistinfoHead(line) {
			shown = true
			continue
		}
		tag, rest, ok := cutTag(line)
		if _, _, isWhole := cutTagged(rest); !ok || !isWhole {
			return false
		}
		if strings.EqualFold(tag, "size") {
			shown = true
		} else {
			digests++
		}
		if shown && digests > 0 {
			return true
		}
	}
	return false
}

// isDistinfoHead reports whether a line is the date of a list: "TIMESTAMP = 1700000000"
// or "$NetBSD: distinfo,v 1.5 …$".
func isDistinfoHead(s string) bool {
	if seconds, ok := strings.CutPrefix(s, "TIMESTAMP = "); ok {
		return isDigits(strings.TrimRight(seconds, blanks))
	}
	s = strings.TrimRight(s, blanks)
	return s == "$NetBSD$" || strings.HasPrefix(s, "$NetBSD:") && strings.HasSuffix(s, "$") && len(s) > len("$NetBSD:")
}

func (p *parser) distinfo(s string) (Entry, string) {
	if isDistinfoHead(s) {
		return Entry{}, notAnEntry
	}
	d := p.state.(*distinfo)
	tag, rest, ok := cutTag(s)
	if !ok {
		return Entry{}, notDistinfo
	}
	if strings.EqualFold(tag, "size") {
		return Entry{}, d.sized(p, s, rest)
	}
	e, reason := p.taggedEntry(tag, rest, false)
	switch {
	case p.foreign != "":
		p.foreign = ""
		name, _, _ := cutTagged(rest)
		d.unsupported(p, name, reason, s)
	case reason != "":
		return Entry{}, reason
	default:
		d.digest(p, e.Name, e.Digest(0))
	}
	return Entry{}, notAnEntry
}

// sized reads what follows the parenthesis of "SIZE (NAME) = BYTES" and of
// "Size (NAME) = BYTES bytes".
func (d *distinfo) sized(p *parser, s, rest string) string {
	name, text, ok := cutTagged(rest)
	size, isSize := parseSize(strings.TrimSuffix(text, " bytes"))
	switch {
	case !ok:
		return halfTagged
	case name == "":
		return emptyName
	case !isSize:
		return badSize
	}
	if reason := d.size(p, name, size, s); reason != "" {
		return reason
	}
	return notAnEntry
}

func (p *parser) distinfoEnd() error { return p.state.(*distinfo).end(p) }

// distinfoLines returns the lines of FreeBSD for an entry.
func distinfoLines(e *Entry) []byte {
	size, ok := e.Size()
	if !ok || !isOneLine(e.Name) {
		return nil
	}
	var lines []byte
	for i := range e.Digests() {
		d := e.Digest(i)
		lines = fmt.Appendf(lines, "%s (%s) = %s\n", d.Algorithm.Tag(), e.Name, d.Hex)
	}
	return fmt.Appendf(lines, "SIZE (%s) = %d\n", e.Name, size)
}
