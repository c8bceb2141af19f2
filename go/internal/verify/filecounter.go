package verify

import (
	"hash/maphash"
	"iter"
	"math/bits"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/tree"
)

// fileCounter counts files by the hashes of their names, so that it holds 11 to 22 bytes
// for each entry.
type fileCounter struct {
	root *tree.Root
	seed maphash.Seed
}

func newFileCounter(root *tree.Root) fileCounter { return fileCounter{root, maphash.MakeSeed()} }

// count returns the number of files that the entries name, of which there are at most that
// many.
func (c fileCounter) count(entries iter.Seq[*list.Entry], most int64) (files int64) {
	if most == 0 {
		return 0
	}
	seen := newHashes(most)
	for e := range entries {
		if seen.add(maphash.String(c.seed, nameBeneath(c.root, e.Name))) {
			files++
		}
	}
	return files
}

// hashes is a set of hashes. A slot that is free holds 0.
type hashes []uint64

// newHashes returns a set of which at most 3 in 4 slots are used.
func newHashes(most int64) hashes { return make(hashes, 1<<bits.Len64(uint64(most+most/3))) }

// add adds a hash, and reports whether it is new.
func (h hashes) add(hash uint64) bool {
	if hash == 0 {
		hash = 1
	}
	last := uint64(len(h) - 1)
	slot := hash & last
	for ; h[slot] != 0; slot = (slot + 1) & last {
		if h[slot] == hash {
			return false
		}
	}
	h[slot] = hash
	return true
}
