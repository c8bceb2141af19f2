package tree

import (
	"iter"
	"maps"
)

// Expected are names beneath a root that a walk is expected to find, and which of them it
// has found. A nil one has no names.
type Expected struct {
	numbers map[string]int
	seen    []bool // by number
	unseen  int
}

// NewExpected returns one without names, with room for some.
func NewExpected(names int) *Expected {
	return &Expected{numbers: make(map[string]int, names), seen: make([]bool, 0, names)}
}

// Add adds a name, unless it is there. It must not be called during the walk.
func (e *Expected) Add(name string) {
	if _, ok := e.numbers[name]; ok {
		return
	}
	e.numbers[name] = len(e.seen)
	e.seen = append(e.seen, false)
	e.unseen++
}

// See reports whether a name is expected, and marks it as found.
func (e *Expected) See(name string) bool {
	if e == nil {
		return false
	}
	number, ok := e.numbers[name]
	if ok && !e.seen[number] {
		e.seen[number] = true
		e.unseen--
	}
	return ok
}

// HasUnseen reports whether the walk has not found all of them.
func (e *Expected) HasUnseen() bool { return e != nil && e.unseen > 0 }

// Names yields the names that the walk has found, or those that it has not.
func (e *Expected) Names(seen bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		if e == nil {
			return
		}
		for name, number := range e.numbers {
			if e.seen[number] == seen && !yield(name) {
				return
			}
		}
	}
}

// All yields all names.
func (e *Expected) All() iter.Seq[string] { return maps.Keys(e.numbers) }
