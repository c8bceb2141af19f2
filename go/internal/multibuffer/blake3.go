package multibuffer

import (
	"encoding/binary"
	"math/bits"
)

// The words of a BLAKE3 state after the chaining value. Its blocks are those of one
// node of the tree: a chunk, or the chaining values of two nodes below.
const (
	blake3Counter = 8 + iota // two words, the lower one first
	_
	blake3Flags  // of all blocks
	blake3First  // more flags of the first block
	blake3Last   // more flags of the last block
	blake3Length // bytes of the last block; the rest of it is zero
)

// BLAKE3Node is what is known of a node before its blocks.
type BLAKE3Node struct {
	Counter uint64 // number of the chunk
	Flags   uint32 // of all blocks
	First   uint32 // more flags of the first block
	Last    uint32 // more flags of the last block
	Length  uint32 // bytes of the last block
}

// State returns the initial state for the node's blocks.
func (n BLAKE3Node) State() (s State) {
	w := s.words32()
	copy(w[:8], blake3IV[:])
	w[blake3Counter], w[blake3Counter+1] = uint32(n.Counter), uint32(n.Counter>>32)
	w[blake3Flags], w[blake3First], w[blake3Last], w[blake3Length] = n.Flags, n.First, n.Last, n.Length
	return s
}

// Next makes s the state for the node with the next counter, given the initial state
// of the first one.
func (s *State) Next(first *State, counter uint64) {
	*s = *first
	w := s.words32()
	w[blake3Counter], w[blake3Counter+1] = uint32(counter), uint32(counter>>32)
}

// PutValue writes the chaining value of a BLAKE3 state to b, 32 bytes.
func (s *State) PutValue(b []byte) {
	w := s.words32()
	b = b[:32]
	for i := range 8 {
		binary.LittleEndian.PutUint32(b[4*i:], w[i])
	}
}

var blake3IV = [8]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

// compressBLAKE3 is what the kernels compute, for one message.
func compressBLAKE3(s *State, blocks []byte) {
	w := s.words32()
	flags := w[blake3Flags] | w[blake3First]
	for len(blocks) > 64 {
		compressBLAKE3Block(w, blocks, 64, flags)
		flags = w[blake3Flags]
		blocks = blocks[64:]
	}
	compressBLAKE3Block(w, blocks, w[blake3Length], flags|w[blake3Last])
}

func compressBLAKE3Block(w *[16]uint32, block []byte, length, flags uint32) {
	var m [16]uint32
	for i := range m {
		m[i] = binary.LittleEndian.Uint32(block[4*i:])
	}
	a0, a1, a2, a3, b0, b1, b2, b3 := w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
	c0, c1, c2, c3 := blake3IV[0], blake3IV[1], blake3IV[2], blake3IV[3]
	d0, d1, d2, d3 := w[blake3Counter], w[blake3Counter+1], length, flags
	for range 7 {
		a0, b0, c0, d0 = mixBLAKE3(a0, b0, c0, d0, m[0], m[1])
		a1, b1, c1, d1 = mixBLAKE3(a1, b1, c1, d1, m[2], m[3])
		a2, b2, c2, d2 = mixBLAKE3(a2, b2, c2, d2, m[4], m[5])
		a3, b3, c3, d3 = mixBLAKE3(a3, b3, c3, d3, m[6], m[7])
		a0, b1, c2, d3 = mixBLAKE3(a0, b1, c2, d3, m[8], m[9])
		a1, b2, c3, d0 = mixBLAKE3(a1, b2, c3, d0, m[10], m[11])
		a2, b3, c0, d1 = mixBLAKE3(a2, b3, c0, d1, m[12], m[13])
		a3, b0, c1, d2 = mixBLAKE3(a3, b0, c1, d2, m[14], m[15])
		m = [16]uint32{m[2], m[6], m[3], m[10], m[7], m[0], m[4], m[13], m[1], m[11], m[12], m[5], m[9], m[14], m[15], m[8]}
	}
	w[0], w[1], w[2], w[3] = a0^c0, a1^c1, a2^c2, a3^c3
	w[4], w[5], w[6], w[7] = b0^d0, b1^d1, b2^d2, b3^d3
}

func mixBLAKE3(a, b, c, d, x, y uint32) (uint32, uint32, uint32, uint32) {
	a += b + x
	d = bits.RotateLeft32(d^a, -16)
	c += d
	b = bits.RotateLeft32(b^c, -12)
	a += b + y
	d = bits.RotateLeft32(d^a, -8)
	c += d
	return a, bits.RotateLeft32(b^c, -7), c, d
}
