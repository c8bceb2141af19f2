package verify

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// selection chooses the entries to verify. The zero value chooses all.
type selection struct {
	files    []paths.Path
	patterns []pattern
}

func newSelection(base *paths.Base, files, patterns []string) (s selection, err error) {
	for _, f := range files {
		p, err := base.Locate(f)
		if err != nil {
			return s, err
		}
		s.files = append(s.files, p)
	}
	for _, text := range patterns {
		p, ok := newPattern(text)
		if !ok {
			return s, problem.New(problem.InvalidArgument, "only: %q is not a valid pattern", text)
		}
		s.patterns = append(s.patterns, p)
	}
	return s, nil
}

func (s selection) isAll() bool { return len(s.files)+len(s.patterns) == 0 }

// wanted is a selection beneath a root, and what of it the lists have.
type wanted struct {
	root     *tree.Root
	selected selection
	names    map[string][]int // indexes of files, by their names on disk
	texts    map[string][]int // indexes of files that don't exist, by their paths as given
	found    []bool           // files, then patterns
}

// wanted looks up the names of the selected files.
func (s selection) wanted(root *tree.Root) *wanted {
	w := &wanted{
		root: root, selected: s, found: make([]bool, len(s.files)+len(s.patterns)),
		names: map[string][]int{}, texts: map[string][]int{},
	}
	for i, f := range s.files {
		if name, ok := root.NameOf(f.At); ok {
			w.names[name] = append(w.names[name], i)
		}
		// Such a path may be meant as the name in the list.
		if _, err := os.Lstat(f.At); os.IsNotExist(err) {
			name := path.Clean(f.Shown)
			w.texts[name] = append(w.texts[name], i)
		}
	}
	return w
}

// filter removes the entries that are not selected.
func (w *wanted) filter(l *list.List) {
	if !w.selected.isAll() {
		l.Entries = slices.DeleteFunc(l.Entries, func(e list.Entry) bool { return !w.wants(e.Name) })
	}
}

// filterUnsupported removes the well-formed lines that are not selected.
func (w *wanted) filterUnsupported(malformed []list.Malformed) []list.Malformed {
	if w.selected.isAll() {
		return malformed
	}
	return slices.DeleteFunc(malformed, func(m list.Malformed) bool { return m.Name != "" && !w.wants(m.Name) })
}

func (w *wanted) wants(name string) (wants bool) {
	note := func(indexes ...int) {
		for _, i := range indexes {
			w.found[i], wants = true, true
		}
	}
	if len(w.names) > 0 {
		if onDisk, ok := w.root.NameOnDisk(name); ok {
			note(w.names[onDisk]...)
		}
	}
	clean := path.Clean(name)
	note(w.texts[clean]...)
	for i, p := range w.selected.patterns {
		if p.matches(clean) || p.text == name {
			note(len(w.selected.files) + i)
		}
	}
	return wants
}

// missed returns what no list has an entry for.
func (w *wanted) missed() (all []string) {
	for i, found := range w.found {
		switch files := w.selected.files; {
		case found:
		case i < len(files):
			all = append(all, files[i].Shown)
		default:
			all = append(all, w.selected.patterns[i-len(files)].text)
		}
	}
	return all
}

// notListed returns an error if the lists have nothing of what is selected.
func (v *verification) notListed(p *plan) error {
	if len(p.sources) == 1 {
		return p.sources[0].Failed(problem.NotListed, "no entry for %s", someOf(p.missed))
	}
	return v.Root.Failed(problem.NotListed, "none of %s has an entry for %s", count(len(p.sources), "list"), someOf(p.missed))
}

// unlisted returns results on what is selected and no list has.
func (v *verification) unlisted(p *plan) (results []verdict.Result) {
	for _, name := range p.missed {
		results = append(results, v.found(name, verdict.NotListed, ""))
	}
	return results
}

// pattern is a shell pattern for names. "*" and "?" don't match "/", and "**" is any
// number of directories. A pattern without "/" is for the last element of a name.
type pattern struct {
	text  string
	parts []string
}

func newPattern(text string) (pattern, bool) {
	clean := strings.TrimPrefix(text, "./")
	p := pattern{text, strings.Split(clean, "/")}
	if !strings.Contains(clean, "/") {
		p.parts = []string{"**", clean}
	}
	if p.parts[0] == "" { // a slash at the start is for names from the root on
		p.parts = p.parts[1:]
	}
	for i, part := range p.parts {
		part = negated(part)
		p.parts[i] = part
		if _, err := path.Match(part, ""); err != nil {
			return p, false
		}
	}
	return p, text != ""
}

// negated writes "[!" as package path has it, "[^", except where a backslash makes
// the bracket an ordinary character. In a shell both negate a set.
func negated(part string) string {
	text := []byte(part)
	inSet := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '[' && !inSet:
			inSet = true
			if i+1 < len(text) && text[i+1] == '!' {
				text[i+1] = '^'
			}
		case c == ']':
			inSet = false
		}
	}
	return string(text)
}

func (p pattern) matches(name string) bool {
	elements := strings.Split(strings.TrimLeft(name, "/"), "/")
	part, element := 0, 0
	retry, from := -1, 0 // the last "**", and the first element after what it matches
	for element < len(elements) {
		switch {
		case part < len(p.parts) && p.parts[part] == "**":
			retry, from = part, element
			part++
		case part < len(p.parts) && isMatch(p.parts[part], elements[element]):
			part, element = part+1, element+1
		case retry < 0:
			return false
		default:
			from++
			part, element = retry+1, from
		}
	}
	for part < len(p.parts) && p.parts[part] == "**" {
		part++
	}
	return part == len(p.parts)
}

func isMatch(pattern, element string) bool {
	ok, _ := path.Match(pattern, element)
	return ok
}
