// Package exclude leaves files out by patterns, as gitignore(5) describes them.
//
// The last pattern that matches a name decides; one that begins with "!" includes it
// again. What is in an excluded directory is excluded, whatever else matches it.
package exclude

import (
	"fmt"
	"path"
	"strings"

	"github.com/checksig/checksig/go/internal/glob"
)

// Rules are the patterns of a run. Those that can match a name are found by its end, so
// that a name is not compared with each.
type Rules struct {
	names  map[string][]*rule // by the last element, which is no pattern
	ends   map[string][]*rule // by the end of the last element, from its last dot on: "*.o", "*.tar.gz"
	others []*rule            // the last one first
}

// rule is one pattern.
type rule struct {
	number    int // later ones win
	includes  bool
	directory bool        // for directories alone
	elements  []glob.Glob // nil: any number of elements
	alone     bool        // it is for the last element, wherever that is
	literal   string      // the last element, if it is no pattern
	end       string      // what the last element ends with, if it is "*" and that
}

// New reads patterns, one a line. It returns nil if there are none but comments.
func New(lines []string) (*Rules, error) {
	r := &Rules{names: map[string][]*rule{}, ends: map[string][]*rule{}}
	count := 0
	for _, line := range lines {
		one, err := newRule(line)
		if err != nil {
			return nil, fmt.Errorf("%q is not a valid pattern: %w", line, err)
		}
		if one == nil {
			continue
		}
		count++
		one.number = count
		switch {
		case one.literal != "":
			r.names[one.literal] = append(r.names[one.literal], one)
		case one.end != "":
			key := one.end[strings.LastIndexByte(one.end, '.'):]
			r.ends[key] = append(r.ends[key], one)
		default:
			r.others = append([]*rule{one}, r.others...)
		}
	}
	if count == 0 {
		return nil, nil
	}
	return r, nil
}

// newRule reads a line; nil if it is blank or a comment.
func newRule(line string) (*rule, error) {
	text := trimmed(strings.TrimSuffix(line, "\r"))
	if text == "" || text[0] == '#' {
		return nil, nil
	}
	r := &rule{}
	if text, r.includes = strings.CutPrefix(text, "!"); text == "" {
		return nil, fmt.Errorf("there is nothing after the \"!\"")
	}
	text, r.directory = strings.CutSuffix(text, "/")
	r.alone = !strings.Contains(text, "/")
	text = strings.TrimPrefix(text, "/")
	if text == "" {
		return nil, fmt.Errorf("it is for no name")
	}
	all := strings.Split(text, "/")
	for _, element := range all {
		if element == "**" {
			r.elements = append(r.elements, nil)
			continue
		}
		g, err := glob.New(element)
		if err != nil {
			return nil, err
		}
		r.elements = append(r.elements, g)
	}
	last := all[len(all)-1]
	switch {
	case last == "**": // what is inside, and not the directory itself
		r.elements = append(r.elements, mustGlob("*"))
	case !strings.ContainsAny(last, `*?[\`):
		r.literal = last
	case strings.HasPrefix(last, "*.") && !strings.ContainsAny(last[1:], `*?[\`):
		r.end = last[1:]
	}
	return r, nil
}

func mustGlob(text string) glob.Glob {
	g, err := glob.New(text)
	if err != nil {
		panic(err)
	}
	return g
}

// trimmed returns a line without blanks at its end, except for one that is quoted.
func trimmed(line string) string {
	text := strings.TrimRight(line, " ")
	if len(text) < len(line) && quotes(text) {
		text += " "
	}
	return text
}

// quotes reports whether a text ends with a backslash that quotes what follows.
func quotes(text string) bool {
	return (len(text)-len(strings.TrimRight(text, `\`)))%2 == 1
}

// Skips reports whether a name in a directory that is not excluded is excluded. The
// directory is the path from the root with a slash at its end, or empty.
func (r *Rules) Skips(directory, name []byte, isDirectory bool) bool {
	var best *rule
	try := func(rules []*rule) {
		for i := len(rules) - 1; i >= 0; i-- {
			one := rules[i]
			if best != nil && one.number < best.number {
				return
			}
			if (isDirectory || !one.directory) && one.matches(directory, name) {
				best = one
				return
			}
		}
	}
	try(r.names[string(name)])
	if dot := lastDot(name); dot >= 0 {
		try(r.ends[string(name[dot:])])
	}
	for _, one := range r.others {
		if best != nil && one.number < best.number {
			break
		}
		if (isDirectory || !one.directory) && one.matches(directory, name) {
			best = one
			break
		}
	}
	return best != nil && !best.includes
}

func lastDot(name []byte) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return i
		}
	}
	return -1
}

// matches compares what the bucket of the rule has not yet told.
func (r *rule) matches(directory, name []byte) bool {
	if r.end != "" && !strings.HasSuffix(string(name), r.end) {
		return false
	}
	if r.alone {
		return r.literal != "" || r.end != "" || r.elements[len(r.elements)-1].Matches(string(name))
	}
	names := strings.Split(string(directory)+string(name), "/")
	return glob.Match(r.elements, names, func(g glob.Glob) bool { return g == nil }, glob.Glob.Matches)
}

// deepest is the number of directories above a name that is excluded: each is compared with
// the patterns. A list may have names that no tree has.
const deepest = 1000

// Excludes reports whether a name beneath the root is excluded, or a directory above it. A
// name that leads out of the root is not, nor is the root.
func (r *Rules) Excludes(name string) bool {
	name = strings.TrimLeft(path.Clean(name), "/")
	if name == "" || name == "." || name == ".." || strings.HasPrefix(name, "../") || strings.Count(name, "/") > deepest {
		return false
	}
	for i := 0; i < len(name); i++ {
		if name[i] == '/' && r.Skips(parts(name[:i])) {
			return true
		}
	}
	directory, base, _ := parts(name)
	return r.Skips(directory, base, false)
}

// parts takes the path of a directory apart.
func parts(name string) (directory, base []byte, isDirectory bool) {
	d, b := path.Split(name)
	return []byte(d), []byte(b), true
}
