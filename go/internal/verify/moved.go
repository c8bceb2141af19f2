package verify

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/moves"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// absent is an entry whose file is missing.
type absent struct {
	*stretch
	entry  *list.Entry
	number int    // of the stretch
	detail string // why it is missing

	moved *relocated // nil: it has not moved, as far as is known
}

// relocated is where a file is that has moved.
type relocated struct {
	to, with string // as of a [verdict.Result]
	size     int64
}

// hold counts an entry as missing, whose result is delivered later. If the failure ends
// the run, nobody looks where its file is.
func (o *order) hold(a absent) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counts[verdict.OK]--
	o.counts[verdict.Missing]++
	o.absent = append(o.absent, a)
	if o.failFast && o.fails(verdict.Missing) {
		o.stop()
	}
}

// deliverAbsent delivers the results that were held back, in the order of the lists. All
// workers have ended.
func (o *order) deliverAbsent(ctx context.Context, counts *verdict.Counts) {
	slices.SortFunc(o.absent, func(a, b absent) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.entry.Line, b.entry.Line), strings.Compare(a.entry.Name, b.entry.Name))
	})
	var results []verdict.Result
	for i := range o.absent {
		a := &o.absent[i]
		r := a.result()
		counts[verdict.Missing]--
		counts[r.Status]++
		o.tally.entry(a.source, a.entry, r.Status)
		if o.keeps(r.Status) {
			r.Fails = o.fails(r.Status)
			results = append(results, r)
		}
		if len(results) == job.BatchSize || i == len(o.absent)-1 {
			o.job.Deliver(ctx, results)
			results = results[:0]
		}
	}
}

func (a *absent) result() verdict.Result {
	if a.moved == nil {
		r := resultOf(a.Shown, a.entry, verdict.Missing, a.entry.Digest(0), &hashing.Outcome{Size: -1})
		r.Detail = a.detail
		return r
	}
	r := resultOf(a.Shown, a.entry, verdict.Moved, a.entry.Digest(0), &hashing.Outcome{Size: a.moved.size})
	r.Actual, r.MovedTo, r.MovedWith = r.Expected, a.moved.to, a.moved.with
	return r
}

// findMoved looks for the files of these entries among the regular files that no list
// names, and takes those that it finds from them.
func (s *search) findMoved(ctx context.Context, all []absent) error {
	if len(all) == 0 || len(s.extra) == 0 {
		return nil
	}
	m := newMoved(s, all)
	err := s.job.Call(ctx, func() error { return m.choose(ctx) })
	if err != nil {
		return err
	}
	options := s.job.Options(s.Settled)
	options.Sizes = false // they are added up
	if err := hashing.Run(ctx, s.root, m, options, s.job.Share, &s.job.Meter); err != nil {
		return err
	}
	return s.job.Call(ctx, func() error { m.pair(); return nil })
}

// moved is the [hashing.Work] of reading the files that may have been moved.
type moved struct {
	*search
	absent     []absent
	order      []int // of absent, by the names beneath the root
	lost       []lost
	contents   []*content
	byDigest   map[string][]*content // by the strongest digest
	algorithms digest.Set            // of these
	candidates []candidate

	mu    sync.Mutex
	found []relocated // by candidate: the size is set if a content has it
}

// lost is a file that is missing, which several lists may name.
type lost struct {
	name     string
	from, to int // entries: a range of the order
}

// content is what one or several lost files have to have.
type content struct {
	digests []list.Digest // in lower case, the strongest first
	size    int64         // -1: not known
	lost    []int
	found   []int // candidates
}

// candidate is a file that no list names.
type candidate struct {
	extra  int
	wanted digest.Set
}

func newMoved(s *search, all []absent) *moved {
	m := &moved{search: s, absent: all, byDigest: map[string][]*content{}}
	m.group()
	for number := range m.lost {
		if c, ok := m.contentOf(number); ok {
			m.add(number, c)
		}
	}
	return m
}

// group puts the entries of each file together.
func (m *moved) group() {
	names := make([]string, len(m.absent))
	m.order = make([]int, len(m.absent))
	for i := range m.absent {
		names[i], m.order[i] = nameBeneath(m.root, m.absent[i].entry.Name), i
	}
	slices.SortFunc(m.order, func(a, b int) int { return cmp.Or(strings.Compare(names[a], names[b]), cmp.Compare(a, b)) })
	for at, i := range m.order {
		if at == 0 || names[m.order[at-1]] != names[i] {
			m.lost = append(m.lost, lost{name: names[i], from: at})
		}
		m.lost[len(m.lost)-1].to = at + 1
	}
}

// entriesOf returns the numbers of the entries that name a lost file.
func (m *moved) entriesOf(number int) []int { return m.order[m.lost[number].from:m.lost[number].to] }

// add adds a lost file to those of the same content.
func (m *moved) add(number int, c content) {
	strongest := c.digests[0]
	for _, known := range m.byDigest[strongest.Hex] {
		if known.size == c.size && slices.Equal(known.digests, c.digests) {
			known.lost = append(known.lost, number)
			return
		}
	}
	c.lost = []int{number}
	m.contents = append(m.contents, &c)
	m.byDigest[strongest.Hex] = append(m.byDigest[strongest.Hex], &c)
	m.algorithms = m.algorithms.With(strongest.Algorithm)
}

