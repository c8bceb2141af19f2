package verify

import (
	"cmp"
	"hash/maphash"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/tree"
)

// repeats are the entries that name a file again, in another list or with another
// digest. The file is read once, for its first entry, and judged by all. The zero value
// has none.
type repeats struct {
	next  []int32  // by number: that of the next entry of the same file, or 0
	again []uint64 // one bit per number: the entry is not the first one of its file
}

// isAgain reports whether a number is that of an entry whose file is read for an earlier
// one.
func (r *repeats) isAgain(number int) bool {
	return r.again != nil && r.again[number/64]&(1<<(number%64)) != 0
}

// after returns the number of the next entry of the same file, 0 if there is none.
func (r *repeats) after(number int) int {
	if r.next == nil {
		return 0
	}
	return int(r.next[number])
}

// repeated finds the entries of a comparison that name a file again. A single list with
// one algorithm is not searched, because such lists name each file once.
func repeated(c *comparison, root *tree.Root) (r repeats) {
	if c.Count() > math.MaxInt32 || len(c.plan.sources) == 1 && hasOneAlgorithm(c.plan.sources[0]) {
		return r
	}
	names := c.sortedNames(root)
	for i := 0; i < len(names); {
		first, last := names[i], names[i]
		for i++; i < len(names) && names[i].hash == first.hash; i++ {
			n := names[i]
			if c.nameOf(first.number, root) != c.nameOf(n.number, root) {
				continue // read by itself
			}
			if r.next == nil {
				r.next, r.again = make([]int32, c.Count()), make([]uint64, (c.Count()+63)/64)
			}
			r.next[last.number] = n.number
			r.again[n.number/64] |= 1 << (n.number % 64)
			last = n
		}
	}
	return r
}

func hasOneAlgorithm(s *source) bool {
	return !slices.ContainsFunc(s.Entries, func(e list.Entry) bool {
		return e.Algorithm != s.Entries[0].Algorithm
	})
}

// hashedName is the name of an entry: 16 bytes instead of the name.
type hashedName struct {
	hash   uint64
	number int32
}

func (c *comparison) sortedNames(root *tree.Root) []hashedName {
	names := make([]hashedName, 0, c.plan.entries)
	seed := maphash.MakeSeed()
	for number := range c.Count() {
		if name := c.nameOf(int32(number), root); name != "" {
			names = append(names, hashedName{maphash.String(seed, name), int32(number)})
		}
	}
	slices.SortFunc(names, func(a, b hashedName) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.number, b.number))
	})
	return names
}

// nameOf returns the name beneath the root by which an entry's file is compared with
// others, or "" if only opening the file can tell: ".." after a link leads elsewhere, and
// a slash at the end demands a directory.
func (c *comparison) nameOf(number int32, root *tree.Root) string {
	_, e := c.entry(int(number))
	if e == nil || strings.HasSuffix(e.Name, "/") || strings.Contains(e.Name, "..") {
		return ""
	}
	if _, ok := root.Relative(e.Name); !ok {
		return ""
	}
	return nameBeneath(root, e.Name)
}

// nameBeneath returns a name relative to the root, so that names of one file compare as
// equal if they differ in "./" and "//" only. One with ".." stays as it is: behind a link
// it leads elsewhere.
func nameBeneath(root *tree.Root, name string) string {
	if relative, ok := root.Relative(name); ok {
		name = relative
	}
	if short := strings.TrimPrefix(name, "./"); isClean(short) {
		return short
	}
	if strings.Contains(name, "..") {
		return name
	}
	return path.Clean(name)
}

// isClean reports whether no element of a name is empty, "." or "..".
func isClean(name string) bool {
	for more := true; more; {
		var element string
		if element, name, more = strings.Cut(name, "/"); element == "" || element == "." || element == ".." {
			return false
		}
	}
	return true
}

// wanted returns the algorithms of all digests of an entry's file.
func (c *comparison) wanted(number int) (all digest.Set) {
	for {
		_, e := c.entry(number)
		all = all.Or(e.Algorithms())
		if number = c.repeats.after(number); number == 0 {
			return all
		}
	}
}
