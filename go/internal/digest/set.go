package digest

import (
	"iter"
	"math/bits"
)

// Set is a set of algorithms. The zero value is empty.
type Set struct{ low, high uint64 }

// SetOf returns a set of some algorithms.
func SetOf(all ...Algorithm) (s Set) {
	for _, a := range all {
		s = s.With(a)
	}
	return s
}

// With returns the set with one algorithm more.
func (s Set) With(a Algorithm) Set {
	if a < 64 {
		return Set{s.low | 1<<a, s.high}
	}
	return Set{s.low, s.high | 1<<(a-64)}
}

// Or returns the algorithms that are in either set.
func (s Set) Or(t Set) Set { return Set{s.low | t.low, s.high | t.high} }

// And returns the algorithms that are in both sets.
func (s Set) And(t Set) Set { return Set{s.low & t.low, s.high & t.high} }

// Without returns the algorithms of s that are not in t.
func (s Set) Without(t Set) Set { return Set{s.low &^ t.low, s.high &^ t.high} }

// IsEmpty reports whether the set has no algorithm.
func (s Set) IsEmpty() bool { return s == Set{} }

// Has reports whether an algorithm is in the set.
func (s Set) Has(a Algorithm) bool { return s.With(a) == s }

// First returns the first algorithm of a set that is not empty.
func (s Set) First() Algorithm {
	if s.low != 0 {
		return Algorithm(bits.TrailingZeros64(s.low))
	}
	return Algorithm(64 + bits.TrailingZeros64(s.high))
}

// All iterates over a set in the order of the algorithms.
func (s Set) All() iter.Seq[Algorithm] {
	return func(yield func(Algorithm) bool) {
		for rest := s; !rest.IsEmpty(); {
			a := rest.First()
			if !yield(a) {
				return
			}
			rest = rest.Without(Set{}.With(a))
		}
	}
}

var _ [128 - count]struct{} // a Set has room for all

var (
	// WithFamily holds the algorithms that have a [multibuffer.Family].
	WithFamily = setWhere(func(a Algorithm) bool { return algorithms[a].family != none })
	// AllWeak holds the algorithms that are weak.
	AllWeak = setWhere(Algorithm.Weak)
)

func setWhere(is func(Algorithm) bool) (s Set) {
	for _, a := range All() {
		if is(a) {
			s = s.With(a)
		}
	}
	return s
}
