package wire

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
)

// entries say what of the bytes after a request's JSON are the entries of a list.
// Those of all lists follow each other. Each begins with columns of 64-bit integers
// in the machine's byte order:
//
//	of each file: the length of its name
//	of each file: its size, -1 if it is not known
//	of each file: how many digests it has
//	of each digest: the position of its algorithm in Algorithms
//	of each digest: how many characters it has
//
// Then come all names, and all digests. As JSON they took ten times as long to read.
type entries struct {
	Files      int      `json:"files"`
	Digests    int      `json:"digests"`
	Algorithms []string `json:"algorithms"` // one may be "": by the list, or by the digest's length
}

var errBlock = errors.New("unusable request: the entries are not as long as it says")

const wordSize = 8

// cut returns the list's entries, and what follows them in b.
func (e *entries) cut(b []byte, o list.Options) (made []list.Entry, rest []byte, err error) {
	most := len(b) / wordSize
	if e.Files < 0 || e.Digests < 0 || e.Files > most || e.Digests > most {
		return nil, nil, errBlock
	}
	r := reader{rest: b}
	lengths, sizes, counts := r.column(e.Files), r.column(e.Files), r.column(e.Files)
	d := digestReader{names: e.Algorithms, of: r.column(e.Digests), lengths: r.column(e.Digests)}
	names := r.text(lengths)
	d.text = r.text(d.lengths)
	if r.err != nil {
		return nil, nil, r.err
	}
	d.algorithms = known(e.Algorithms)
	made = make([]list.Entry, e.Files)
	for i := range made {
		name := names.next(lengths.at(i))
		made[i], err = entry(i+1, name, d.next(counts.at(i)), sizes.at(i), o)
		if d.err != nil {
			err = d.err
		}
		if errors.Is(err, errBlock) {
			return nil, nil, err
		}
		if err != nil {
			return nil, nil, problem.New(problem.InvalidArgument, "manifest: entry %d, %q: %v", i+1, name, err)
		}
	}
	if len(d.of) > 0 {
		return nil, nil, errBlock
	}
	return made, r.rest, nil
}

func entry(number int, name string, digests []list.Digest, size int64, o list.Options) (list.Entry, error) {
	made, err := list.NewEntry(number, name, digests, o)
	switch {
	case err != nil || size == -1:
		return made, err
	case size < 0:
		return made, fmt.Errorf("the size is %d bytes, but must be 0 or more", size)
	}
	made.SetSize(size)
	return made, nil
}

// digestReader takes digests, entry by entry.
type digestReader struct {
	names       []string
	algorithms  []digest.Algorithm
	of, lengths column
	text        parts
	digests     []list.Digest
	err         error
}

// known returns the algorithms with these names, Unknown for a name of none.
func known(names []string) []digest.Algorithm {
	all := make([]digest.Algorithm, len(names))
	for i, name := range names {
		all[i], _ = digest.ByName(name)
	}
	return all
}

// next takes the digests of an entry, which are valid until it is called again.
func (d *digestReader) next(count int64) []list.Digest {
	d.digests = d.digests[:0]
	if count < 0 || count > int64(len(d.of)/wordSize) {
		d.err = errBlock
		return nil
	}
	for range count {
		a := d.of.next()
		if a < 0 || a >= int64(len(d.algorithms)) {
			d.err = errBlock
			return nil
		}
		if d.algorithms[a] == digest.Unknown && d.names[a] != "" && d.err == nil {
			d.err = unknownAlgorithm("", d.names[a])
		}
		d.digests = append(d.digests, list.Digest{Algorithm: d.algorithms[a], Hex: d.text.next(d.lengths.next())})
	}
	return d.digests
}

// reader takes what bytes begin with.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) take(length int64) []byte {
	if length < 0 || length > int64(len(r.rest)) {
		r.err = errBlock
		return nil
	}
	taken := r.rest[:length]
	r.rest = r.rest[length:]
	return taken
}

func (r *reader) column(numbers int) column {
	return r.take(int64(numbers) * wordSize)
}

// text takes a text whose parts have these lengths.
func (r *reader) text(lengths column) parts {
	var sum int64
	for i := range len(lengths) / wordSize {
		n := lengths.at(i)
		if n < 0 || n > int64(len(r.rest))-sum {
			r.err = errBlock
			return ""
		}
		sum += n
	}
	return parts(r.take(sum))
}

type column []byte

func (c column) at(i int) int64 {
	return int64(binary.NativeEndian.Uint64(c[i*wordSize:]))
}

func (c *column) next() int64 {
	n := c.at(0)
	*c = (*c)[wordSize:]
	return n
}

// parts are texts, one after the other.
type parts string

func (p *parts) next(length int64) string {
	s := string(*p)
	*p = parts(s[length:])
	return s[:length]
}
