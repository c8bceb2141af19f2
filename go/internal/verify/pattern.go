package verify

import (
	"errors"
	"path"
	"strings"

	"github.com/checksig/checksig/go/internal/glob"
)

// Pattern is a shell pattern for names, as POSIX fnmatch has it with FNM_PATHNAME:
// no wildcard matches "/". Besides, "**" is any number of directories, and a pattern
// without "/" is for the last element of a name.
type Pattern struct {
	text     string
	elements []glob.Glob // nil: any number of elements
}

var (
	errEmpty    = errors.New("it is empty")
	errEndSlash = errors.New("it ends with a slash; for the files beneath a directory, end it with /**")
)

// NewPattern reads a pattern.
func NewPattern(text string) (Pattern, error) {
	p := Pattern{text: text}
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
		p.elements = []glob.Glob{nil}
	}
	for element := range strings.SplitSeq(clean, "/") {
		switch {
		case element == "", element == "." && clean != ".": // a slash at the start is for the top of the root
		case element == "**":
			p.elements = append(p.elements, nil)
		default:
			g, err := glob.New(element)
			if err != nil {
				return p, err
			}
			p.elements = append(p.elements, g)
		}
	}
	return p, nil
}

// Selects reports whether a name of a list is meant: the pattern matches it, or is it.
func (p Pattern) Selects(name string) bool { return p.matches(path.Clean(name)) || p.text == name }

// matches reports whether the pattern matches a clean name.
func (p Pattern) matches(name string) bool {
	names := strings.Split(strings.TrimLeft(name, "/"), "/")
	return glob.Match(p.elements, names, func(g glob.Glob) bool { return g == nil }, glob.Glob.Matches)
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
