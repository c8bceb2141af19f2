package hashing

const (
	// laneSize is how many bytes a lane reads at a time: with all lanes of a
	// worker they stay in the CPU's second-level cache until they are digested.
	laneSize = 64 << 10
	// paddingRoom is for what a digest adds to the end of a file.
	paddingRoom = 2 * 128
	// laneStride keeps lanes out of each other's sets of the first-level cache.
	laneStride = laneSize + paddingRoom + 64
)

// buffer is a part of a worker's memory that reads fill and digests empty.
type buffer struct {
	start  int    // where it lies in the worker's memory
	memory []byte // with room for padding at its end
	from   int    // what is not digested yet begins here
	to     int    // and ends here
}

func (b *buffer) len() int { return b.to - b.from }

func (b *buffer) bytes() []byte { return b.memory[b.from:b.to] }

// carry moves the rest of a block from b to the beginning of into, whose next
// bytes then complete it.
func (b *buffer) carry(into *buffer, block int) {
	rest := b.len() % block
	n := copy(into.memory, b.memory[b.to-rest:b.to])
	b.to -= rest
	if b.from == b.to {
		b.from, b.to = 0, 0
	}
	into.from, into.to = 0, n
}
