package difference

import (
	"cmp"
	"iter"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Results yields a result for each change, as a verdict on what is new by what was old.
func (d *Difference) Results() iter.Seq[verdict.Result] {
	return func(yield func(verdict.Result) bool) {
		for i := range d.Changes {
			if !yield(d.Changes[i].result()) {
				return
			}
		}
	}
}

// result returns the result of a change. It has a digest of each side that knows the name,
// of the algorithm by which they differ.
func (c *Change) result() verdict.Result {
	r := verdict.Result{Path: c.file().name, Status: c.Status, Fails: true, Size: -1}
	old, new := &file{}, &file{}
	if c.old != nil {
		old = c.old
		r.Size = sizeOf(old)
	}
	if c.new != nil {
		new = c.new
		r.Size = cmp.Or(sizeOf(new)+1, r.Size+1) - 1
	}
	switch c.Status {
	case verdict.Missing:
		r.Algorithm = old.strongest()
	case verdict.Extra:
		r.Algorithm = new.strongest()
	case verdict.Unsupported:
		r.Detail = whyNot(old, new)
		return r
	case verdict.Moved:
		r.MovedTo, r.MovedWith = new.name, r.Path[:c.with]
	}
	if c.old != nil && c.new != nil {
		shared := old.algorithms().And(new.algorithms())
		if r.Algorithm = old.differs(new, shared); r.Algorithm == digest.Unknown && !shared.IsEmpty() {
			r.Algorithm = strongest(shared)
		}
		if old.sizeDiffers(new) {
			r.Detail = "the sizes differ"
		}
	}
	r.Expected, r.Actual = strings.Join(old.hex(r.Algorithm), ","), strings.Join(new.hex(r.Algorithm), ",")
	return r
}

func sizeOf(f *file) int64 {
	if all := f.sizes(); len(all) == 1 {
		return all[0]
	}
	return -1
}

func (f *file) strongest() digest.Algorithm { return strongest(f.algorithms()) }

// whyNot returns why two files can't be compared.
func whyNot(old, new *file) string {
	texts := [2]string{}
	for i, f := range []*file{old, new} {
		texts[i] = "no digest of a supported algorithm"
		if all := f.algorithms(); !all.IsEmpty() {
			var tags []string
			for a := range all.All() {
				tags = append(tags, a.Tag())
			}
			texts[i] = strings.Join(tags, " and ")
		} else if f.isUndigested() {
			texts[i] = "no digest"
		}
	}
	return "no algorithm in common: " + texts[0] + " in the old list, " + texts[1] + " in the new one"
}

// Entries is a [Side] of the entries of a list, and what else it names.
type Entries struct {
	list *list.List
	rest []list.Entry // without a digest, or with one of an unsupported algorithm
}

// Of returns the side that a list is.
func Of(l *list.List) *Entries {
	e := &Entries{list: l}
	for one := range l.Named {
		if one.Algorithm == digest.Unknown {
			e.rest = append(e.rest, one)
		}
	}
	return e
}

// Len implements [Side].
func (e *Entries) Len() int { return len(e.list.Entries) + len(e.rest) }

// Entry implements [Side].
func (e *Entries) Entry(i int) list.Entry {
	if i < len(e.list.Entries) {
		return e.list.Entries[i]
	}
	return e.rest[i-len(e.list.Entries)]
}
