package difference

import (
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// file is what the entries of one name say.
type file struct {
	name  string
	first list.Entry
	next  *file // the next entry of the name, as a file of its own
}

// fileOf returns what entries of one name say.
func fileOf(group []named) *file {
	f := &file{name: group[0].name, first: group[0].entry}
	for last, i := f, 1; i < len(group); last, i = last.next, i+1 {
		last.next = &file{name: f.name, first: group[i].entry}
	}
	return f
}

func (f *file) entries(yield func(*list.Entry) bool) {
	for ; f != nil && yield(&f.first); f = f.next {
	}
}

// isPlain reports whether there is one digest, and no size.
func (f *file) isPlain() bool { return f.next == nil && f.first.IsPlain() }

// digests yields all digests of supported algorithms.
func (f *file) digests(yield func(list.Digest) bool) {
	for e := range f.entries {
		for i := range e.Digests() {
			if d := e.Digest(i); d.Algorithm != digest.Unknown && !yield(d) {
				return
			}
		}
	}
}

func (f *file) algorithms() (all digest.Set) {
	if f.next == nil && f.first.Algorithm != digest.Unknown {
		return f.first.Algorithms()
	}
	for d := range f.digests {
		all = all.With(d.Algorithm)
	}
	return all
}

// hex returns the digests of an algorithm, sorted and without repeats. Several contradict
// each other.
func (f *file) hex(a digest.Algorithm) (all []string) {
	if f.isPlain() && f.first.Algorithm == a {
		return []string{strings.ToLower(f.first.Hex)}
	}
	for d := range f.digests {
		if d.Algorithm == a {
			all = append(all, strings.ToLower(d.Hex))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// differs returns the first of these algorithms by which two files differ, Unknown if there
// is none.
func (f *file) differs(other *file, by digest.Set) digest.Algorithm {
	for a := range by.All() {
		if f.isPlain() && other.isPlain() {
			if !strings.EqualFold(f.first.Hex, other.first.Hex) {
				return a
			}
		} else if !slices.Equal(f.hex(a), other.hex(a)) {
			return a
		}
	}
	return digest.Unknown
}

// sizes returns the sizes that the entries give, sorted and without repeats.
func (f *file) sizes() (all []int64) {
	if _, ok := f.first.Size(); !ok && f.next == nil {
		return nil
	}
	for e := range f.entries {
		if size, ok := e.Size(); ok {
			all = append(all, size)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (f *file) sizeDiffers(other *file) bool {
	a, b := f.sizes(), other.sizes()
	return len(a) > 0 && len(b) > 0 && !slices.Equal(a, b)
}

// isUndigested reports whether the side names the file without any digest, and is to.
func (f *file) isUndigested() bool {
	for e := range f.entries {
		if e.Algorithm != digest.Unknown || e.Hex != "" {
			return false
		}
	}
	return true
}
