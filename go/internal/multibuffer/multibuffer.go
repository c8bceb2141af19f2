// Package multibuffer computes digests of several messages at once on one core.
//
// The digest of one message is a chain: each step waits for the step before it, and
// most units of the core are idle. Different messages don't wait for each other, so a
// kernel processes a few messages together, block by block. Each message has its own
// lane of the vector registers, or the instructions of several messages are
// interleaved.
//
// # Kernels
//
// The kernels are written in C, for amd64 and arm64 with cgo. The library needs a C
// compiler anyway. In C, one source of an algorithm serves every width of vectors, and
// the compiler allocates registers and orders instructions. In Go's assembler, each
// width would need a source of its own, which only tests can check. vector.h hides the
// width of vectors; the templates md5.h, sha1.h, sha2.h and blake3.h are compiled
// for AVX2, AVX-512 and NEON, and blake3.h for SSSE3 too. Other sources use the SHA instructions of amd64 and arm64. On other CPUs, and for
// few messages, the standard library computes one message after the other.
//
// The best kernels for each number of messages are measured on the first use of a
// family: the same instructions cost several times as much on one CPU as on another.
//
// C gets three pointers: to the states, to the buffer, and to the messages with their
// offsets in the buffer. None of this memory contains pointers. Compress checks all
// arguments, the kernels check none.
//
// AVX-512 is tested on CPUs without it if CGO_CFLAGS contains
// -DCHECKSIG_EMULATE_AVX512. The same templates, with the same tables for ternary
// logic, then use other vector instructions. Tests report these kernels as emulated,
// and kernels that did not run as skipped.
//
// # Functions
//
// The functions are those of RFC 1321 (MD5) and FIPS 180-4 (SHA-1, SHA-2). The caller
// keeps a State for each message, passes whole blocks to Compress, pads the end with
// Pad and reads the digest with AppendSum.
//
// The messages of BLAKE3 are the nodes of a file's tree, each with a state from
// [BLAKE3Node]. The package blake3 builds the tree.
package multibuffer

import (
	"encoding/binary"
	"fmt"
	"hash"
	"unsafe"
)

// Family is a compression function. SHA-224 and SHA-256 share one, and so do SHA-384,
// SHA-512 and SHA-512/256. They differ only in the initial state and in the size of
// the digest.
type Family uint8

// The families.
const (
	MD5 Family = iota
	SHA1
	SHA256
	SHA512
	BLAKE3
	families
)

// NoFamily stands for algorithms that this package does not compute.
const NoFamily = families

// MaxLanes is the largest number of messages that one call of a kernel processes.
const MaxLanes = 16

var shapes = [families]struct {
	name      string
	block     int // bytes
	word      int // bytes
	words     int // in a state
	bigEndian bool
}{
	MD5:    {"md5", 64, 4, 4, false},
	SHA1:   {"sha1", 64, 4, 5, true},
	SHA256: {"sha256", 64, 4, 8, true},
	SHA512: {"sha512", 128, 8, 8, true},
	BLAKE3: {"blake3", 64, 4, 8, false},
}

// String returns the name of the family's best known algorithm.
func (f Family) String() string { return shapes[f].name }

// BlockSize returns the size of a block in bytes.
func (f Family) BlockSize() int { return shapes[f].block }

// State is the chaining value of a message after the blocks so far. It has no
// pointers, so that C can use it directly. Families with 32-bit words use the first
// part of it as uint32s.
type State [8]uint64

func (s *State) words32() *[16]uint32 { return (*[16]uint32)(unsafe.Pointer(s)) }

// appendWords appends the words of a state, most significant byte first.
func (f Family) appendWords(dst []byte, s *State) []byte {
	if shapes[f].word == 8 {
		for _, w := range s {
			dst = binary.BigEndian.AppendUint64(dst, w)
		}
		return dst
	}
	for _, w := range s.words32()[:shapes[f].words] {
		dst = binary.BigEndian.AppendUint32(dst, w)
	}
	return dst
}

// setWords is the inverse of appendWords.
func (f Family) setWords(s *State, src []byte) {
	if shapes[f].word == 8 {
		for i := range s {
			s[i] = binary.BigEndian.Uint64(src[8*i:])
		}
		return
	}
	words := s.words32()[:shapes[f].words]
	for i := range words {
		words[i] = binary.BigEndian.Uint32(src[4*i:])
	}
}

