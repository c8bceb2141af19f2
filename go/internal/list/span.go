package list

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Span is a part of a list that can be read by itself, with the entries, the malformed lines
// and the line numbers that it has in the whole list. It is read with the same [Options] as that.
type Span struct {
	Format *Format // nil: the list is read as a whole, by its content
	// Head is the number of bytes at the start of the list that say how the others are read,
	// up to the end of its first entry. It is 0 for the first span.
	Head     int64
	From, To int64 // the bytes of the span in the list, without To
	// Line and Last are the first line of the span, and the last one. Last is 0 if the span has all lines of its
	// bytes. Otherwise these are those of the whole list, because its lines depend on each other.
	Line, Last int32
	Sum        [sha256.Size]byte // SHA-256 of the head and the bytes

	Entries     int64
	Size        int64  // of its files, in bytes; -1: the list does not tell it for each of them
	Least, Most string // the first and the last of all names that it has, in the order of bytes
	Odd         bool   // one of them is not written as a plain name beneath a directory, such as "./a"
}

// ErrChanged says that a list has other bytes than those of which a span was made.
var ErrChanged = errors.New("the list has changed since it was cut")

// Read reads a span of a list. The error is [ErrChanged] if the list is another one now.
func (s *Span) Read(r io.ReaderAt, o Options) (*List, error) {
	sum := sha256.New()
	l, err := s.parse(io.TeeReader(io.NewSectionReader(r, 0, s.Head), sum), io.TeeReader(io.NewSectionReader(r, s.From, s.To-s.From), sum), o)
	var refused *Error
	switch isRefused := errors.As(err, &refused); {
	case err != nil && !isRefused:
		return nil, err
	case [sha256.Size]byte(sum.Sum(nil)) != s.Sum: // also where it is refused early: then it is not what was cut
		return nil, ErrChanged
	}
	return l, err
}

// parse reads the head of a list, of which it keeps only what the parser knows then, and the rest.
func (s *Span) parse(head, rest io.Reader, o Options) (*List, error) {
	if s.Format == nil {
		l, err := Parse(rest, o)
		if err == nil && s.Last > 0 {
			l.keepLines(s.Line, s.Last)
		}
		return l, err
	}
	p := newParser(o, sample{})
	if p.awaited = s.Format; s.Format.starts != nil {
		p.use(s.Format)
	}
	b := newBlocks(rest, blockSize)
	if s.Head > 0 {
		if err := p.readHead(head); err != nil {
			return nil, err
		}
	} else if err := b.start(); err != nil {
		return nil, err
	}
	p.nature, p.encoding = b.nature, b.encoding
	b.zero, p.line = p.isZero(), s.Line-1
	return p.read(b)
}

// readHead reads the start of a list up to its first entry.
func (p *parser) readHead(head io.Reader) error {
	b := newBlocks(head, blockSize)
	if err := b.start(); err != nil {
		return err
	}
	b.zero = p.isZero()
	if _, err := p.read(b); err != nil {
		return err
	}
	p.entries, p.malformed, p.listed, p.damaged, p.telling = chunks{n: p.entries.n}, nil, nil, false, -1
	return nil
}

// keepLines removes what is on other lines.
func (l *List) keepLines(first, last int32) {
	is := func(line int32) bool { return first <= line && line <= last }
	l.Entries = slices.DeleteFunc(l.Entries, func(e Entry) bool { return !is(e.Line) })
	l.Malformed = slices.DeleteFunc(l.Malformed, func(m Malformed) bool { return !is(m.Line) })
	l.Listed = slices.DeleteFunc(l.Listed, func(one Listed) bool { return !is(one.Line) })
	l.Telling = 0
}

// Cutting is a list that was cut.
type Cutting struct {
	Spans   []Span
	Size    int64             // of the list, in bytes
	Sum     [sha256.Size]byte // SHA-256 of the list
	Entries int64
	Rest    *List // what else it has, but for names of files without a digest
}

