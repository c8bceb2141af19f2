package digest

import (
	"iter"
	"math/bits"

	"github.com/checksig/checksig/go/internal/multibuffer"
)

// Set is a set of algorithms. The zero value is empty.
type Set uint32

// SetOf returns the set of one algorithm.
func SetOf(a Algorithm) Set { return 1 << a }

// First returns the first algorithm of a set that is not empty.
func (s Set) First() Algorithm { return Algorithm(bits.TrailingZeros32(uint32(s))) }

// All iterates over a set in the order of the algorithms.
func (s Set) All() iter.Seq[Algorithm] {
	return func(yield func(Algorithm) bool) {
		for rest := s; rest != 0; rest &= rest - 1 {
			if !yield(rest.First()) {
				return
			}
		}
	}
}

var (
	// WithFamily holds the algorithms that have a [multibuffer.Family].
	WithFamily = setWhere(func(a Algorithm) bool { return algorithms[a].family != multibuffer.NoFamily })
	// AllWeak holds the algorithms that are weak.
	AllWeak = setWhere(Algorithm.Weak)
)

func setWhere(is func(Algorithm) bool) (s Set) {
	for _, a := range All() {
		if is(a) {
			s |= SetOf(a)
		}
	}
	return s
}
