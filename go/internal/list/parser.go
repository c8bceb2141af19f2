package list

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

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
	options   Options
	sample    sample
	format    *Format // nil: no line has shown it yet
	entry     lineReader
	comments  byte
	entries   chunks
	malformed []Malformed
	damaged   bool  // see [List]
	telling   int   // index of the first malformed line with something like a digest, -1: none
	rejected  int   // bytes of malformed lines before the first entry
	isBinary  bool  // one of these has a NUL
	line      int32 // number of the current line, 1-based
	untagged  untagged
	tags      [2]knownTag // the last ones, which rarely change
	reasons   map[string]string
	armor     armor
	nature    string // what the text is if it has no entry, see natureOf
	encoding  string // of a text that was decoded

	foreign   string   // the name in the current line, if its algorithm is not supported
	why       string   // the reason that says so
	twoSpaces bool     // between digest and name in [Prefixed] lines
	columns   *columns // of [Hashdeep] lines
	raw       bool     // as of a [Format]
	hasNUL    bool     // the block of the current line has one
	state     any      // what the format knows of the lines so far
	listed    []Listed
	handing   handing

	awaited  *Format // the only one that the first entry may show; nil: any
	at, next int64   // where the current line begins and the next one does, in bytes of the text
}

type knownTag struct {
	tag       string
	algorithm digest.Algorithm
}

func newParser(o Options, text sample) *parser {
	return &parser{
		options: o, sample: text, entry: (*parser).undecided, comments: '#', telling: -1,
		line: o.LinesBefore, untagged: untaggedBy(o), reasons: map[string]string{},
		handing: handing{to: o.Each},
	}
}

// lineReader reads one line without leading blanks. It returns the entry, or the
// reason why the line is malformed.
type lineReader func(*parser, string) (Entry, string)

// read reads all lines.
func (p *parser) read(b *blocks) (*List, error) {
	for {
		block, err := b.next()
		if err == io.EOF || p.options.oneEntry && p.entries.n > 0 {
			return p.end()
		}
		if err != nil {
			return nil, fmt.Errorf("reading the list: %w", err)
		}
		if err := p.lines(block, b.at); err != nil {
			return nil, err
		}
		if p.handing.err != nil {
			return nil, p.handing.err
		}
	}
}

// use reads the list by this format from now on.
func (p *parser) use(f *Format) {
	p.format, p.entry, p.comments, p.raw, p.sample = f, f.entry, f.comments, f.raw, sample{}
	if f.state != nil {
		p.state = f.state()
	}
}

// undecided reads a line of a list before its first entry. An entry decides the format;
// otherwise the reason is that of the format that most lists have.
func (p *parser) undecided(s string) (Entry, string) {
	if f := byLine(p, s); f != nil {
		p.foreign = ""
		p.use(f)
		return f.entry(p, s)
	}
	if p.foreign != "" {
		return Entry{}, p.why
	}
	return p.coreutils(s)
}

// unsupported returns the reason why a well-formed line is no entry.
func (p *parser) unsupported(name, algorithm string) (Entry, string) {
	if name == "" {
		return Entry{}, emptyName
	}
	p.foreign, p.why = name, fmt.Sprintf("algorithm %q", algorithm[:min(len(algorithm), maxTag)])
	return Entry{}, p.why
}

// end ends what the last lines left open.
func (p *parser) end() (*List, error) {
	if p.format != nil && p.format.end != nil {
		if err := p.format.end(p); err != nil {
			return nil, err
		}
	}
	p.sortMalformed()
	l, err := p.list()
	if err != nil {
		return nil, err
	}
	p.handKept(l)
	if p.handing.err != nil {
		return nil, p.handing.err
	}
	return l, nil
}

// sortMalformed puts the malformed lines into their order: only later lines show that
// some are.
func (p *parser) sortMalformed() {
	byLine := func(a, b Malformed) int { return cmp.Compare(a.Line, b.Line) }
	if slices.IsSortedFunc(p.malformed, byLine) {
		return
	}
	telling := p.malformed[max(0, p.telling)].Line
	slices.SortStableFunc(p.malformed, byLine)
	p.telling = slices.IndexFunc(p.malformed, func(m Malformed) bool { return m.Line == telling })
}

func (p *parser) list() (*List, error) {
	if p.nature != "" && p.entries.n == 0 && len(p.malformed) > 0 {
		return nil, &Error{Reason: p.nature}
	}
	return &List{
		Entries: p.entries.all(), Malformed: p.malformed, Format: p.format, Damaged: p.damaged, Telling: max(0, p.telling),
		NamedByList: p.format == &Bare && p.entries.n > 0, Listed: p.listed,
	}, nil
}

