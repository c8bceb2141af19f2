// Package moves pairs files that are gone with files that are new and have the same
// content. It knows names alone, and touches no file.
package moves

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Move is the old and the new name of a file, both with slashes.
type Move struct{ From, To string }

// mostElements is the number of elements at the end of two names that count for how alike
// they are.
const mostElements = 8

// Pair pairs names of files that all have the same content. It returns the position in
// found of each name that is gone, -1 if it has none. The names that are most alike at
// their end are paired first, and of those the first ones by name. With sameBase, the last
// elements must be equal.
func Pair(gone, found []string, sameBase bool) []int {
	if len(gone) == 1 && len(found) == 1 { // as in most cases
		if sameBase && path.Base(gone[0]) != path.Base(found[0]) {
			return []int{-1}
		}
		return []int{0}
	}
	p := newPairing(gone, found)
	for elements := p.depth(); elements > 0; elements-- {
		p.pairAlike(elements)
	}
	if !sameBase {
		p.pairRest()
	}
	return p.of
}

type pairing struct {
	gone, found   []string
	byGone, order []int // positions, sorted by name
	of            []int
	used          []bool // by position in found
}

func newPairing(gone, found []string) *pairing {
	p := &pairing{
		gone: gone, found: found, byGone: sorted(gone), order: sorted(found),
		of: make([]int, len(gone)), used: make([]bool, len(found)),
	}
	for i := range p.of {
		p.of[i] = -1
	}
	return p
}

func sorted(names []string) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(strings.Compare(names[a], names[b]), cmp.Compare(a, b)) })
	return order
}

// depth returns the number of elements of the longest name that is gone, at most.
func (p *pairing) depth() (elements int) {
	for _, name := range p.gone {
		elements = max(elements, strings.Count(name, "/")+1)
	}
	return min(elements, mostElements)
}

// pairAlike pairs names of which so many last elements are equal.
func (p *pairing) pairAlike(elements int) {
	free := map[string][]int{}
	for _, i := range p.order {
		if end, ok := endOf(p.found[i], elements); ok && !p.used[i] {
			free[end] = append(free[end], i)
		}
	}
	for _, i := range p.byGone {
		end, ok := endOf(p.gone[i], elements)
		if all := free[end]; ok && p.of[i] < 0 && len(all) > 0 {
			free[end] = all[1:]
			p.pair(i, all[0])
		}
	}
}

func (p *pairing) pairRest() {
	next := 0
	for _, i := range p.byGone {
		for next < len(p.order) && p.used[p.order[next]] {
			next++
		}
		if next == len(p.order) {
			return
		}
		if p.of[i] < 0 {
			p.pair(i, p.order[next])
		}
	}
}

func (p *pairing) pair(gone, found int) { p.of[gone], p.used[found] = found, true }

// endOf returns the last elements of a name, if it has so many.
func endOf(name string, elements int) (end string, ok bool) {
	at := len(name)
	for range elements {
		if at < 0 {
			return "", false
		}
		at = strings.LastIndexByte(name[:at], '/')
	}
	return name[at+1:], true
}

// Renamed returns for each move the old name of the directory that was renamed, with all
// that is below it, and "" for a file that moved by itself. isGone reports whether no
// directory has a name any more.
func Renamed(all []Move, isGone func(directory string) bool) []string {
	gone := map[string]bool{}
	remembered := func(directory string) bool {
		is, known := gone[directory]
		if !known {
			is = isGone(directory)
			gone[directory] = is
		}
		return is
	}
	directories := make([]Move, len(all))
	files := map[Move]int{}
	for i, m := range all {
		directories[i] = m.directory(remembered)
		files[directories[i]]++
	}
	old := make([]string, len(all))
	for i, d := range directories {
		if files[d] > 1 {
			old[i] = d.From
		}
	}
	return old
}

// directory returns the move of the topmost directory that is gone and explains the move
// of the file, the zero value if there is none.
func (m Move) directory(isGone func(string) bool) Move {
	from, to := len(m.From), len(m.To)
	for {
		i, j := strings.LastIndexByte(m.From[:from], '/'), strings.LastIndexByte(m.To[:to], '/')
		if i <= 0 || j <= 0 || m.From[i:from] != m.To[j:to] {
			break
		}
		from, to = i, j
	}
	for from < len(m.From) {
		if isGone(m.From[:from]) {
			return Move{m.From[:from], m.To[:to]}
		}
		next := strings.IndexByte(m.From[from+1:], '/') + 1
		if next == 0 {
			break
		}
		from, to = from+next, to+next
	}
	return Move{}
}

// Stronger compares algorithms, so that those that tell more files apart come first.
func Stronger(a, b digest.Algorithm) int {
	weak := func(a digest.Algorithm) int {
		if a.Weak() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(weak(a), weak(b)), cmp.Compare(b.Size(), a.Size()), cmp.Compare(a, b))
}

// leastBytes is the length of a digest that two files of different content don't have by
// accident, among as many as there are.
const leastBytes = 16

// IsEvidence reports whether files with equal digests of an algorithm, and none of a
// stronger one, are the same although their names have nothing in common. Those without
// content aren't.
func IsEvidence(a digest.Algorithm, isEmpty bool) bool { return !isEmpty && a.Size() >= leastBytes }