// Message is the next blocks of one message. It has no pointers, so that C can use a
// slice of messages directly.
type Message struct {
	Offset uint64 // of the first block in the buffer
	State  uint32 // index of the state; different for each message of a call
	_      uint32
}

// StateOf returns the chaining value of a hash of the standard library. For a new
// hash, it is the initial state.
func (f Family) StateOf(h hash.Hash) (s State) {
	f.setWords(&s, mustSave(h.(saver), nil)[magicSize:])
	return s
}

// Pad appends the padding of a message of total bytes. buffer[:used] is the end of the
// message, starting at any block. Pad returns the new length, which is a number of
// whole blocks. The buffer must have room for two more blocks.
func (f Family) Pad(buffer []byte, used int, total uint64) int {
	block := shapes[f].block
	end := (used + 1 + block/8 + block - 1) / block * block // RFC 1321, 3.1 and 3.2; FIPS 180-4, 5.1
	buffer[used] = 0x80
	clear(buffer[used+1 : end])
	length := buffer[end-8 : end] // in bits
	switch {
	case !shapes[f].bigEndian:
		binary.LittleEndian.PutUint64(length, total<<3)
	case block == 128:
		buffer[end-9] = byte(total >> 61)
		fallthrough
	default:
		binary.BigEndian.PutUint64(length, total<<3)
	}
	return end
}

// AppendSum appends the first size bytes of the digest. The state must include all
// blocks of the message and its padding.
func (f Family) AppendSum(dst []byte, s *State, size int) []byte {
	var sum [64]byte
	b := sum[:0]
	if shapes[f].bigEndian {
		b = f.appendWords(b, s)
	} else {
		for _, w := range s.words32()[:shapes[f].words] {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
	}
	return append(dst, b[:size]...)
}

// Lanes returns the number of messages that are fastest together. 1 means that the
// standard library is the fastest, and that the caller should use it directly.
func (f Family) Lanes() int { return current.Load().plan(f).lanes }

// Compressor computes digests for one worker. It allocates only in New. It is not
// safe for concurrent use.
type Compressor struct {
	scalar scalar
	group  [MaxLanes]Message
}

// New returns a Compressor.
func New() *Compressor { return &Compressor{scalar: newScalar()} }

// Compress processes the next blocks of each message: the same number of blocks of
// every message, and any number of messages. It panics if a message is outside the
// buffer or the states.
func (c *Compressor) Compress(f Family, states []State, buffer []byte, messages []Message, blocks int) {
	if blocks <= 0 || len(messages) == 0 {
		return
	}
	size := uint64(blocks) * uint64(shapes[f].block)
	for i := range messages { // C checks nothing
		if m := &messages[i]; uint64(m.State) >= uint64(len(states)) ||
			size > uint64(len(buffer)) || m.Offset > uint64(len(buffer))-size {
			panic(fmt.Sprintf("multibuffer: message %+v with %d blocks, of %d states and a buffer of %d",
				*m, blocks, len(states), len(buffer)))
		}
	}
	p := current.Load().plan(f)
	for len(messages) > 0 {
		n := c.run(p.kernel(len(messages)), f, states, buffer, messages, blocks)
		messages = messages[n:]
	}
}

// run processes the first messages with a kernel, and returns their number. A nil
// kernel is the standard library.
func (c *Compressor) run(k *kernel, f Family, states []State, buffer []byte, messages []Message, blocks int) int {
	if k == nil {
		m := &messages[0]
		c.scalar.compress(f, &states[m.State], buffer[m.Offset:][:blocks*shapes[f].block])
		return 1
	}
	if len(messages) >= k.lanes {
		k.compress(states, buffer, messages[:k.lanes], blocks)
		return k.lanes
	}
	// Spare lanes compute the first message again. A kernel reads all states before
	// it writes any, so they get the same result.
	group := c.group[:k.lanes]
	for i := copy(group, messages); i < len(group); i++ {
		group[i] = messages[0]
	}
	k.compress(states, buffer, group, blocks)
	return len(messages)
}
