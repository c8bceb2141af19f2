package verify

import (
	"errors"
	"strings"
)

// pattern is a shell pattern for names, as POSIX fnmatch has it with FNM_PATHNAME:
// no wildcard matches "/". Besides, "**" is any number of directories, and a pattern
// without "/" is for the last element of a name.
type pattern struct {
	text     string
	elements []glob // nil: any number of elements
}

var (
	errEmpty    = errors.New("it is empty")
	errEndSlash = errors.New("it ends with a slash; for the files beneath a directory, end it with /**")
)

func newPattern(text string) (pattern, error) {
	p := pattern{text: text}
	clean := text
	for rest, ok := strings.CutPrefix(clean, "./"); ok; rest, ok = strings.CutPrefix(clean, "./") {
		clean = strings.TrimLeft(rest, "/")
	}
	switch {
	case clean == "":
		return p, errEmpty
	case strings.HasSuffix(clean, "/"):
		return p, errEndSlash
	case !strings.Contains(clean, "/"):
		p.elements = []glob{nil}
	}
	for element := range strings.SplitSeq(clean, "/") {
		switch {
		case element == "", element == "." && clean != ".": // a slash at the start is for the top of the root
		case element == "**":
			p.elements = append(p.elements, nil)
		default:
			g, err := newGlob(element)
			if err != nil {
				return p, err
			}
			p.elements = append(p.elements, g)
		}
	}
	return p, nil
}

// matches reports whether the pattern matches a clean name.
func (p pattern) matches(name string) bool {
	names := strings.Split(strings.TrimLeft(name, "/"), "/")
	return matchAll(p.elements, names, func(g glob) bool { return g == nil }, glob.matches)
}

// advice returns what may be wrong with a pattern that matches nothing, "" if it is
// only that nothing is called so.
func advice(pattern string) string {
	open := strings.IndexByte(pattern, '{')
	switch {
	case open >= 0 && strings.Contains(pattern[open:], "}"):
		return "braces have no special meaning in a pattern: give several patterns instead"
	case strings.HasPrefix(pattern, "/"):
		return "a slash at the start of a pattern means the root that names are relative to"
	}
	return ""
}

// matchAll matches all elements against a pattern, in which some parts match any
// number of elements. Only the last of these can need another try, so it takes time
// proportional to the product of the lengths at most.
func matchAll[P, E any](pattern []P, elements []E, isAny func(P) bool, isMatch func(P, E) bool) bool {
	part, element := 0, 0
	retry, from := -1, 0 // the last part for any number, and the first element after what it matches
	for element < len(elements) {
		switch {
		case part < len(pattern) && isAny(pattern[part]):
			retry, from = part, element
			part++
		case part < len(pattern) && isMatch(pattern[part], elements[element]):
			part, element = part+1, element+1
		case retry < 0:
			return false
		default:
			from++
			part, element = retry+1, from
		}
	}
	for part < len(pattern) && isAny(pattern[part]) {
		part++
	}
	return part == len(pattern)
}