// lines reads the lines of a block, which begins at a position in the text.
func (p *parser) lines(block string, at int64) error {
	end := byte('\n')
	if p.isZero() {
		end = 0
	}
	p.next = at
	p.hasNUL = strings.IndexByte(block, 0) >= 0
	for block != "" {
		if p.line == math.MaxInt32 {
			return &Error{Reason: "the list has more than 2,147,483,647 lines"}
		}
		p.line++
		line, rest, ended := block, "", false
		if i := strings.IndexByte(block, end); i >= 0 {
			line, rest, ended = block[:i], block[i+1:], true
		}
		p.at, p.next = p.next, p.next+int64(len(block)-len(rest))
		block = rest
		if err := p.add(line, ended); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) isZero() bool { return p.format != nil && p.format.zero }

// add adds one line.
func (p *parser) add(line string, ended bool) error {
	switch {
	case len(line) > MaxLine+1:
		return p.reject(line, tooLong)
	case !p.isZero():
		return p.addText(strings.TrimSuffix(line, "\r"))
	case len(line) > MaxLine:
		return p.reject(line, tooLong)
	case !ended:
		return p.reject(line, noNUL)
	case line == "":
		return p.reject(line, notADigest)
	}
	return p.addEntry(line, line)
}

// addText adds a line of text. The limits apply to comments too: the rest of a line
// that is too long was skipped unseen.
func (p *parser) addText(line string) error {
	switch {
	case len(line) > MaxLine:
		return p.reject(line, tooLong)
	case p.hasNUL && strings.IndexByte(line, 0) >= 0:
		return p.reject(line, hasNUL)
	case p.encoding != "" && !utf8.ValidString(line):
		return p.reject(line, "not valid "+p.encoding)
	case line != "" && line[0] == p.comments:
		p.untagged.comment(line, p.line)
		return nil
	}
	if line == "" {
		return nil
	}
	text := line
	if line[0] == ' ' || line[0] == '\t' { // of most lines there is nothing to trim
		text = strings.TrimLeft(line, blanks)
	}
	switch {
	case text == "":
		return nil
	case p.raw:
		text = line
	}
	return p.addEntry(line, text)
}

// addEntry adds a line that should be an entry. text is without leading blanks.
func (p *parser) addEntry(line, text string) error {
	e, reason := p.entry(p, text)
	switch {
	case reason == notAnEntry:
		return nil
	case reason != "":
		if err := p.untagged.refuse(reason); err != nil {
			return err
		}
		return p.reject(line, reason)
	}
	p.emit(e)
	return nil
}

// emit adds an entry.
func (p *parser) emit(e Entry) {
	e.Name = p.slashed(e.Name)
	if !p.handOver(e) {
		p.entries.add(e)
	}
}

// slashed returns a name in which backslashes are slashes, if the options say so.
func (p *parser) slashed(name string) string {
	if p.options.Backslash && strings.IndexByte(name, '\\') >= 0 {
		return strings.ReplaceAll(name, `\`, "/")
	}
	return name
}

// undigested adds a file that has no digest.
func (p *parser) undigested(name string, line int32) {
	one := Listed{Name: p.slashed(name), Line: line}
	if !p.handUndigested(one) {
		p.listed = append(p.listed, one)
	}
}

func (p *parser) reject(line, reason string) error { return p.rejectAt(p.line, line, reason) }

// rejectAt records a malformed line. It copies the text, which would otherwise keep
// a whole block in memory. The armor of a signed list counts as one line, its first.
func (p *parser) rejectAt(number int32, line, reason string) error {
	foreign := p.foreign
	p.foreign = ""
	switch p.armor.part(line, number) {
	case armorStart:
		reason = isSigned
	case signifyStart:
		reason = isSignify
	case armorRest:
		return nil
	}
	if (p.telling < 0 || !p.damaged) && (holdsDigest(line) || isTagged(line)) {
		p.damaged = p.damaged || reason != noName
		if p.telling < 0 {
			p.telling = len(p.malformed)
		}
	}
	p.malformed = append(p.malformed, Malformed{
		Line:   number,
		Reason: p.shared(reason),
		Text:   strings.Clone(line[:min(len(line), maxText)]),
		Alone:  reason == noName,
		Name:   strings.Clone(foreign),
	})
	p.handUnsupported(&p.malformed[len(p.malformed)-1])
	if p.entries.n == 0 {
		p.rejected += len(line) + 1
		p.isBinary = p.isBinary || strings.IndexByte(line[:min(len(line), MaxLine)], 0) >= 0
	}
	return p.giveUp()
}

// holdsDigest reports whether a line has enough hex digits for one in a row, maybe in
// groups, as gpg --print-md and certutil write them.
func holdsDigest(line string) bool {
	run := 0
	for i := range len(line) {
		switch c := line[i]; {
		case isHex[c]:
			run++
			if run == shortest {
				return true
			}
		case c != ' ':
			run = 0
		}
	}
	return false
}

// isTagged reports whether a line is tagged with a supported algorithm, though its
// digest may be damaged.
func isTagged(line string) bool {
	tag, rest, ok := cutTag(line)
	if !ok {
		return false
	}
	_, isAlgorithm := digest.ByName(tag)
	_, _, ok = cutTagged(rest)
	return isAlgorithm && ok
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
	first := p.malformed[max(0, p.telling)]
	switch {
	case p.entries.n == 0 && p.nature != "" && (bad > maxGarbage || p.isGarbage()):
		return &Error{Reason: p.nature}
	case p.entries.n == 0 && p.isGarbage():
		return &Error{Damaged: p.damaged, Reason: fmt.Sprintf("not a checksum list: NUL bytes and no valid entry; line %d: %s", first.Line, first.Reason)}
	case bad > maxGarbage && p.entries.n == 0:
		return &Error{Damaged: p.damaged, Reason: fmt.Sprintf("not a checksum list: no valid entry in %d lines; line %d: %s",
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
