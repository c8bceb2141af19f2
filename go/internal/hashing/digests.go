package hashing

import (
	"hash"
	"slices"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/multibuffer"
)

// maxTogether is the largest number of digests of a file that kernels compute: MD5,
// SHA-1 and the kinds of SHA-2.
const maxTogether = 8

// together are the families of the digests that kernels compute. The files of lanes
// with the same families are digested together.
type together struct {
	count    int
	families [maxTogether]multibuffer.Family
}

func (t *together) all() []multibuffer.Family { return t.families[:t.count] }

// block returns the number of bytes of which each family takes whole blocks.
func (t *together) block() int {
	block := 1
	for _, f := range t.all() {
		block = max(block, f.BlockSize())
	}
	return block
}

// lanes returns the number of files that are fastest together.
func (t *together) lanes() int {
	lanes := 1
	for _, f := range t.all() {
		lanes = max(lanes, f.Lanes())
	}
	return lanes
}

// digests computes the digests of a lane's file: some by kernels, together with the
// files of other lanes, and each of the others by a hash.Hash.
type digests struct {
	spare      bool // whether the worker has a spare processor
	wanted     digest.Set
	together   together
	algorithms [maxTogether]digest.Algorithm // of the families
	states     []multibuffer.State           // of the families
	block      int                           // bytes of which kernels take whole blocks, or 1
	alone      hash.Hash                     // the first digest, if no kernel computes any
	first      digest.Algorithm              // of alone
	also       digest.Set                    // the other digests, computed as the file is read

	hashes   [digest.Count]hash.Hash
	detector hash.Hash // for SHA-1, if it detects attacks
	attacks  bool
	end      [3 * 128]byte // less than a block of a file, and padding
	sums     []sum
}

// begin prepares for another file.
func (d *digests) begin(wanted digest.Set, attacks bool) {
	d.wanted, d.attacks = wanted, attacks
	d.together, d.alone = together{}, nil
	for a := range wanted.And(digest.WithFamily).All() {
		if family, start, _ := a.Family(); family.Lanes() > 1 && !d.detects(a) {
			n := d.together.count
			d.together.families[n], d.algorithms[n], d.states[n] = family, a, start
			d.together.count++
			wanted = wanted.Without(digest.SetOf(a))
		}
	}
	d.block = d.together.block()
	if d.together.count == 0 {
		d.first = firstOf(wanted)
		wanted = wanted.Without(digest.SetOf(d.first))
	}
	d.also = wanted
}

// firstOf prefers BLAKE3, because several cores can compute it.
func firstOf(wanted digest.Set) digest.Algorithm {
	if wanted.Has(digest.BLAKE3) {
		return digest.BLAKE3
	}
	return wanted.First()
}

// reset resets the hashes of the digests that no kernel computes.
func (d *digests) reset() {
	if d.together.count == 0 {
		d.alone = d.fresh(d.first)
	}
	for a := range d.also.All() {
		d.fresh(a)
	}
}

func (d *digests) fresh(a digest.Algorithm) hash.Hash {
	h := d.hashOf(a)
	h.Reset()
	return h
}

// hashOf returns the lane's own hash that computes a.
func (d *digests) hashOf(a digest.Algorithm) hash.Hash {
	own, create := &d.hashes[a], a.New
	if d.detects(a) {
		own, create = &d.detector, digest.NewDetector
	}
	if *own == nil {
		*own = create()
	}
	return *own
}

// detects reports whether the detector computes a.
func (d *digests) detects(a digest.Algorithm) bool { return d.attacks && a == digest.SHA1 }

// writeAlso adds text to the digests that are computed as the file is read.
func (d *digests) writeAlso(text []byte) {
	if d.also.IsEmpty() {
		return
	}
	compute(d.spare, func() {
		for a := range d.also.All() {
			d.hashOf(a).Write(text)
		}
	})
}

// pad pads the end of the file if only one family needs it. buffer[:used] is the end.
// It returns the new length.
func (d *digests) pad(buffer []byte, used int, total int64) int {
	if d.together.count == 1 {
		return d.together.families[0].Pad(buffer, used, uint64(total))
	}
	return used
}

// finish returns all digests of a file of total bytes. rest is what the kernels have
// not taken.
func (d *digests) finish(c *multibuffer.Compressor, rest []byte, total int64) []sum {
	d.sums = d.sums[:0]
	for i, family := range d.together.all() {
		a, states := d.algorithms[i], d.states[i:i+1]
		if d.together.count > 1 {
			size := family.BlockSize()
			n := family.Pad(d.end[:], copy(d.end[:], rest), uint64(total))
			c.Compress(family, states, d.end[:n], make([]multibuffer.Message, 1), n/size)
		}
		family.AppendSum(d.sum(a), &states[0], a.Size())
	}
	if d.alone != nil {
		d.alone.Sum(d.sum(d.first))
	}
	for a := range d.also.All() {
		d.hashOf(a).Sum(d.sum(a))
	}
	return d.sums
}

// sum returns an empty slice to append the digest of an algorithm to.
func (d *digests) sum(a digest.Algorithm) []byte {
	n := len(d.sums)
	if d.sums = slices.Grow(d.sums, 1)[:n+1]; d.sums[n].bytes == nil {
		d.sums[n].bytes = make([]byte, digest.MaxSize)
	}
	d.sums[n] = sum{a, d.sums[n].bytes[:a.Size()]}
	return d.sums[n].bytes[:0]
}

// isAttack reports whether the detector has found an attack in the file.
func (d *digests) isAttack() bool {
	return d.attacks && d.wanted.Has(digest.SHA1) && digest.IsAttack(d.detector)
}
