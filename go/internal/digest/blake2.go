package digest

import (
	"encoding"
	"encoding/binary"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
)

// strongSize is the smallest size in bytes of a digest for which nobody can create a
// collision, which takes about 2^(4*size) steps.
const strongSize = 20

// withBLAKE2 fills in the rows of BLAKE2b and BLAKE2s, but for what is made when it is
// asked for.
func withBLAKE2(rows [count]row) [count]row {
	for a := range count {
		if isBLAKE2(a) {
			_, size := blake2Of(a)
			rows[a] = row{size: size, weak: size < strongSize, family: none}
		}
	}
	return rows
}

func isBLAKE2(a Algorithm) bool { return a > beforeBLAKE2b && a <= BLAKE2s_256 }

// blake2Of returns whether a is BLAKE2b, and the size of its digests.
func blake2Of(a Algorithm) (isB bool, size int) {
	if a > beforeBLAKE2s {
		return false, int(a - beforeBLAKE2s)
	}
	return true, int(a - beforeBLAKE2b)
}

// blake2Kind returns the end of a's name. The names are those of coreutils: only those
// of the longest digests have no number of bits.
func blake2Kind(a Algorithm) string {
	isB, size := blake2Of(a)
	kind := "s"
	if isB {
		kind = "b"
	}
	if a == BLAKE2b_512 || a == BLAKE2s_256 {
		return kind
	}
	return kind + "-" + strconv.Itoa(8*size)
}

func newBLAKE2(a Algorithm) hash.Hash {
	isB, size := blake2Of(a)
	if isB {
		return newBLAKE2b(size)
	}
	return newBLAKE2s(size)
}

// blake2ByName returns the algorithm with a name in lower case, or Unknown.
func blake2ByName(name string) Algorithm {
	before, last := Algorithm(beforeBLAKE2b), Algorithm(BLAKE2b_512)
	bits, ok := strings.CutPrefix(name, "blake2b")
	if !ok {
		before, last = beforeBLAKE2s, BLAKE2s_256
		if bits, ok = strings.CutPrefix(name, "blake2s"); !ok {
			return Unknown
		}
	}
	if bits == "" {
		return last
	}
	if bits[0] == '-' || bits[0] == '_' { // OpenSSL has BLAKE2B-512 and blake2b512
		bits = bits[1:]
	}
	n, err := strconv.Atoi(bits)
	if err != nil || n%8 != 0 || strconv.Itoa(n) != bits {
		return Unknown
	}
	return between(before, last, n/8)
}

func newBLAKE2b(size int) hash.Hash {
	h, err := blake2b.New(size, nil)
	if err != nil {
		panic(err) // impossible: the size is 1 … 64
	}
	return h
}

// blake2sOf is BLAKE2s with digests of any size. The package blake2s has only one
// size, but its saved state can be that of any size: the size is in the first word of
// the initial state (RFC 7693, 2.5 and 3.3), and digests are the first bytes of a
// state.
type blake2sOf struct {
	hash.Hash
	start []byte
	size  int
}

func newBLAKE2s(size int) hash.Hash {
	h, err := blake2s.New256(nil)
	if err != nil {
		panic(err) // impossible without a key
	}
	if size == blake2s.Size {
		return h
	}
	start, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err) // impossible without a key
	}
	first := start[len("b2s"):]
	binary.BigEndian.PutUint32(first, binary.BigEndian.Uint32(first)^blake2s.Size^uint32(size))
	s := &blake2sOf{h, start, size}
	s.Reset()
	return s
}

// Size implements [hash.Hash].
func (s *blake2sOf) Size() int { return s.size }

// Reset implements [hash.Hash].
func (s *blake2sOf) Reset() {
	if err := s.Hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(s.start); err != nil {
		panic(err) // impossible: the state was saved by the same type
	}
}

// Sum implements [hash.Hash].
func (s *blake2sOf) Sum(b []byte) []byte { return s.Hash.Sum(b)[:len(b)+s.size] }
