// Package multibuffer computes digests of several messages at once on one core.
//
// A digest of one message is a chain: every step waits for the one before, and
// most of a core's units wait with it. Chains of different messages don't wait
// for each other, so a kernel takes a few messages and computes block after
// block of all of them, one message in each lane of the vector registers, or
// instructions of several messages in turn.
//
// # Kernels
//
// The kernels are in C, where there is cgo and the CPU is an amd64 or an arm64.
// The library can't be built without a C compiler anyway, and in C one source of
// an algorithm serves every width of vectors, with the registers and the order of
// instructions left to the compiler, and is checked by the compilers of all who
// package it. In Go's assembler each would be a text of its own that only tests
// can check. The sources are vector.h, which makes the widths alike, md5.h, sha1.h
// and sha2.h, compiled for AVX2, AVX-512 and NEON, and those for the instructions
// for SHA of amd64 and arm64. Everywhere else, and where messages are few, the
// standard library computes one message after the other.
//
// Which kernel takes how many messages is measured when a family is first used:
// the same instructions cost several times as much on one CPU as on another.
//
// C gets three pointers, none to memory that has pointers: the states, the buffer,
// and the messages, which say where in the buffer they go on. Compress checks all
// of it, and the kernels nothing.
//
// AVX-512 is tested on CPUs without it as well when CGO_CFLAGS has
// -DCHECKSIG_EMULATE_AVX512: then the same templates, with the same tables for
// ternary logic, use what vectors there are. Tests show them as emulated, and
// what was not run as skipped.
//
// # Functions
//
// The functions are those of RFC 1321 (MD5) and FIPS 180-4 (SHA-1, SHA-2). The
// caller owns the messages: it keeps a State for each, brings whole blocks to
// Compress, pads the last ones with Pad and reads the digest with AppendSum.
package multibuffer

import (
	"encoding/binary"
	"fmt"
	"hash"
	"unsafe"
)

// Family is a compression function. SHA-224 and SHA-256 share one, and so do
// SHA-384, SHA-512 and SHA-512/256: they differ in the state they start with and
// in how much of the last one is the digest.
type Family uint8

// The families.
const (
	MD5 Family = iota
	SHA1
	SHA256
	SHA512
	families
)

// NoFamily is for algorithms that nothing here computes.
const NoFamily = families

// MaxLanes is the most messages that one call of a kernel takes.
const MaxLanes = 16

var shapes = [families]struct {
	name      string
	block     int // bytes that the compression function takes at once
	word      int // bytes
	words     int // of a state
	bigEndian bool
}{
	MD5:    {"md5", 64, 4, 4, false},
	SHA1:   {"sha1", 64, 4, 5, true},
	SHA256: {"sha256", 64, 4, 8, true},
	SHA512: {"sha512", 128, 8, 8, true},
}

// String names the family after its best known member.
func (f Family) String() string { return shapes[f].name }

// BlockSize is how many bytes the compression function takes at once.
func (f Family) BlockSize() int { return shapes[f].block }

// State is the chaining value of a message: what all blocks so far came to. It
// has no pointers, and kernels in C see it as it is: families of 32-bit words
// keep theirs as the first uint32 in memory.
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

// Message is the next run of blocks of one message. It has no pointers, so that
// many of them can go to C at once.
type Message struct {
	Offset uint64 // in the buffer, of the first block
	State  uint32 // index among the states; no two messages of a call share one
	_      uint32
}

// StateOf returns the chaining value that a hash of the standard library has: at
// its beginning, the one to start with.
func (f Family) StateOf(h hash.Hash) (s State) {
	f.setWords(&s, mustSave(h.(saver), nil)[magicSize:])
	return s
}

// Pad appends the padding of a message of total bytes to its end: buffer[:used]
// is what comes after its last whole block, or after any earlier one. It returns
// the new length, which is whole blocks. The buffer must have room for two more.
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

// AppendSum appends the first size bytes of the digest that a state stands for
// when all blocks of the message, padding included, are in it.
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

// Lanes is how many messages are computed fastest when taken together. 1 means
// that nothing here beats the standard library, and that the caller should use
// it directly.
func (f Family) Lanes() int { return current.Load().plan(f).lanes }

// Compressor computes. It holds what one worker needs, allocates nothing after
// New, and must not be used from two goroutines at once.
type Compressor struct {
	scalar scalar
	group  [MaxLanes]Message
}

// New returns a Compressor.
func New() *Compressor { return &Compressor{scalar: newScalar()} }

// Compress takes the next blocks of each message into its state: as many blocks
// of every message, and as many messages as there are. How they are shared out
// among kernels depends on their number alone.
func (c *Compressor) Compress(f Family, states []State, buffer []byte, messages []Message, blocks int) {
	if blocks <= 0 || len(messages) == 0 {
		return
	}
	size := uint64(blocks) * uint64(shapes[f].block)
	for i := range messages { // C looks at nothing
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

// run lets a kernel take the first of the messages, and says how many.
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
	// Lanes without a message of their own compute the first one again: a
	// kernel reads all states before it writes any, so they come to the same.
	group := c.group[:k.lanes]
	for i := copy(group, messages); i < len(group); i++ {
		group[i] = messages[0]
	}
	k.compress(states, buffer, group, blocks)
	return len(messages)
}
