package hashing

import (
	"sync"
	"sync/atomic"
)

const takenAtOnce = 8192 // numbers in a chunk of taken

// taken has one bit for each number that has been handed out. It grows with the numbers.
type taken struct {
	chunks atomic.Pointer[[]*takenChunk]
	mu     sync.Mutex // of those who add chunks
}

type takenChunk [takenAtOnce / 32]atomic.Uint32

// take sets the bit of a number and reports whether it was not set.
func (t *taken) take(number int) bool {
	bit := uint32(1) << (number % 32)
	return t.word(number).Or(bit)&bit == 0
}

// word returns the bits of a number and its neighbours.
func (t *taken) word(number int) *atomic.Uint32 {
	return &t.chunk(number / takenAtOnce)[number%takenAtOnce/32]
}

func (t *taken) chunk(i int) *takenChunk {
	if all := t.chunks.Load(); all != nil && i < len(*all) {
		return (*all)[i]
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []*takenChunk
	if before := t.chunks.Load(); before != nil {
		all = append(all, *before...)
	}
	for i >= len(all) {
		all = append(all, new(takenChunk))
	}
	t.chunks.Store(&all)
	return all[i]
}
