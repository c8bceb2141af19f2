// Package blake3 computes BLAKE3 with digests of 256 bits, without a key.
//
// A file is a tree, which makes BLAKE3 fast: its chunks of 1 KiB don't wait for each
// other, so the kernels of multibuffer compress several at once, and large parts of one
// file can be digested on several cores. The names are those of the paper "BLAKE3: one
// function, fast everywhere".
package blake3

import "math/bits"

// Size is the size of a digest in bytes.
const Size = 32

// Value is the chaining value of a subtree.
type Value [value]byte

const (
	chunk = 1024
	block = 64
	value = 32 // bytes of a chaining value

	chunkStart = 1 << 0
	chunkEnd   = 1 << 1
	parent     = 1 << 2
	root       = 1 << 3

	// deepest is the number of values on the stack for an input of 2^64 bytes: one for
	// each level of the tree above the chunks, and one that is not merged yet.
	deepest = 64 - 10 + 1
)

// Hash is a [hash.Hash].
//
// Below the buffer, the input so far consists of whole subtrees. Two of the same size are
// merged only when more input follows, because the root is computed differently.
type Hash struct {
	stack  [deepest]Value // values of subtrees from left to right, larger ones first
	depth  int
	chunks uint64 // in the subtrees
	buffer [chunk]byte
	used   int
}

// New returns a new hash.
func New() *Hash { return &Hash{} }

// Reset implements [hash.Hash].
func (h *Hash) Reset() { h.depth, h.chunks, h.used = 0, 0, 0 }

// Size implements [hash.Hash].
func (h *Hash) Size() int { return Size }

// BlockSize implements [hash.Hash].
func (h *Hash) BlockSize() int { return block }

// Write implements [hash.Hash]. It never returns an error.
func (h *Hash) Write(p []byte) (int, error) {
	written := len(p)
	s := takeSpace()
	defer s.giveBack()
	if h.used > 0 {
		p = h.fill(s, p)
	}
	for len(p) > chunk || len(p) == chunk && h.chunks > 0 {
		n := h.next(len(p) / chunk)
		h.add(s, p[:n*chunk])
		p = p[n*chunk:]
	}
	if len(p) > 0 {
		h.used = copy(h.buffer[:], p)
	}
	return written, nil
}

// WriteSubtree adds a subtree of n bytes that has been digested elsewhere. The input so
// far is a multiple of n, and the subtree is not the whole input.
func (h *Hash) WriteSubtree(of Value, n int64) {
	s := takeSpace()
	defer s.giveBack()
	h.merge(s)
	h.stack[h.depth] = of
	h.depth++
	h.chunks += uint64(n / chunk)
}

// fill completes the chunk in the buffer. It stays there if it may be the only one.
func (h *Hash) fill(s *space, p []byte) (rest []byte) {
	n := copy(h.buffer[h.used:], p)
	h.used += n
	if rest = p[n:]; h.used == chunk && (h.chunks > 0 || len(rest) > 0) {
		h.add(s, h.buffer[:])
		h.used = 0
	}
	return rest
}

// next returns the number of chunks of the largest subtree that starts here, out of
// available ones.
func (h *Hash) next(available int) int {
	largest := 1 << (bits.Len(uint(available)) - 1)
	if h.chunks > 0 {
		return min(largest, 1<<min(bits.TrailingZeros64(h.chunks), 62))
	}
	return largest
}

// add adds a subtree. Of more than one chunk, it adds the two halves, because the
// whole may be the root.
func (h *Hash) add(s *space, p []byte) {
	h.merge(s)
	halves := s.halves(p, h.chunks)
	for ; len(halves) > 0; halves = halves[value:] {
		copy(h.stack[h.depth][:], halves)
		h.depth++
	}
	h.chunks += uint64(len(p) / chunk)
}

// merge merges all subtrees that are not the root, because more input follows.
func (h *Hash) merge(s *space) {
	for h.depth > bits.OnesCount64(h.chunks) {
		h.depth--
		s.join(&h.stack[h.depth-1], h.stack[h.depth-1][:], h.stack[h.depth][:], parent)
	}
}

// Sum implements [hash.Hash].
func (h *Hash) Sum(b []byte) []byte {
	s := takeSpace()
	defer s.giveBack()
	var sum Value
	if h.chunks == 0 {
		s.last(&sum, h.buffer[:h.used], 0, root)
		return append(b, sum[:]...)
	}
	if h.used > 0 {
		h.merge(s)
		s.last(&sum, h.buffer[:h.used], h.chunks, 0)
	} else {
		h.depth--
		sum = h.stack[h.depth]
		defer func() { h.depth++ }()
	}
	for i := h.depth - 1; i >= 0; i-- {
		flags := uint32(parent)
		if i == 0 {
			flags |= root
		}
		s.join(&sum, h.stack[i][:], sum[:], flags)
	}
	return append(b, sum[:]...)
}
