package verify

import (
	"slices"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// tally counts verdicts by list, and remembers the entries that are not OK. It is
// guarded by the lock of its order.
type tally struct {
	policy
	lists           map[*source]*job.ListCounts
	failed, ignored []*list.Entry
	others          []*list.Entry // of those that failed, which are not in a list's entries
}

func newTally(p *plan, policy policy) tally {
	t := tally{policy: policy, lists: make(map[*source]*job.ListCounts, len(p.sources))}
	for _, s := range p.sources {
		n := int64(len(s.Entries))
		t.lists[s] = &job.ListCounts{Manifest: s.Shown, Entries: n, Verified: n}
	}
	return t
}

// entry counts the verdict on an entry, which has counted as verified so far.
func (t *tally) entry(s *source, e *list.Entry, status verdict.Status) {
	if status == verdict.OK {
		return
	}
	t.lists[s].Verified--
	if t.fails(status) {
		t.lists[s].Failed++
		t.failed = append(t.failed, e)
	} else {
		t.ignored = append(t.ignored, e)
	}
}

// unsupported counts an entry of an algorithm that is not supported.
func (t *tally) unsupported(s *source, name string) {
	e := &list.Entry{Name: name}
	t.lists[s].Entries++
	t.lists[s].Failed++
	t.failed = append(t.failed, e)
	t.others = append(t.others, e)
}

// findings counts what was found about a bag before its files were read.
func (t *tally) findings(p *plan, policy policy, counts *verdict.Counts) {
	for i := range p.bag.findings {
		r := &p.bag.findings[i]
		r.Fails = policy.fails(r.Status)
		counts[r.Status]++
		if r.Manifest != "" && r.Fails && r.Path != "" {
			e := &list.Entry{Name: r.Path}
			t.failed, t.others = append(t.failed, e), append(t.others, e)
		}
	}
}

// withdraw takes back entries that get no verdict.
func (t *tally) withdraw(s *source, entries int64) {
	t.lists[s].Verified -= entries
	t.lists[s].Entries -= entries
}

// write writes what was counted into the summary of a run that left out some entries.
func (t *tally) write(s *job.Summary, p *plan, root *tree.Root, unjudged int64) {
	for _, source := range p.sources {
		if p.bag == nil || len(source.Entries) > 0 { // another tag file of a bag is no list
			s.Lists = append(s.Lists, *t.lists[source])
		}
	}
	if unjudged > 0 {
		return // it is not known which
	}
	names := newFileCounter(root)
	all := func(yield func(*list.Entry) bool) {
		for _, source := range p.sources {
			for i := range source.Entries {
				if !yield(&source.Entries[i]) {
					return
				}
			}
		}
		for _, e := range t.others {
			if !yield(e) {
				return
			}
		}
	}
	entries := int64(len(t.others))
	for _, source := range p.sources {
		entries += int64(len(source.Entries))
	}
	s.Files = names.count(all, entries) - names.count(slices.Values(t.ignored), int64(len(t.ignored)))
	s.FailedFiles = s.Files
	if int64(len(t.failed)) < entries {
		s.FailedFiles = names.count(slices.Values(t.failed), int64(len(t.failed)))
	}
}