// Place is a place in a list at which a span may begin, before an entry.
type Place struct {
	Span  *Span // the one before it, which has entries
	Done  int64 // entries before it
	Bytes int64 // in their files; -1: the list does not tell it for each of them
	Size  int64 // of the file of the entry; -1: not known
}

// Cut reads a list to its end, and cuts it into spans that have all of it. begins says whether one
// begins at a place. The memory that Cut needs does not grow with the list, except where its lines
// depend on each other.
func Cut(r io.ReadSeeker, o Options, begins func(Place) bool) (*Cutting, error) {
	c := &cutter{begins: begins}
	if err := c.stream(r, o); err != nil {
		return nil, err
	}
	if c.stateful {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		l, err := Parse(r, o)
		if err != nil {
			return nil, err
		}
		c.kept = l.Entries
	}
	if len(c.kept) > 0 {
		c.byLines(o)
	}
	for _, l := range append(c.others, c.Rest.Listed...) {
		c.widen(l)
	}
	return c.digest(r)
}

// cutter makes the spans of a list.
type cutter struct {
	Cutting
	begins   func(Place) bool
	bytes    int64 // in the files of the entries so far
	parser   *parser
	state    readingState // after the first entry
	head     int64        // the end of the first entry
	stateful bool         // lines depend on those before them
	kept     []Entry      // of a list that can only be read as a whole
	others   []Listed     // names on lines without an entry
}

// readingState is what the lines so far mean for the next one.
type readingState struct {
	untagged  untagged
	armor     armor
	columns   *columns
	twoSpaces bool
}

func (p *parser) readingState() readingState {
	return readingState{p.untagged, p.armor, p.columns, p.twoSpaces}
}

// stream cuts a list whose lines can be read one by one. It finds out whether they can.
func (c *cutter) stream(r io.Reader, o Options) error {
	sum := &sizedSum{Hash: sha256.New()}
	b := newBlocks(io.TeeReader(r, sum), blockSize)
	o.Each = func(e Entry) error { c.take(e); return nil }
	var err error
	if c.parser, err = begin(b, o); err != nil {
		return err
	}
	if c.Rest, err = c.parser.read(b); err != nil {
		return err
	}
	c.Size, c.Sum = sum.size, [sha256.Size]byte(sum.Sum(nil))
	if len(c.Spans) == 0 {
		c.Spans = []Span{{Line: o.LinesBefore + 1}}
	}
	last := &c.Spans[len(c.Spans)-1]
	last.To = c.Size
	last.keepNames()
	return nil
}

// take takes what [Options].Each is handed.
func (c *cutter) take(e Entry) {
	switch {
	case e.Algorithm == digest.Unknown:
		c.others = append(c.others, Listed{Name: strings.Clone(e.Name), Line: e.Line})
	case !c.parser.format.lines || c.parser.encoding != "":
		c.kept = append(c.kept, e)
	default:
		c.entry(e)
	}
}

// widen adds the name on a line that has no entry to the span with the line.
func (c *cutter) widen(l Listed) {
	i, found := slices.BinarySearchFunc(c.Spans, l.Line, func(s Span, line int32) int { return cmp.Compare(s.Line, line) })
	if !found {
		i = max(0, i-1)
	}
	c.Spans[i].widen(l.Name, c.Spans[i].Entries == 0)
}

// sizedSum counts the bytes of a digest.
type sizedSum struct {
	hash.Hash
	size int64
}

func (s *sizedSum) Write(b []byte) (int, error) {
	s.size += int64(len(b))
	return s.Hash.Write(b)
}

// entry adds the entry of the parser's current line.
func (c *cutter) entry(e Entry) {
	p := c.parser
	if c.Entries == 0 {
		c.state, c.head = p.readingState(), p.next
		c.Spans = []Span{{Format: p.format, Line: p.options.LinesBefore + 1}}
	} else if c.stateful = c.stateful || p.readingState() != c.state; c.stateful {
		return
	}
	c.add(&e, p.at)
}

