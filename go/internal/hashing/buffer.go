package hashing

const (
	// laneSize is the number of bytes a lane reads at a time. The bytes of all
	// lanes of a worker fit into the CPU's second-level cache.
	laneSize = 64 << 10
	// paddingRoom is for the padding of a digest after the end of a file.
	paddingRoom = 2 * 128
	// laneStride makes lanes use different sets of the first-level cache.
	laneStride = laneSize + paddingRoom + 64
)

// buffer is a part of a worker's memory that holds bytes to digest.
type buffer struct {
	start  int    // offset in the worker's memory
	memory []byte // with room for padding at its end
	from   int    // start of the bytes to digest
	to     int    // end of the bytes to digest
}

func (b *buffer) len() int { return b.to - b.from }

func (b *buffer) bytes() []byte { return b.memory[b.from:b.to] }

// carry moves an incomplete block from the end of b to the start of into. The next
// read completes it there.
func (b *buffer) carry(into *buffer, block int) {
	rest := b.len() % block
	n := copy(into.memory, b.memory[b.to-rest:b.to])
	b.to -= rest
	if b.from == b.to {
		b.from, b.to = 0, 0
	}
	into.from, into.to = 0, n
}
