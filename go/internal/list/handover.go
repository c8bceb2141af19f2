package list

import "strings"

// handing passes on what a list names while it is read.
type handing struct {
	to  func(Entry) error
	err error // that it returned; nothing is handed over after it
}

// unsupportedHex stands in the place of a digest that can't be read.
const unsupportedHex = "?"

// hands reports whether entries are handed over as they are read. A format that adds to
// entries later keeps them until the end.
func (p *parser) hands() bool {
	return p.handing.to != nil && (p.format == nil || !p.format.gathers)
}

func (h *handing) over(e Entry) {
	if h.err == nil {
		h.err = h.to(e)
	}
}

// handOver hands an entry over, if it is not to be kept.
func (p *parser) handOver(e Entry) bool {
	if !p.hands() {
		return false
	}
	p.entries.n++
	p.handing.over(e)
	return true
}

// handUnsupported hands over the name of a line with an algorithm that is not supported.
func (p *parser) handUnsupported(m *Malformed) {
	if m.Name != "" && p.hands() {
		p.handing.over(Entry{Name: m.Name, Hex: unsupportedHex, Line: m.Line})
	}
}

// handUndigested hands over a file without a digest, if it is not to be kept.
func (p *parser) handUndigested(l Listed) bool {
	if !p.hands() {
		return false
	}
	p.handing.over(Entry{Name: l.Name, Line: l.Line})
	return true
}

// handKept hands over, at the end, all that was kept until then.
func (p *parser) handKept(l *List) {
	if p.handing.to == nil || p.hands() {
		return
	}
	for e := range l.Named {
		p.handing.over(e)
	}
	l.Entries, l.Listed = nil, nil
}

// Named yields what a list names, as [Options].Each is handed it.
func (l *List) Named(yield func(Entry) bool) {
	for i := range l.Entries {
		if !yield(l.Entries[i]) {
			return
		}
	}
	for i := range l.Malformed {
		if m := &l.Malformed[i]; m.Name != "" && !yield(Entry{Name: m.Name, Hex: unsupportedHex, Line: m.Line}) {
			return
		}
	}
	for i := range l.Listed {
		if one := &l.Listed[i]; !one.Special && !yield(Entry{Name: one.Name, Line: one.Line}) {
			return
		}
	}
}

// Clone returns a copy of an entry that keeps no other text in memory: the strings of one
// that was read are parts of a block of the list.
func (e *Entry) Clone() Entry {
	text := e.Name + e.Hex
	c := *e
	c.Name, c.Hex = text[:len(e.Name)], text[len(e.Name):]
	if e.more != nil {
		c.more = &more{size: e.more.size}
		for _, d := range e.more.digests {
			c.more.digests = append(c.more.digests, Digest{d.Algorithm, strings.Clone(d.Hex)})
		}
	}
	return c
}
