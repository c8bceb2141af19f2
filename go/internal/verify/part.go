package verify

import (
	"context"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// checkPart returns an error if what is asked for can't be done for a part alone.
func (r Request) checkPart() error {
	switch {
	case r.ExtraAlone && r.Extra == NoExtra:
		return problem.New(problem.InvalidArgument, "extra_alone needs extra")
	case r.ExtraAlone && r.Moved:
		return problem.New(problem.InvalidArgument, "extra_alone can't be combined with moved: no file is missing before all are verified")
	case r.Within != nil && r.Moved:
		return problem.New(problem.InvalidArgument, "within can't be combined with moved: a file may have moved out of any range")
	case r.Within != nil && len(r.Files)+len(r.Only) > 0:
		return problem.New(problem.InvalidArgument, "within can't be combined with a selection of files")
	}
	return nil
}

// outside are names in lists that are not in the range.
type outside struct {
	entries []string
	others  []string // of lines without a digest that is supported
}

// narrow removes what is not in the range. The lines that have no name are in the one that
// begins with the first name.
func (w *wanted) narrow(l *list.List, o *outside) {
	if w.within == nil {
		return
	}
	isOut := func(name string, names *[]string) bool {
		if w.isWithin(name) {
			return false
		}
		*names = append(*names, name)
		return true
	}
	l.Entries = slices.DeleteFunc(l.Entries, func(e list.Entry) bool { return isOut(e.Name, &o.entries) })
	l.Listed = slices.DeleteFunc(l.Listed, func(m list.Listed) bool { return isOut(m.Name, &o.others) })
	before := len(l.Malformed)
	l.Malformed = slices.DeleteFunc(l.Malformed, func(m list.Malformed) bool {
		if m.Name == "" {
			return w.within.From != ""
		}
		return isOut(m.Name, &o.others)
	})
	if len(l.Malformed) < before {
		l.Telling = 0
	}
}

// isWithin reports whether a name is in the range. One that leads out of the root is where its
// text is.
func (w *wanted) isWithin(name string) bool {
	if onDisk, ok := w.root.NameOnDisk(name); ok {
		name = onDisk
	}
	return w.within.Holds(name)
}

// searchAlone looks for extra files, and verifies nothing.
func (v *verification) searchAlone(ctx context.Context, j *job.Job, root *tree.Root, p *plan) (s job.Summary, err error) {
	extra := v.begin(ctx, j, root, p)
	defer extra.beside.Leave()
	if err := extra.conclude(ctx); err != nil {
		return s, err
	}
	extra.deliver(ctx, &s.Counts)
	s.OK, s.Root = !v.anyFails(s.Counts), v.Root.Shown
	if len(p.unused) > 0 {
		s.Warnings = append(s.Warnings, problem.Warn(problem.ListsLeftOut, "%s", unusedLists(p.unused)))
	}
	s.LeftOut = p.leftOut()
	return s, nil
}

// leftOut returns what the warning about unused lists says.
func (p *plan) leftOut() []job.LeftOut {
	if len(p.unused) == 0 {
		return nil
	}
	return []job.LeftOut{{Code: problem.ListsLeftOut, Count: len(p.unused), First: firstOf(p.unused)}}
}

// concludePart is conclude for a range of names. Whether a file in it is extra may depend on
// names that are not: those that the file has in another case or normal form, and that of the
// list that it is a signature of.
func (s *search) concludePart(ctx context.Context) error {
	var alike, signed []string
	err := s.job.Call(ctx, func() error {
		s.extra = inOrder(withoutPassages(s.extra, s.plan, s.root))
		alike, signed = s.alike(), s.signed()
		return nil
	})
	if err != nil {
		return err
	}
	present, err := s.root.Present(ctx, s.job.Selecting(s.Settled), slices.Concat(alike, signed))
	if err != nil {
		return problem.ErrCancelled
	}
	return s.job.Call(ctx, func() error {
		s.withoutAlike(ctx, alike, present)
		var elsewhere []string
		for _, name := range signed {
			if mode, ok := present[name]; ok && s.verification.extra.selects(tree.Node{Type: mode}) {
				elsewhere = append(elsewhere, name)
			}
		}
		s.extra, s.plan.unused = withoutLists(ctx, s.root, s.extra, s.plan, elsewhere)
		return nil
	})
}

// form returns what two names share that may be names of one file on a file system that
// ignores case, or normal forms.
func form(name string) string { return strings.ToLower(strings.ToUpper(norm.NFC.String(name))) }

// alike returns the expected names, in the range or not, that extra files may have in another
// form.
func (s *search) alike() (names []string) {
	if len(s.extra) == 0 {
		return nil
	}
	forms := map[string]bool{}
	for _, n := range s.extra {
		forms[form(n.Name)] = true
	}
	for name := range s.listed() {
		if forms[form(name)] {
			names = append(names, name)
		}
	}
	return names
}

// listed yields the names beneath the root of all entries, in the range or not, and of the
// lists and the outputs.
func (s *search) listed() iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range s.expected.All() {
			if !yield(name) {
				return
			}
		}
		for _, names := range [][]string{s.plan.outside.entries, s.plan.outside.others} {
			for _, name := range names {
				if name, ok := s.root.NameOnDisk(name); ok && !yield(name) {
					return
				}
			}
		}
	}
}

// withoutAlike removes the extra files that are expected under a name in another form.
func (s *search) withoutAlike(ctx context.Context, alike []string, present map[string]fs.FileMode) {
	var missing, others []string
	forms := map[string]bool{} // of those that no walk finds
	for _, name := range alike {
		if _, ok := present[name]; ok {
			others = append(others, name)
			continue
		}
		missing = append(missing, name)
		forms[form(name)] = true
	}
	if len(missing) == 0 {
		return
	}
	nodes := func(yield func(string) bool) {
		for _, n := range s.extra {
			if forms[form(n.Name)] && !yield(n.Name) {
				return
			}
		}
	}
	meant := s.root.Aliases(ctx, slices.Values(missing), nodes, slices.Values(others))
	s.extra = slices.DeleteFunc(s.extra, func(n tree.Node) bool { return meant[n.Name] })
}

// signed returns the names of lists in the root that are not in the range and may be extra
// themselves, and of which an extra file may be the signature.
func (s *search) signed() (names []string) {
	elsewhere := map[string]bool{}
	for _, n := range s.extra {
		if name, ok := list.SignedName(n.Name); ok && lists.IsNamedSo(name) && !s.Within.Holds(name) {
			elsewhere[name] = true
		}
	}
	if len(elsewhere) == 0 {
		return nil
	}
	for name := range s.listed() {
		delete(elsewhere, name)
	}
	for name := range elsewhere {
		names = append(names, name)
	}
	return names
}
