package update

import (
	"maps"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/moves"
	"github.com/checksig/checksig/go/internal/verdict"
)

// findMoved finds the new names of missing files among those that were added: a file that
// was damaged while it got another name is not among them.
func (n *changes) findMoved(old *original, lost []verdict.Result) {
	if len(n.added) == 0 {
		return
	}
	gone := map[list.Digest][]*verdict.Result{} // by the strongest digest
	note := func(r *verdict.Result, i int) {
		d := digestsOf(&old.Entries[i])[0]
		gone[d] = append(gone[d], r)
	}
	at := old.indexes()
	for k := range lost {
		note(&lost[k], at(lost[k].Line, lost[k].Path))
	}
	dropped := slices.Sorted(maps.Keys(n.dropped))
	copies := make([]verdict.Result, len(dropped))
	for k, i := range dropped {
		copies[k] = n.dropped[i]
		note(&copies[k], i)
	}
	found := map[list.Digest][]create.File{}
	for _, f := range n.added {
		for _, d := range f.Digests {
			found[d] = append(found[d], f)
		}
	}
	for d, results := range gone {
		pair(d, results, found[d])
	}
	for k, i := range dropped {
		n.dropped[i] = copies[k]
	}
	for k := range lost {
		if lost[k].MovedTo != "" {
			lost[k].Status, lost[k].Detail = verdict.Moved, ""
		}
	}
}

// pair notes the new names of files that have a digest.
func pair(d list.Digest, gone []*verdict.Result, added []create.File) {
	if len(added) == 0 {
		return
	}
	var names, found []string
	for _, r := range gone {
		names = append(names, r.Path)
	}
	for _, f := range added {
		found = append(found, f.Name)
	}
	for i, to := range moves.Pair(names, found, !moves.IsEvidence(d.Algorithm, added[0].Size == 0)) {
		if to >= 0 {
			gone[i].MovedTo = found[to]
		}
	}
}

// digestsOf returns the digests of an entry in lower case, the strongest first.
func digestsOf(e *list.Entry) (all []list.Digest) {
	for i := range e.Digests() {
		d := e.Digest(i)
		all = append(all, list.Digest{Algorithm: d.Algorithm, Hex: strings.ToLower(d.Hex)})
	}
	slices.SortFunc(all, func(a, b list.Digest) int { return moves.Stronger(a.Algorithm, b.Algorithm) })
	return all
}
