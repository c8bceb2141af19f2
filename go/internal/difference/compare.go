// Package difference compares two sets of entries, as two checksum lists have them: it
// finds what one has more, less, with other content or under another name. It touches no
// file.
package difference

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Side is one of the two sets. Entries without a digest, or with one of an unsupported
// algorithm, have the algorithm Unknown.
type Side interface {
	Len() int
	Entry(number int) list.Entry
}

// Difference is what differs, in the order of the bytes of names.
type Difference struct {
	Changes []Change
	// Counts has the verdicts on the new entries by the old ones: [verdict.Extra] for what
	// is added, [verdict.Missing] for what is removed, [verdict.Mismatch] for what is
	// changed, [verdict.Moved], [verdict.Unsupported] for what can't be compared, and
	// [verdict.OK] for what is the same.
	Counts     verdict.Counts
	Weak       digest.Set // that alone show that files are the same
	Undigested int        // names of which both sides have no digest

	old, new *sorted
}

// Change is one name that differs, or that can't be compared. Its numbers are positions in
// the sides, sorted by name; -1: it is not there.
type Change struct {
	Status   verdict.Status
	old, new int32
	with     int32 // length of the old name of the directory that was renamed; 0: none
}

// Compare compares two sides.
func Compare(old, new Side) *Difference {
	d := &Difference{old: sort(old), new: sort(new)}
	i, j := 0, 0
	for i < len(d.old.names) || j < len(d.new.names) {
		switch order := d.order(i, j); {
		case order < 0:
			d.add(verdict.Missing, i, none)
			i = d.old.after(i)
		case order > 0:
			d.add(verdict.Extra, none, j)
			j = d.new.after(j)
		default:
			if !d.areAlike(i, j) {
				d.compareAt(i, j)
			}
			i, j = d.old.after(i), d.new.after(j)
		}
	}
	d.findMoved()
	for _, c := range d.Changes {
		d.Counts[c.Status]++
	}
	return d
}

const none = -1

// order says which side has the name that comes next.
func (d *Difference) order(i, j int) int {
	switch {
	case i == len(d.old.names):
		return 1
	case j == len(d.new.names):
		return -1
	}
	return strings.Compare(d.old.names[i].text, d.new.names[j].text)
}

func (d *Difference) add(s verdict.Status, old, new int) {
	d.Changes = append(d.Changes, Change{Status: s, old: int32(old), new: int32(new)})
}

// areAlike counts a name as the same if both sides have one entry of it, with one digest
// that is equal: nothing else has to be looked at in most lists.
func (d *Difference) areAlike(i, j int) bool {
	a, b := d.old.Entry(int(d.old.names[i].number)), d.new.Entry(int(d.new.names[j].number))
	if a.IsPlain() && b.IsPlain() && a.Algorithm == b.Algorithm && a.Algorithm != digest.Unknown && strings.EqualFold(a.Hex, b.Hex) &&
		!d.old.isRepeated(i) && !d.new.isRepeated(j) {
		d.same(digest.Set{}.With(a.Algorithm))
		return true
	}
	return false
}

// same counts a name that is the same by these algorithms.
func (d *Difference) same(by digest.Set) {
	d.Counts[verdict.OK]++
	if by.Without(digest.AllWeak).IsEmpty() {
		d.Weak = d.Weak.Or(by)
	}
}

func (d *Difference) compareAt(i, j int) {
	a, b := d.old.file(i), d.new.file(j)
	if a.isUndigested() && b.isUndigested() {
		d.Undigested++
		return
	}
	shared := a.algorithms().And(b.algorithms())
	switch s := d.compare(a, b, shared); s {
	case verdict.OK:
		d.same(shared)
	default:
		d.add(s, i, j)
	}
}

// compare compares what both sides say of a name. It is the same only if they have digests
// of one algorithm, and contradict each other in nothing.
func (d *Difference) compare(a, b *file, shared digest.Set) verdict.Status {
	switch {
	case a.differs(b, shared) != digest.Unknown || a.sizeDiffers(b):
		return verdict.Mismatch
	case shared.IsEmpty():
		return verdict.Unsupported
	}
	return verdict.OK
}

// sorted is a side in the order of its names.
type sorted struct {
	Side
	names []name
}

type name struct {
	text   string
	number int32
}

func sort(s Side) *sorted {
	all := &sorted{s, make([]name, s.Len())}
	for i := range all.names {
		all.names[i] = name{Clean(s.Entry(i).Name), int32(i)}
	}
	byName := func(a, b name) int { return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.number, b.number)) }
	if !slices.IsSortedFunc(all.names, byName) {
		slices.SortFunc(all.names, byName)
	}
	return all
}

// Clean returns the name by which entries are compared: those of one file may differ in
// "./" and "//". One with ".." stays as it is, because behind a link it leads elsewhere.
func Clean(name string) string {
	if strings.Contains(name, "..") && slices.Contains(strings.Split(name, "/"), "..") {
		return name
	}
	return path.Clean(name)
}

// after returns the position of the next name.
func (s *sorted) after(i int) int {
	first := s.names[i].text
	for i++; i < len(s.names) && s.names[i].text == first; i++ {
	}
	return i
}

// isRepeated reports whether the name at a position has several entries.
func (s *sorted) isRepeated(i int) bool {
	return i+1 < len(s.names) && s.names[i+1].text == s.names[i].text
}

// file returns all that a side says of the name at a position.
func (s *sorted) file(i int) *file {
	f := &file{first: s.Entry(int(s.names[i].number))}
	for _, n := range s.names[i+1 : s.after(i)] {
		f.others = append(f.others, s.Entry(int(n.number)))
	}
	return f
}

// has reports whether a side has something beneath a directory.
func (s *sorted) has(directory string) bool {
	directory += "/"
	i, _ := slices.BinarySearchFunc(s.names, directory, func(n name, text string) int { return strings.Compare(n.text, text) })
	return i < len(s.names) && strings.HasPrefix(s.names[i].text, directory)
}

// file is what the entries of one name say.
type file struct {
	first  list.Entry
	others []list.Entry
}

func (f *file) entries(yield func(*list.Entry) bool) {
	if !yield(&f.first) {
		return
	}
	for i := range f.others {
		if !yield(&f.others[i]) {
			return
		}
	}
}

// isPlain reports whether there is one digest, and no size.
func (f *file) isPlain() bool { return f.others == nil && f.first.IsPlain() }

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
	if f.others == nil && f.first.Algorithm != digest.Unknown {
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
	if _, ok := f.first.Size(); !ok && f.others == nil {
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
