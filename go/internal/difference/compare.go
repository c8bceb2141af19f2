// Package difference compares two sets of entries, as two checksum lists have them: it
// finds what one has more, less, with other content or under another name. It touches no
// file but the lists.
package difference

import (
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
}

// Change is one name that differs, or that can't be compared.
type Change struct {
	Status   verdict.Status
	old, new *file // nil: it is not there
	shared   int32 // of a name that is gone: length of the longest directory that the new side has, with its slash
	with     int32 // length of the old name of the directory that was renamed; 0: none
}

// Compare compares two sides.
func Compare(old, new Side) *Difference {
	d, _ := compare(sort(old).cursor(), sort(new).cursor())
	return d
}

// compare merges two sides. It stops with complete false if one of them breaks off.
func compare(old, new *cursor) (d *Difference, complete bool) {
	d = &Difference{}
	old.next()
	new.next()
	for old.has() || new.has() {
		switch order := order(old, new); {
		case order < 0:
			d.add(Change{Status: verdict.Missing, old: old.file(), shared: int32(new.shared(old.name()))})
			old.next()
		case order > 0:
			d.add(Change{Status: verdict.Extra, new: new.file()})
			new.next()
		default:
			if !d.areAlike(old.group, new.group) {
				d.compareAt(old, new)
			}
			old.next()
			new.next()
		}
		if old.broken || new.broken {
			break
		}
	}
	if old.broken || new.broken {
		return nil, false
	}
	d.findMoved()
	for _, c := range d.Changes {
		d.Counts[c.Status]++
	}
	return d, true
}

// order says which side has the name that comes next.
func order(old, new *cursor) int {
	switch {
	case !old.has():
		return 1
	case !new.has():
		return -1
	}
	return strings.Compare(old.name(), new.name())
}

func (d *Difference) add(c Change) { d.Changes = append(d.Changes, c) }

// areAlike counts a name as the same if both sides have one entry of it, with one digest
// that is equal: nothing else has to be looked at in most lists.
func (d *Difference) areAlike(old, new []named) bool {
	a, b := &old[0].entry, &new[0].entry
	if len(old) == 1 && len(new) == 1 && a.IsPlain() && b.IsPlain() &&
		a.Algorithm == b.Algorithm && a.Algorithm != digest.Unknown && (a.Hex == b.Hex || strings.EqualFold(a.Hex, b.Hex)) {
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

func (d *Difference) compareAt(old, new *cursor) {
	a, b := fileOf(old.group), fileOf(new.group)
	if a.isUndigested() && b.isUndigested() {
		d.Undigested++
		return
	}
	shared := a.algorithms().And(b.algorithms())
	switch s := statusOf(a, b, shared); s {
	case verdict.OK:
		d.same(shared)
	default:
		d.add(Change{Status: s, old: old.file(), new: new.file()})
	}
}

// statusOf compares what both sides say of a name. It is the same only if they have digests
// of one algorithm, and contradict each other in nothing.
func statusOf(a, b *file, shared digest.Set) verdict.Status {
	switch {
	case a.differs(b, shared) != digest.Unknown || a.sizeDiffers(b):
		return verdict.Mismatch
	case shared.IsEmpty():
		return verdict.Unsupported
	}
	return verdict.OK
}
