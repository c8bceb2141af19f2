package list

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

const (
	maxText      = 80        // bytes of a malformed line that are kept
	maxGarbage   = 1000      // malformed lines without any entry; with more, the text is not a list
	maxMalformed = 1_000_000 // malformed lines in a list; each takes far more memory than a short line itself
	maxReasons   = 1000      // different reasons kept; a reason that quotes its line may be unique
)

// parser turns lines into the entries of one list.
type parser struct {
	entry     lineReader
	entries   chunks
	malformed []Malformed
	rejected  int   // bytes of malformed lines before the first entry
	isBinary  bool  // one of these has a NUL
	line      int32 // number of the current line, 1-based
	untagged  untagged
	tag       string           // the last tag, kept because it rarely changes
	tagged    digest.Algorithm // the algorithm of tag
	reasons   map[string]string
	armor     armor
	nature    string // what the text is if it has no entry, see natureOf
}

func newParser(o Options, nature string, entry lineReader) *parser {
	return &parser{entry: entry, untagged: untaggedBy(o), reasons: map[string]string{}, nature: nature}
}

// lineReader reads one line without leading blanks. It returns the entry, or the
// reason why the line is malformed.
type lineReader func(*parser, string) (Entry, string)

// readLines reads a list with one entry per line.
func readLines(b *blocks, o Options, entry lineReader) (*List, error) {
	p := newParser(o, b.nature, entry)
	for {
		block, err := b.next()
		if err == io.EOF || o.oneEntry && p.entries.n > 0 {
			return p.list()
		}
		if err != nil {
			return nil, fmt.Errorf("reading the list: %w", err)
		}
		if err := p.lines(block); err != nil {
			return nil, err
		}
	}
}

func (p *parser) list() (*List, error) {
	if p.nature != "" && p.entries.n == 0 && len(p.malformed) > 0 {
		return nil, &Error{Reason: p.nature}
	}
	return &List{Entries: p.entries.all(), Malformed: p.malformed}, nil
}

func (p *parser) lines(block string) error {
	for block != "" {
		if p.line == math.MaxInt32 {
			return &Error{Reason: "the list has more than 2,147,483,647 lines"}
		}
		p.line++
		var line string
		line, block, _ = strings.Cut(block, "\n")
		if err := p.add(strings.TrimSuffix(line, "\r")); err != nil {
			return err
		}
	}
	return nil
}

// add adds one line. The limits apply to comments too: the rest of a line that is
// too long was skipped unseen.
func (p *parser) add(line string) error {
	switch {
	case len(line) > MaxLine:
		return p.reject(line, tooLong)
	case strings.IndexByte(line, 0) >= 0:
		return p.reject(line, hasNUL)
	case strings.HasPrefix(line, "#"):
		p.untagged.comment(line, p.line)
		return nil
	}
	text := strings.TrimLeft(line, blanks)
	if text == "" {
		return nil
	}
	e, reason := p.entry(p, text)
	if reason != "" {
		if err := p.untagged.refuse(reason); err != nil {
			return err
		}
		return p.reject(line, reason)
	}
	p.entries.add(e)
	return nil
}

// reject records a malformed line. It copies the text, which would otherwise keep
// a whole block in memory. The armor of a signed list counts as one line, its first.
func (p *parser) reject(line, reason string) error {
	switch p.armor.part(line, p.line) {
	case armorStart:
		reason = isSigned
	case armorRest:
		return nil
	}
	p.malformed = append(p.malformed, Malformed{
		Line:   p.line,
		Reason: p.shared(reason),
		Text:   strings.Clone(line[:min(len(line), maxText)]),
	})
	if p.entries.n == 0 {
		p.rejected += len(line) + 1
		p.isBinary = p.isBinary || strings.IndexByte(line[:min(len(line), MaxLine)], 0) >= 0
	}
	return p.giveUp()
}

// shared returns the kept copy of a reason.
func (p *parser) shared(reason string) string {
	if kept, ok := p.reasons[reason]; ok {
		return kept
	}
	if len(p.reasons) == maxReasons {
		return manyReasons
	}
	p.reasons[reason] = reason
	return reason
}

func (p *parser) giveUp() error {
	bad := len(p.malformed)
	first := p.malformed[0]
	switch {
	case p.entries.n == 0 && p.nature != "" && (bad > maxGarbage || p.isGarbage()):
		return &Error{Reason: p.nature}
	case p.entries.n == 0 && p.isGarbage():
		return &Error{Reason: fmt.Sprintf("not a checksum list: NUL bytes and no valid entry; line %d: %s", first.Line, first.Reason)}
	case bad > maxGarbage && p.entries.n == 0:
		return &Error{Reason: fmt.Sprintf("not a checksum list: no valid entry in %d lines; line %d: %s",
			bad, first.Line, first.Reason)}
	case bad > maxMalformed:
		return &Error{Reason: fmt.Sprintf("more than %d malformed lines; line %d: %s",
			maxMalformed, first.Line, first.Reason)}
	}
	return nil
}

// isGarbage reports whether the text is none of a list: a damaged list has its first
// entry sooner.
func (p *parser) isGarbage() bool { return p.isBinary && p.rejected > MaxLine }
