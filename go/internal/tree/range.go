package tree

import (
	"io/fs"
	"strings"
)

// Range is a part of the names beneath a root: From and those after it, but only before To.
// The order is that of the bytes of whole names, so "a.b" comes before "a/c", and that before
// "a0". The zero value holds all names.
type Range struct {
	From string
	To   string // "": there is no end
}

// IsEmpty reports whether no name can be in the range.
func (r Range) IsEmpty() bool { return r.To != "" && r.From >= r.To }

// Holds reports whether a name is in the range.
func (r Range) Holds(name string) bool { return name >= r.From && (r.To == "" || name < r.To) }

// Meets reports whether a name beneath a directory can be in the range.
func (r Range) Meets(directory string) bool {
	_, meets := r.beneath(directory + "/")
	return meets
}

// beneath returns the range of those names that are in this one when they have a directory's
// path, with a slash at its end, before them. It returns false if there are none.
func (r Range) beneath(path string) (rest Range, meets bool) {
	if r.From > path {
		if !strings.HasPrefix(r.From, path) {
			return rest, false // all names beneath the directory come before the range
		}
		rest.From = r.From[len(path):]
	}
	switch {
	case r.To == "":
	case r.To <= path:
		return rest, false
	case strings.HasPrefix(r.To, path):
		rest.To = r.To[len(path):]
	}
	return rest, !rest.IsEmpty()
}

// has reports whether an entry of a directory can be in the range of the names beneath it.
func (r Range) has(name []byte, isDirectory bool) bool {
	switch {
	case r == Range{}:
		return true
	case isDirectory:
		return r.Meets(string(name))
	}
	return r.Holds(string(name))
}

// selection returns a function that reports whether a walk takes an entry of the directory with
// this path, which has a slash at its end.
func (c *Crew) selection(path []byte) func(name []byte, mode fs.FileMode) bool {
	var within Range
	if (c.Within != Range{}) { // the path may be long
		within, _ = c.Within.beneath(string(path))
	}
	return func(name []byte, mode fs.FileMode) bool {
		return within.has(name, mode.IsDir()) && (c.Skip == nil || !c.Skip(path, name, mode.IsDir()))
	}
}
