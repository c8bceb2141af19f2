package tree

import (
	"bytes"
	"slices"
)

// drop removes the last branch.
func (w *walker) drop() {
	if d := w.last().open; d != nil {
		w.order.waitForOpens()
		d.close()
		w.open.Add(-1)
		w.kept = w.kept[:len(w.kept)-1]
	}
	w.branches = w.branches[:len(w.branches)-1]
}

func (w *walker) closeAll() {
	for len(w.branches) > 0 {
		w.drop()
	}
}

// keep records that branch i is open. All other open branches come before it.
func (w *walker) keep(i int, d directory) {
	w.branches[i].open = d
	w.kept = append(w.kept, i)
	for w.open.Add(1); len(w.kept) > fewest && w.isOverfull(); {
		w.closeBeyond(len(w.kept) - 1)
	}
}

// closeBeyond closes branches until at most this many are open. The last open branch
// is in use and stays open.
func (w *walker) closeBeyond(most int) {
	for len(w.kept) > most {
		i := w.leastMissed()
		b := &w.branches[w.kept[i]]
		w.order.waitForOpens()
		b.open.close()
		w.open.Add(-1)
		b.open = nil
		w.kept = slices.Delete(w.kept, i, i+1)
	}
}

// leastMissed chooses the open branch to close. A closed branch is reopened from the
// nearest open one above it, so the cost is the gap between open branches. Gaps that
// grow with the distance from the end of the path keep the cost low: each directory
// is reopened only a few times, at any depth.
func (w *walker) leastMissed() int {
	choice, least, above := 0, 0.0, 0
	for i, n := range w.kept[:len(w.kept)-1] {
		level, below := w.branches[n].level, w.branches[w.kept[i+1]].level
		gap := float64(below-above) / float64(1+w.last().level-level)
		if i == 0 || gap < least {
			choice, least = i, gap
		}
		above = level
	}
	return choice
}

// reopen opens the last branch again, directory by directory from the nearest open
// branch above it, and also the branches in between. If a directory can't be opened,
// all branches beneath it are lost. Its only error is errShort.
func (w *walker) reopen() error {
	next, done, d, passing := 0, w.start, w.base, false // passing: d is not a branch
	if n := len(w.kept); n > 0 {
		next = w.kept[n-1] + 1
		d, done = w.branches[next-1].open, w.branches[next-1].length
	}
	for {
		if w.branches[next].length == done {
			w.keep(next, d)
			passing = false
			if next++; next == len(w.branches) {
				return nil
			}
		}
		length := bytes.IndexByte(w.path[done:], '/')
		child, err := w.openBelow(d, string(w.path[done:done+length]))
		if passing {
			d.close()
		}
		if err == errShort {
			return err
		}
		if err != nil {
			w.lose(next, err)
			return nil
		}
		d, done, passing = child, done+length+1, true
	}
}

func (w *walker) lose(from int, err error) {
	for i := range w.branches[from:] {
		w.branches[from+i].lost = err
	}
}
