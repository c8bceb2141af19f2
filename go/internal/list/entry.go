package list

import "github.com/checksig/checksig/go/internal/digest"

// Entry is one file of a list and its expected content. Most lists give one digest
// and no size; anything more is stored separately to keep the common entry small.
type Entry struct {
	Name      string           // as written, escapes undone; any bytes but NUL, maybe not UTF-8; never empty
	Hex       string           // the first digest, in either case; 2*Algorithm.Size() hex digits
	more      *more            // nil if there is one digest and no size
	Line      int32            // 1-based
	Algorithm digest.Algorithm // of Hex; never Unknown
}

type more struct {
	size    int64 // in bytes; -1: not in the list
	digests []Digest
}

// Digest is one expected digest of a file.
type Digest struct {
	Algorithm digest.Algorithm
	Hex       string // in either case; 2*Algorithm.Size() hex digits
}

// IsPlain reports whether there is one digest, and no size.
func (e *Entry) IsPlain() bool { return e.more == nil }

// Digests returns the number of digests of the file, at least one.
func (e *Entry) Digests() int {
	if e.more == nil {
		return 1
	}
	return 1 + len(e.more.digests)
}

// Digest returns digest i, counted from 0.
func (e *Entry) Digest(i int) Digest {
	if i == 0 {
		return Digest{e.Algorithm, e.Hex}
	}
	return e.more.digests[i-1]
}

// Algorithms returns those of all digests.
func (e *Entry) Algorithms() digest.Set {
	if e.more == nil {
		return digest.Set{}.With(e.Algorithm) // short, so that calls are inlined
	}
	return e.more.algorithms().With(e.Algorithm)
}

func (m *more) algorithms() (all digest.Set) {
	for _, d := range m.digests {
		all = all.With(d.Algorithm)
	}
	return all
}

// Size returns the expected size of the file, if the list gives one.
func (e *Entry) Size() (bytes int64, ok bool) {
	if e.more == nil || e.more.size < 0 {
		return 0, false
	}
	return e.more.size, true
}

// AddDigest adds a digest to the entry.
func (e *Entry) AddDigest(d Digest) {
	e.need()
	e.more.digests = append(e.more.digests, d)
}

// SetSize sets the expected size of the file.
func (e *Entry) SetSize(bytes int64) {
	e.need()
	e.more.size = bytes
}

func (e *Entry) need() {
	if e.more == nil {
		e.more = &more{size: -1}
	}
}
