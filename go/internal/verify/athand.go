package verify

import "github.com/checksig/checksig/go/internal/tree"

// maxInCall is the number of files that are verified in the call that starts the job.
const maxInCall = 8

// atHand reports whether the job may begin in the call that starts it: the root and one
// list can be opened and read without waiting for storage, and nothing else is looked at
// before the files.
func (v *verification) atHand() bool {
	if !v.selection.isAll() || v.extra != NoExtra || v.isPartial {
		return false
	}
	if v.lists == nil { // the root may be a list; to find lists in it may take long
		list := v.Root
		v := *v
		v.Root = v.Root.Directory()
		return tree.IsFileAtHand(list.At) && v.Settled.AtHand()
	}
	if len(v.lists) != 1 || !v.Settled.AtHand() {
		return false
	}
	l := v.lists[0]
	switch {
	case l.entries != nil:
		return len(l.entries) <= maxInCall
	case l.content != nil:
		return len(l.content) <= tree.AtHandSize
	}
	return tree.IsFileAtHand(l.file.At)
}

// atHand reports whether the files of a plan are few, and can be read without waiting for
// storage.
func (p *plan) atHand(root *tree.Root) bool {
	if p.bag != nil || p.entries > maxInCall || p.unsupported > 0 || len(p.sources[0].Listed) > 0 || !hasOneAlgorithm(p.sources[0]) {
		return false
	}
	for i := range p.sources[0].Entries {
		if !root.IsAtHand(p.sources[0].Entries[i].Name) {
			return false
		}
	}
	return true
}
