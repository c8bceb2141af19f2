// Package list reads and writes checksum lists, in the formats of its table, as
// docs/format.md describes them.
//
// Names come back exactly as written, escapes undone. Nothing here touches the
// file system, so whether a name stays beneath a directory, names a regular file
// or is fit for a terminal is for the caller to judge. Signatures on a list are
// not checked.
//
// A line is read as an entry, reported as malformed, or blank or a comment;
// none is passed over in silence.
package list

import (
	"fmt"
	"io"

	"github.com/checksig/checksig/go/internal/digest"
)

// MaxLine is the length of the longest accepted line, in bytes without its line end.
const MaxLine = 64 * 1024

// Malformed is a line that can't be read as an entry.
type Malformed struct {
	Line   int32 // 1-based
	Reason string
	Text   string // the line's first bytes, at most 80, as they are: not safe for a terminal
}

// List is what a list holds, both slices in the order of its lines. It may hold
// no entry at all.
type List struct {
	Entries   []Entry
	Malformed []Malformed
}

// Options says what is known of a list besides its text.
type Options struct {
	// FileName is the list's name without its directory, "" if it has none. It
	// tells the algorithm of lines without a tag, see [AlgorithmOfName].
	FileName string
	// Algorithm is for lines of which neither tag nor FileName tells it;
	// digest.Unknown leaves it to the digest's length.
	Algorithm digest.Algorithm
}

// Error says why a text as a whole isn't a list that can be read.
type Error struct {
	Line   int32 // 1-based; 0: the whole list
	Reason string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// Parse reads a list to its end, in the format that its content shows. Its error is
// an [*Error] when the text is not a checksum list, else the reader's own, wrapped;
// the list is nil then.
//
// It holds the text of the entries once and reads in blocks, so a line of any
// length needs little memory.
func Parse(r io.Reader, o Options) (*List, error) {
	return parse(newBlocks(r, blockSize), o)
}

func parse(b *blocks, o Options) (*List, error) {
	if err := b.start(); err != nil {
		return nil, err
	}
	return recognise(b.buf[:b.n]).read(b, o)
}
