// Package list reads and writes checksum lists, in the formats of its table, as
// docs/format.md describes them.
//
// Names are returned exactly as written, with escapes undone. The package does
// not touch the file system: callers decide whether a name stays beneath a
// directory, names a regular file and is safe for a terminal. Signatures on a
// list are not checked.
//
// Every line is an entry, a part of one, malformed, blank, a comment or another line that
// docs/format.md names. No other line is ignored.
package list

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/checksig/checksig/go/internal/digest"
)

// MaxLine is the length of the longest accepted line, in bytes without its line end.
const MaxLine = 64 * 1024

// Malformed is a line that can't be read as an entry.
type Malformed struct {
	Line   int32 // 1-based
	Reason string
	Text   string // the line's first bytes, at most 80, as they are: not safe for a terminal
	Alone  bool   // the line is a digest without a name
	Name   string // of the file, if the line would be an entry but for its algorithm, which is not supported
}

// Listed is a file that a list names without a digest.
type Listed struct {
	Name    string
	Line    int32 // 1-based
	Special bool  // it is a link, a device or the like, which has no digest
}

// List is the content of a checksum list. Its slices are in the order of its
// lines, and each may be empty.
type List struct {
	Entries   []Entry
	Malformed []Malformed
	Listed    []Listed // can't be verified, but the list knows them

	Format      *Format // nil: there is no entry, and nothing else shows it
	Damaged     bool    // a malformed line has something like a digest, and more than that alone
	Telling     int     // index of the malformed line that best shows what the text is, if there are any
	NamedByList bool    // the entry's name comes from that of the list, see [Bare]
}

// HasEntry reports whether the list has an entry, if only one of an algorithm that is
// not supported.
func (l *List) HasEntry() bool {
	return len(l.Entries) > 0 || slices.ContainsFunc(l.Malformed, func(m Malformed) bool { return m.Name != "" })
}

// IsProse reports whether the list has lines, but none with more than a digest alone.
func (l *List) IsProse() bool { return !l.HasEntry() && len(l.Malformed) > 0 && !l.Damaged }

// Options holds what the caller knows about a list besides its text.
type Options struct {
	// Algorithm is that of lines without a tag. If it is digest.Unknown, a comment
	// above the lines may say it, otherwise FileName, otherwise the digest's length
	// determines it.
	Algorithm digest.Algorithm
	// FileName is the list's name without its directory, "" if it has none, see
	// [SaidByName].
	FileName string
	// Format is that of the list; nil: the content shows it.
	Format *Format
	// Backslash says that each "\\" in a name means "/".
	Backslash bool

	// Each is handed what the list names, in the order of its lines, and nothing of it is
	// kept: entries; and, with the algorithm Unknown, names without a digest, and those whose
	// digest is of an algorithm that is not supported, which have the Hex "?". What their
	// strings are parts of is as in [Entry.Clone]. An error ends the reading. nil: a [List] has it all.
	Each func(Entry) error

	// LinesBefore is the number of lines before the text in its file, which are not part of the list.
	LinesBefore int32

	oneEntry bool // stop at the first entry
}

// Error is the reason why a text as a whole can't be read as a list.
type Error struct {
	Line        int32 // 1-based; 0: the whole list
	Reason      string
	Damaged     bool // as of a [List]
	Unsupported bool // it is a list, but of a [Foreign] algorithm
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// Parse reads a list to its end and recognises its format by its content. If the
// text is not a checksum list, the error is an [*Error]; otherwise it wraps the
// error of the reader. With an error, the list is nil.
//
// Parse reads in blocks and keeps one copy of the text of the entries, so even a
// very long line needs little memory.
func Parse(r io.Reader, o Options) (*List, error) {
	return parse(newBlocks(r, blockSize), o)
}

// Content is what the start of a file holds.
type Content uint8

// The contents.
const (
	NoDigest Content = iota // lines without anything like a digest: the file is no list
	NoEntry                 // something like a digest, or no line: a list may be damaged
	AnEntry                 // see [List.HasEntry]
)

// HasEntry reports whether a text is a list with at least one entry, see [ContentOf].
func HasEntry(r io.Reader, fileName string) bool { return ContentOf(r, fileName) == AnEntry }

// ContentOf returns what the start of a file holds. It reads no more than it must, and
// at most 1 MiB. fileName is as in [Options]; the digests of a [Foreign] algorithm
// count by their length.
func ContentOf(r io.Reader, fileName string) Content {
	if SaidByName(fileName).Foreign != nil {
		fileName = ""
	}
	l, err := parse(newBlocks(io.LimitReader(r, 1<<20), 1), Options{FileName: fileName, oneEntry: true})
	var refused *Error
	switch isRefused := errors.As(err, &refused); {
	case err == nil && l.HasEntry(), isRefused && refused.Unsupported:
		return AnEntry
	case err == nil && l.IsProse(), isRefused && !refused.Damaged:
		return NoDigest
	}
	return NoEntry
}

func parse(b *blocks, o Options) (*List, error) {
	p, err := begin(b, o)
	if err != nil {
		return nil, err
	}
	return p.read(b)
}

// begin reads the start of a text, and returns the parser for it.
func begin(b *blocks, o Options) (*parser, error) {
	if err := b.start(); err != nil {
		return nil, err
	}
	p := newParser(o, newSample(b.buf[:b.n], b.err == io.EOF))
	p.nature, p.encoding = b.nature, b.encoding
	f := o.Format
	if f == nil {
		f = byStart(p)
	}
	if f != nil {
		p.use(f)
		b.zero = f.zero
	}
	return p, nil
}
