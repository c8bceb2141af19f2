package verify

import (
	"path/filepath"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// reading is what a list was read as. A file that was found by a list's name may be
// data: a page of prose, or a program called md5sum.
type reading struct {
	list     given
	source   *source
	err      error // that it is no list, or has no entry
	isListed bool  // as data, by another list
}

// isDoubtful reports whether an error says that a file is no list, or a damaged one.
func isDoubtful(err error) bool {
	code := problem.From(err).Code
	return code == problem.NotAList || code == problem.NoEntry
}

func (r *reading) hasNoEntry() bool { return r.err != nil || !r.source.HasEntry() }

// isNoList reports whether a file that was found is not to be used as a list: no line
// of it has a digest, or another list has a digest for it. Any other one without an
// entry is a damaged list, and one without lines may have been truncated.
func (r *reading) isNoList() bool {
	switch {
	case !r.list.found || !r.hasNoEntry():
		return false
	case r.isListed:
		return true
	case r.err != nil:
		return problem.From(r.err).Code == problem.NotAList
	}
	return r.source.IsProse()
}

func (r *reading) whyNot() error {
	if r.err != nil {
		return r.err
	}
	return noEntry(r.source)
}

// markData marks the readings without an entry that other lists name.
func markData(root *tree.Root, all []reading) {
	doubtful := map[string]*reading{}
	for i := range all {
		if r := &all[i]; r.list.found && r.hasNoEntry() {
			doubtful[filepath.Base(r.list.At)] = r
		}
	}
	if len(doubtful) == 0 {
		return
	}
	for _, r := range all {
		if r.source == nil {
			continue
		}
		for i := range r.source.Entries {
			if data := doubtful[nameBeneath(root, r.source.Entries[i].Name)]; data != nil {
				data.isListed = true
			}
		}
	}
}
