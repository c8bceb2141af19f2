package difference

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/moves"
	"github.com/checksig/checksig/go/internal/verdict"
)

// findMoved pairs names that were removed with those that were added.
func (d *Difference) findMoved() {
	p := pairing{Difference: d, to: map[int]int{}, isUsed: make([]bool, len(d.Changes))}
	var of [2]digest.Set
	for i := range d.Changes {
		switch d.Changes[i].Status {
		case verdict.Missing:
			p.removed = append(p.removed, i)
			of[0] = of[0].Or(d.Changes[i].file().algorithms())
		case verdict.Extra:
			p.added = append(p.added, i)
			of[1] = of[1].Or(d.Changes[i].file().algorithms())
		}
	}
	if len(p.removed) == 0 || len(p.added) == 0 {
		return
	}
	algorithms := slices.Collect(of[0].And(of[1]).All())
	slices.SortFunc(algorithms, moves.Stronger)
	for _, a := range algorithms {
		p.pair(a)
	}
	p.conclude()
}

// file returns what the side that has the name of a change says of it: of two, the old one.
func (c *Change) file() *file {
	if c.old != nil {
		return c.old
	}
	return c.new
}

// pairing is the search for names of the same content.
type pairing struct {
	*Difference
	removed, added []int       // positions of changes
	to             map[int]int // of those that were removed: what was added
	isUsed         []bool      // of those that were added
}

// content is what several names have.
type content struct{ removed, added []int }

// pair pairs names by one algorithm.
func (p *pairing) pair(a digest.Algorithm) {
	byDigest := map[string]*content{}
	var all []string // in the order of names
	for _, i := range p.removed {
		sum, ok := p.sum(i, a)
		if _, isPaired := p.to[i]; !ok || isPaired {
			continue
		}
		if byDigest[sum] == nil {
			byDigest[sum] = &content{}
			all = append(all, sum)
		}
		byDigest[sum].removed = append(byDigest[sum].removed, i)
	}
	for _, i := range p.added {
		if sum, ok := p.sum(i, a); ok && !p.isUsed[i] && byDigest[sum] != nil {
			byDigest[sum].added = append(byDigest[sum].added, i)
		}
	}
	empty := hex.EncodeToString(a.New().Sum(nil))
	for _, sum := range all {
		p.pairContent(byDigest[sum], moves.IsEvidence(a, sum == empty))
	}
}

// sum returns the digest of a change, if there is just one of the algorithm.
func (p *pairing) sum(change int, a digest.Algorithm) (sum string, ok bool) {
	f := p.Changes[change].file()
	if f.isPlain() {
		return strings.ToLower(f.first.Hex), f.first.Algorithm == a
	}
	digits := f.hex(a)
	if len(digits) != 1 {
		return "", false
	}
	return digits[0], true
}

func (p *pairing) pairContent(c *content, isEvidence bool) {
	if len(c.added) == 0 {
		return
	}
	for i, to := range moves.Pair(p.texts(c.removed), p.texts(c.added), !isEvidence) {
		if to >= 0 && p.areSame(c.removed[i], c.added[to]) {
			p.to[c.removed[i]] = c.added[to]
			p.isUsed[c.added[to]] = true
		}
	}
}

// areSame reports whether nothing that is known of two files differs.
func (p *pairing) areSame(removed, added int) bool {
	a, b := p.Changes[removed].old, p.Changes[added].new
	return a.differs(b, a.algorithms().And(b.algorithms())) == digest.Unknown && !a.sizeDiffers(b) && len(a.sizes()) < 2
}

func (p *pairing) texts(changes []int) (all []string) {
	for _, i := range changes {
		all = append(all, p.Changes[i].file().name)
	}
	return all
}

// conclude makes one change of each pair.
func (p *pairing) conclude() {
	var pairs []int
	var all []moves.Move
	for _, i := range p.removed {
		to, is := p.to[i]
		if !is {
			continue
		}
		c := &p.Changes[i]
		c.Status, c.new = verdict.Moved, p.Changes[to].new
		p.noteWeak(i, to)
		pairs = append(pairs, i)
		all = append(all, moves.Move{From: c.old.name, To: c.new.name})
	}
	there := p.directories(pairs)
	for i, directory := range moves.Renamed(all, func(directory string) bool { return !there[directory] }) {
		p.Changes[pairs[i]].with = int32(len(directory))
	}
	i := -1
	p.Changes = slices.DeleteFunc(p.Changes, func(Change) bool { i++; return p.isUsed[i] })
}

// directories returns those of the old names of changes in which the new side has something.
func (p *pairing) directories(changes []int) map[string]bool {
	there := map[string]bool{}
	for _, i := range changes {
		c := &p.Changes[i]
		directory := c.old.name[:c.shared]
		for end := len(directory) - 1; end >= 0; end = strings.LastIndexByte(directory[:end], '/') {
			if there[directory[:end]] {
				break
			}
			there[directory[:end]] = true
		}
	}
	return there
}

func (p *pairing) noteWeak(removed, added int) {
	a, b := p.Changes[removed].old, p.Changes[added].new
	if shared := a.algorithms().And(b.algorithms()); shared.Without(digest.AllWeak).IsEmpty() {
		p.Weak = p.Weak.Or(shared)
	}
}

// strongest returns the algorithm of a set that tells the most files apart.
func strongest(all digest.Set) (best digest.Algorithm) {
	for a := range all.All() {
		if best == digest.Unknown || moves.Stronger(a, best) < 0 {
			best = a
		}
	}
	return best
}
