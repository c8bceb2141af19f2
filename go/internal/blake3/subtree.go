package blake3

import (
	"sync"

	"github.com/checksig/checksig/go/internal/multibuffer"
)

const (
	// wide is the largest number of chunks of a subtree that is computed level by level,
	// with as many nodes at once as a kernel has lanes. Its bytes and values fit into the
	// CPU's second-level cache.
	wide = 128
)

// space is the memory of one goroutine for its subtrees.
type space struct {
	compressor *multibuffer.Compressor
	states     [wide]multibuffer.State
	messages   [wide]multibuffer.Message
	values     [wide * value]byte
	last2      [2 * value]byte
	tail       [chunk]byte
}

var spaces = sync.Pool{New: func() any {
	s := &space{compressor: multibuffer.New()}
	for i := range s.messages {
		s.messages[i].State = uint32(i)
	}
	return s
}}

func takeSpace() *space    { return spaces.Get().(*space) }
func (s *space) giveBack() { spaces.Put(s) }

var (
	ofChunk  = multibuffer.BLAKE3Node{First: chunkStart, Last: chunkEnd, Length: block}.State()
	ofParent = multibuffer.BLAKE3Node{Flags: parent, Length: block}.State()
)

// Subtree returns the value of the subtree at an offset in the input. p holds whole
// chunks. Their number is a power of two, and the offset is a multiple of their size.
func Subtree(p []byte, offset int64) (of Value) {
	s := takeSpace()
	defer s.giveBack()
	s.whole(of[:], p, uint64(offset)/chunk)
	return of
}

// halves returns the values of both halves of a subtree, or the value of a single
// chunk. The number of chunks is a power of two, and first is the number of the first
// one. The values are valid until the next call.
func (s *space) halves(p []byte, first uint64) []byte {
	n := len(p) / chunk
	if n <= wide {
		return s.level(p, first)
	}
	half := n / 2 * chunk
	var values [2 * value]byte
	s.whole(values[:value], p[:half], first)
	s.whole(values[value:], p[half:], first+uint64(n/2))
	s.last2 = values
	return s.last2[:]
}

// whole puts the value of a subtree that is not the root.
func (s *space) whole(into, p []byte, first uint64) {
	halves := s.halves(p, first)
	if len(halves) > value {
		halves = s.parents(halves)
	}
	copy(into, halves)
}

// level computes a subtree level by level, from its chunks up to two values.
func (s *space) level(p []byte, first uint64) []byte {
	n := len(p) / chunk
	for i := range n {
		s.states[i].Next(&ofChunk, first+uint64(i))
		s.messages[i].Offset = uint64(i * chunk)
	}
	s.compressor.Compress(multibuffer.BLAKE3, s.states[:n], p, s.messages[:n], chunk/block)
	values := s.put(n)
	for len(values) > 2*value {
		values = s.parents(values)
	}
	return values
}

// parents computes the values of the nodes above those of values, which may be the
// space's own.
func (s *space) parents(values []byte) []byte {
	n := len(values) / (2 * value)
	for i := range n {
		s.states[i] = ofParent
		s.messages[i].Offset = uint64(i * 2 * value)
	}
	s.compressor.Compress(multibuffer.BLAKE3, s.states[:n], values, s.messages[:n], 1)
	return s.put(n)
}

func (s *space) put(n int) []byte {
	for i := range n {
		s.states[i].PutValue(s.values[i*value:])
	}
	return s.values[:n*value]
}

// join puts the value of the node above two values.
func (s *space) join(into *Value, left, right []byte, flags uint32) {
	copy(s.last2[copy(s.last2[:], left):], right)
	s.one(into, s.last2[:], multibuffer.BLAKE3Node{Flags: flags, Length: block})
}

// last puts the value of the last chunk, which may be incomplete or empty.
func (s *space) last(into *Value, p []byte, number uint64, more uint32) {
	blocks := max(1, (len(p)+block-1)/block)
	clear(s.tail[copy(s.tail[:], p):])
	s.one(into, s.tail[:blocks*block], multibuffer.BLAKE3Node{
		Counter: number, First: chunkStart, Last: chunkEnd | more, Length: uint32(len(p) - (blocks-1)*block),
	})
}

func (s *space) one(into *Value, blocks []byte, n multibuffer.BLAKE3Node) {
	s.states[0], s.messages[0].Offset = n.State(), 0
	s.compressor.Compress(multibuffer.BLAKE3, s.states[:1], blocks, s.messages[:1], len(blocks)/block)
	s.states[0].PutValue(into[:])
}
