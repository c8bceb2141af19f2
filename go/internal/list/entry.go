package list

import "github.com/checksig/checksig/go/internal/digest"

// Entry is one file of a list, and what it should be. Most lists give one digest
// and no size, so what goes beyond that has a place of its own.
type Entry struct {
	Name      string           // as written, escapes undone; any bytes but NUL, maybe not UTF-8; never empty
	Hex       string           // the first digest, in either case; 2*Algorithm.Size() hex digits
	more      *more            // nil for most
	Line      int32            // 1-based
	Algorithm digest.Algorithm // of Hex; never Unknown
}

type more struct {
	size    int64 // -1: the list does not say
	digests []Digest
}

// Digest is one digest that a file should have.
type Digest struct {
	Algorithm digest.Algorithm
	Hex       string // in either case; 2*Algorithm.Size() hex digits
}

// Digests is how many digests the list gives for the file: one at least.
func (e *Entry) Digests() int {
	if e.more == nil {
		return 1
	}
	return 1 + len(e.more.digests)
}

// Digest returns the digest of a number, counted from 0.
func (e *Entry) Digest(i int) Digest {
	if i == 0 {
		return Digest{e.Algorithm, e.Hex}
	}
	return e.more.digests[i-1]
}

// Algorithms returns those of all digests.
func (e *Entry) Algorithms() digest.Set {
	all := digest.SetOf(e.Algorithm)
	for i := 1; i < e.Digests(); i++ {
		all |= digest.SetOf(e.Digest(i).Algorithm)
	}
	return all
}

// Size returns the size in bytes that the file should have, where the list says it.
func (e *Entry) Size() (bytes int64, ok bool) {
	if e.more == nil || e.more.size < 0 {
		return 0, false
	}
	return e.more.size, true
}

// AddDigest gives the entry one digest more.
func (e *Entry) AddDigest(d Digest) {
	e.need()
	e.more.digests = append(e.more.digests, d)
}

// SetSize gives the entry the size that the file should have.
func (e *Entry) SetSize(bytes int64) {
	e.need()
	e.more.size = bytes
}

func (e *Entry) need() {
	if e.more == nil {
		e.more = &more{size: -1}
	}
}