// add adds an entry to the last span, or to a new one that begins with its line.
func (c *cutter) add(e *Entry, at int64) {
	size, ok := e.Size()
	if !ok {
		size = -1
	}
	last := &c.Spans[len(c.Spans)-1]
	if last.Entries > 0 && c.begins(Place{last, c.Entries, c.bytes, size}) {
		last.To = at
		last.keepNames()
		c.Spans = append(c.Spans, Span{Format: last.Format, Head: c.head, From: at, Line: e.Line})
		last = &c.Spans[len(c.Spans)-1]
	}
	last.add(e.Name, size)
	c.bytes = sum(c.bytes, size)
	c.Entries++
}

func (s *Span) add(name string, size int64) {
	s.Entries++
	s.Size = sum(s.Size, size)
	s.widen(name, s.Entries == 1)
}

// widen lets the names of a span range to another one.
func (s *Span) widen(name string, isFirst bool) {
	s.Odd = s.Odd || path.Clean(name) != name || name == "." || name == ".." || name[0] == '/' || strings.HasPrefix(name, "../") ||
		filepath.Separator != '/' && strings.ContainsAny(name, `\:`)
	if isFirst {
		s.Least, s.Most = name, name
	} else {
		s.Least, s.Most = min(s.Least, name), max(s.Most, name)
	}
}

// keepNames copies the names, which would keep a block of the list in memory each.
func (s *Span) keepNames() { s.Least, s.Most = strings.Clone(s.Least), strings.Clone(s.Most) }

// sum returns the sum of two sizes, -1 if one of them is not known.
func sum(a, b int64) int64 {
	if a < 0 || b < 0 || a > math.MaxInt64-b {
		return -1
	}
	return a + b
}

// byLines cuts a list that can only be read as a whole.
func (c *cutter) byLines(o Options) {
	c.Entries, c.bytes, c.head = 0, 0, 0
	c.Spans = []Span{{Line: o.LinesBefore + 1}}
	before, begins := int32(0), c.begins
	for i := range c.kept {
		e := &c.kept[i]
		c.begins = func(p Place) bool { return e.Line > before && begins(p) }
		c.add(e, 0)
		before = e.Line
	}
	for i := range c.Spans {
		s := &c.Spans[i]
		s.Format, s.From, s.To = nil, 0, c.Size
		switch {
		case i+1 < len(c.Spans):
			s.Last = c.Spans[i+1].Line - 1
		case i > 0:
			s.Last = math.MaxInt32
		}
		s.keepNames()
	}
	c.kept = nil
}

// digest reads the list again, which must not have changed, for the digests of its spans.
func (c *cutter) digest(r io.ReadSeeker) (*Cutting, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	whole := sha256.New()
	text := io.TeeReader(r, whole)
	head := make([]byte, c.head)
	if _, err := io.ReadFull(text, head); err != nil {
		return nil, changedOr(err)
	}
	rest, at := io.MultiReader(bytes.NewReader(head), text), int64(0)
	for i := range c.Spans {
		s := &c.Spans[i]
		if s.Last > 0 {
			continue
		}
		sum := sha256.New()
		sum.Write(head[:s.Head])
		if _, err := io.CopyN(sum, rest, s.To-at); err != nil {
			return nil, changedOr(err)
		}
		s.Sum, at = [sha256.Size]byte(sum.Sum(nil)), s.To
	}
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return nil, err
	}
	if [sha256.Size]byte(whole.Sum(nil)) != c.Sum {
		return nil, ErrChanged
	}
	for i := range c.Spans {
		if s := &c.Spans[i]; s.Last > 0 {
			s.Sum = c.Sum
		}
	}
	return &c.Cutting, nil
}

// changedOr returns ErrChanged for a list that has become shorter.
func changedOr(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return ErrChanged
	}
	return err
}