// contentOf returns what all entries of a lost file say of its content. It is not ok if they
// contradict each other.
func (m *moved) contentOf(number int) (c content, ok bool) {
	c.size = -1
	for _, i := range m.entriesOf(number) {
		e := m.absent[i].entry
		for d := range e.Digests() {
			one := e.Digest(d)
			c.digests = append(c.digests, list.Digest{Algorithm: one.Algorithm, Hex: strings.ToLower(one.Hex)})
		}
		if size, known := e.Size(); known {
			if c.size >= 0 && c.size != size {
				return c, false
			}
			c.size = size
		}
	}
	slices.SortFunc(c.digests, func(a, b list.Digest) int {
		return cmp.Or(moves.Stronger(a.Algorithm, b.Algorithm), strings.Compare(a.Hex, b.Hex))
	})
	c.digests = slices.Compact(c.digests)
	for i := range c.digests[1:] {
		if c.digests[i].Algorithm == c.digests[i+1].Algorithm {
			return c, false
		}
	}
	return c, true
}

// choose chooses the candidates: a size that a list gives leaves few of them.
func (m *moved) choose(ctx context.Context) error {
	var ofAnySize digest.Set
	bySize := map[int64]digest.Set{}
	for _, c := range m.contents {
		wanted := digest.Set{}
		for _, d := range c.digests {
			wanted = wanted.With(d.Algorithm)
		}
		if c.size < 0 {
			ofAnySize = ofAnySize.Or(wanted)
		} else {
			bySize[c.size] = bySize[c.size].Or(wanted)
		}
	}
	opener := m.root.Opener()
	for i, n := range m.extra {
		if ctx.Err() != nil {
			return problem.ErrCancelled
		}
		if !n.Type.IsRegular() {
			continue
		}
		if n.Size < 0 && (len(bySize) > 0 || m.Sizes) {
			if size, err := opener.Size(n.Name); err == nil {
				n.Size = size
			}
		}
		if wanted := ofAnySize.Or(bySize[n.Size]); !wanted.IsEmpty() {
			m.candidates = append(m.candidates, candidate{i, wanted})
			if m.Sizes {
				m.job.Meter.TotalBytes.Add(max(0, n.Size))
			}
		}
	}
	m.found = make([]relocated, len(m.candidates))
	return nil
}

// Count implements [hashing.Work].
func (m *moved) Count() int { return len(m.candidates) }

// File implements [hashing.Work].
func (m *moved) File(number int) (string, digest.Set, bool) {
	c := m.candidates[number]
	return m.extra[c.extra].Name, c.wanted, true
}

// Admits implements [hashing.Work].
func (m *moved) Admits(hashing.Next) bool { return true }

// Wait implements [hashing.Work].
func (m *moved) Wait(context.Context, hashing.Next) {}

// Done implements [hashing.Work].
func (m *moved) Done(number int, o hashing.Outcome) {
	if o.Err != nil {
		return // it stays an extra file
	}
	for a := range m.algorithms.All() {
		for _, c := range m.byDigest[hex.EncodeToString(o.Sum(a))] {
			if c.digests[0].Algorithm == a && c.matches(&o) {
				m.mu.Lock()
				c.found = append(c.found, number)
				m.found[number].size = o.Size
				m.mu.Unlock()
			}
		}
	}
}

func (c *content) matches(o *hashing.Outcome) bool {
	for _, d := range c.digests {
		if !isHexOf(d.Hex, o.Sum(d.Algorithm)) {
			return false
		}
	}
	return c.size < 0 || c.size == o.Size
}

// pair finds for each lost file the one that it has become, and takes that from the extra
// files.
func (m *moved) pair() {
	used := make([]bool, len(m.candidates))
	pairs := map[int]int{} // of lost files and candidates
	for _, c := range m.contents {
		slices.Sort(c.found)
		found := slices.DeleteFunc(c.found, func(i int) bool { return used[i] })
		if len(found) == 0 {
			continue
		}
		isEvidence := moves.IsEvidence(c.digests[0].Algorithm, m.found[found[0]].size == 0)
		to := moves.Pair(m.namesOf(c.lost), m.extraNames(found), !isEvidence)
		for i, number := range c.lost {
			if to[i] >= 0 {
				pairs[number] = found[to[i]]
				used[found[to[i]]] = true
			}
		}
	}
	m.note(pairs)
	isMoved := make([]bool, len(m.extra))
	for i, c := range m.candidates {
		isMoved[c.extra] = used[i]
	}
	i := -1
	m.extra = slices.DeleteFunc(m.extra, func(tree.Node) bool { i++; return isMoved[i] })
}

func (m *moved) namesOf(numbers []int) (names []string) {
	for _, number := range numbers {
		names = append(names, m.lost[number].name)
	}
	return names
}

func (m *moved) extraNames(numbers []int) (names []string) {
	for _, number := range numbers {
		names = append(names, m.extra[m.candidates[number].extra].Name)
	}
	return names
}

// note notes where the lost files are.
func (m *moved) note(pairs map[int]int) {
	var all []moves.Move
	var numbers []int
	for number := range m.lost {
		if to, is := pairs[number]; is {
			numbers = append(numbers, number)
			all = append(all, moves.Move{From: m.lost[number].name, To: m.extra[m.candidates[to].extra].Name})
		}
	}
	for i, directory := range moves.Renamed(all, m.isGone) {
		found := &m.found[pairs[numbers[i]]]
		found.to, found.with = all[i].To, directory
		for _, entry := range m.entriesOf(numbers[i]) {
			m.absent[entry].moved = found
		}
	}
}

// isGone reports whether nothing has the name of a directory any more.
func (m *moved) isGone(directory string) bool {
	_, err := m.root.Dir().Lstat(filepath.FromSlash(directory))
	return errors.Is(err, fs.ErrNotExist)
}
