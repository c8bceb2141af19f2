package update

import (
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/verdict"
)

// changes are those of a list.
type changes struct {
	replaced map[int]list.Entry // by the indexes of the old entries
	dropped  map[int]verdict.Result
	accepted map[int]verdict.Result
	added    []create.File // in the order of their names
}

// changesOf returns the changes by what was found.
func changesOf(old *original, c *comparison, files []create.File) *changes {
	n := &changes{replaced: map[int]list.Entry{}, dropped: c.missing, accepted: c.accepted}
	for _, f := range files {
		indexes, isAccepted := c.onDisk[f.Name]
		for _, i := range indexes {
			n.replaced[i] = entryWith(&old.Entries[i], f)
		}
		if !isAccepted {
			n.added = append(n.added, f)
		}
	}
	return n
}

// entryWith returns an entry with the digests of a file, and its size if it has one.
func entryWith(e *list.Entry, f create.File) list.Entry {
	var digests []list.Digest
	for i := range e.Digests() {
		a := e.Digest(i).Algorithm
		at := slices.IndexFunc(f.Digests, func(d list.Digest) bool { return d.Algorithm == a })
		digests = append(digests, f.Digests[at])
	}
	renewed := list.Entry{Name: e.Name, Hex: digests[0].Hex, Line: e.Line, Algorithm: digests[0].Algorithm}
	for _, d := range digests[1:] {
		renewed.AddDigest(d)
	}
	if _, ok := e.Size(); ok {
		renewed.SetSize(f.Size)
	}
	return renewed
}

func (n *changes) isNone() bool { return len(n.replaced)+len(n.dropped)+len(n.added) == 0 }

// unlike returns results on accepted files that are no longer as they were when the
// mismatch was found: something else would be accepted.
func (n *changes) unlike(c *comparison) (results []verdict.Result) {
	for i, r := range c.accepted {
		e, ok := n.replaced[i]
		same := ok && r.Actual == ""
		for d := range e.Digests() {
			same = same || ok && strings.EqualFold(e.Digest(d).Hex, r.Actual)
		}
		if !same {
			r.Status, r.Detail = verdict.Changed, "changed again after it was verified"
			results = append(results, r)
		}
	}
	slices.SortFunc(results, func(a, b verdict.Result) int { return int(a.Line) - int(b.Line) })
	return results
}

// results returns those on all changes: by line, and then by name.
func (n *changes) results(manifest string) (all []verdict.Result) {
	for i := range n.replaced {
		r := n.accepted[i]
		r.Status, r.Fails, r.Detail = verdict.Modified, false, ""
		all = append(all, r)
	}
	for _, r := range n.dropped {
		r.Fails = false
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b verdict.Result) int { return int(a.Line) - int(b.Line) })
	for _, f := range n.added {
		all = append(all, verdict.Result{
			Path: f.Name, Status: verdict.Added, Algorithm: f.Digests[0].Algorithm, Actual: f.Digests[0].Hex, Size: f.Size, Manifest: manifest,
		})
	}
	return all
}
