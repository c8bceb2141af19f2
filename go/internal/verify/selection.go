package verify

import (
	"os"
	"path"
	"slices"

	"github.com/checksig/checksig/go/internal/exclude"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// selection chooses the entries to verify. The zero value chooses all.
type selection struct {
	files    []paths.Path
	patterns []Pattern
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
		p, err := NewPattern(text)
		if err != nil {
			return s, problem.New(problem.InvalidArgument, "only: %q is not a valid pattern: %v", text, err)
		}
		s.patterns = append(s.patterns, p)
	}
	return s, nil
}

func (s selection) isAll() bool { return len(s.files)+len(s.patterns) == 0 }

// wanted is a selection beneath a root, and what of it the lists have.
type wanted struct {
	root     *tree.Root
	exclude  *exclude.Rules // nil: nothing is left out
	excluded int            // entries that were left out
	within   *tree.Range    // nil: all names
	selected selection
	names    map[string][]int // indexes of files, by their names on disk
	texts    map[string][]int // indexes of files that don't exist, by their paths as given
	found    []bool           // files, then patterns
}

// wanted looks up the names of the selected files.
func (s selection) wanted(root *tree.Root, rules *exclude.Rules) *wanted {
	w := &wanted{
		root: root, exclude: rules, selected: s, found: make([]bool, len(s.files)+len(s.patterns)),
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

// filter removes the entries that are not selected, or excluded.
func (w *wanted) filter(l *list.List) {
	if w.exclude != nil {
		before := len(l.Entries)
		l.Entries = slices.DeleteFunc(l.Entries, func(e list.Entry) bool { return w.excludes(e.Name) })
		w.excluded += before - len(l.Entries)
	}
	if !w.selected.isAll() {
		l.Entries = slices.DeleteFunc(l.Entries, func(e list.Entry) bool { return !w.wants(e.Name) })
	}
}

// filterUnsupported removes the well-formed lines that are not selected.
func (w *wanted) filterUnsupported(malformed []list.Malformed) []list.Malformed {
	if w.exclude != nil {
		malformed = slices.DeleteFunc(malformed, func(m list.Malformed) bool { return m.Name != "" && w.excludes(m.Name) })
	}
	if w.selected.isAll() {
		return malformed
	}
	return slices.DeleteFunc(malformed, func(m list.Malformed) bool { return m.Name != "" && !w.wants(m.Name) })
}

// excludes reports whether an entry is left out. A name that leads elsewhere never is.
func (w *wanted) excludes(name string) bool {
	relative, ok := w.root.Relative(name)
	return ok && w.exclude.Excludes(relative)
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
	if p.excluded > 0 && len(p.missed) == 0 {
		return v.Root.Failed(problem.NotListed, "all entries are excluded")
	}
	missed := someOf(p.missed)
	if i := slices.IndexFunc(p.missed, func(name string) bool { return v.advice(name) != "" }); i >= 0 {
		missed += "; " + v.advice(p.missed[i])
	}
	switch {
	case len(p.sources) > 1:
		return v.Root.Failed(problem.NotListed, "none of %s has an entry for %s", problem.Count(len(p.sources), "list", "lists"), missed)
	case p.sources[0].Shown == "": // given as entries
		return v.Root.Failed(problem.NotListed, "no entry for %s", missed)
	}
	return p.sources[0].Failed(problem.NotListed, "no entry for %s", missed)
}

// unlisted returns results on what is selected and no list has.
func (v *verification) unlisted(p *plan) (results []verdict.Result) {
	for _, name := range p.missed {
		results = append(results, v.found(name, verdict.NotListed, v.advice(name)))
	}
	return results
}

// advice is that on a pattern, and none if files are selected: they are no patterns.
func (v *verification) advice(missed string) string {
	if len(v.selection.files) > 0 {
		return ""
	}
	return advice(missed)
}
