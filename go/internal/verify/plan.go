package verify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// source is a list that was read, and its path.
type source struct {
	paths.Path // as the user gave it, or in the root
	*list.List
	also map[int32][]place // of an entry with digests of other manifests, by its line: where each after the first is
}

// stretch is a range of a list's lines whose results are delivered together.
type stretch struct {
	*source
	from, to       int // entries
	badFrom, badTo int // malformed lines
}

// A stretch has few entries, so that a slow file delays few other results, and no more
// malformed lines than can be delivered at once.
const (
	stretchEntries   = 16
	stretchMalformed = 256
)

// plan holds everything to verify, in the order of the lists.
type plan struct {
	sources   []*source
	stretches []stretch
	entries   int64
	// unsupported is the number of well-formed lines of algorithms that are not supported.
	unsupported int64
	skipped     []string // paths of files that are named like lists and are none
	named       []string // paths of lists whose name is that of their entry
	undigested  []string // names in lists that give no digest
	empty       []string // paths of lists without entries
	excluded    int      // entries that were left out
	missed      []string // what is selected and no list has
	weak        []digest.Algorithm
	links       outsideLinks
	unused      []string // lists in the root that the search for extra files has found
	bag         *bagPlan // nil: the root is not a bag, or lists are given
	isPart      bool     // there may be nothing to verify, because others verify the rest
	outside     outside  // what the lists have outside of the range
}

// plan reads the given lists, or the bag that the root is, or the lists it finds in the
// root.
func (v *verification) plan(ctx context.Context, root *tree.Root) (*plan, error) {
	p := &plan{isPart: v.Within != nil}
	w := v.wanted(root, v.Exclude)
	w.within = v.Within
	var listed int
	var err error
	if v.lists == nil && isBag(ctx, root) {
		if v.Within != nil || v.alone {
			return nil, v.Root.Failed(problem.InvalidBag, "a bag is verified as a whole: it can't be verified in parts")
		}
		if v.Exclude != nil {
			return nil, v.Root.Failed(problem.InvalidBag, "a bag is verified as a whole: nothing of it can be excluded")
		}
		listed, err = v.readBag(ctx, root, p, w)
	} else {
		listed, err = v.readLists(ctx, root, p, w)
	}
	if err != nil {
		return nil, err
	}
	p.missed, p.excluded = w.missed(), w.excluded
	if p.entries == 0 && !v.isPartial && !(p.isPart && listed > 0) {
		for _, s := range p.sources {
			if unsupportedIn(s.Malformed) > 0 {
				return nil, noEntry(s)
			}
		}
		if listed > 0 {
			return nil, v.notListed(p)
		}
		return nil, noEntry(p.sources[0])
	}
	p.weak = weakAlgorithms(p.sources)
	return p, checkAll(p.sources)
}

// readLists reads the given lists, or those it finds in the root, and returns the number
// of their entries.
func (v *verification) readLists(ctx context.Context, root *tree.Root, p *plan, w *wanted) (int, error) {
	lists, open := v.lists, openPath
	if lists == nil {
		var err error
		if lists, err = v.discover(ctx, root); err != nil {
			return 0, err
		}
		open = func(path paths.Path) (*os.File, error) { return root.OpenFile(filepath.Base(path.At)) }
	}
	add := func(s *source) {
		p.add(s, w)
		if !v.inCall { // then nothing is listed, see plan.atHand
			p.addListed(s, w, root)
		}
	}
	return v.readAll(ctx, root, lists, open, add, p)
}

// openPath opens a list that is given.
func openPath(path paths.Path) (*os.File, error) { return tree.OpenPath(path.At) }

// discover finds the lists directly in the root, by their names.
func (v *verification) discover(ctx context.Context, root *tree.Root) (lists []given, err error) {
	names, foreign, err := listNames(ctx, root)
	switch {
	case ctx.Err() != nil:
		return nil, problem.ErrCancelled
	case err != nil:
		return nil, v.Root.Failed(problem.RootUnreadable, "%s", problem.Reason(err))
	case len(names) == 0:
		return nil, v.Root.Failed(problem.NoList, "%s", noList(foreign))
	}
	for _, name := range names {
		lists = append(lists, given{Path: v.Root.In(name), file: v.Root.In(name), found: true})
	}
	return lists, nil
}

// noList returns the reason why no list was found. foreign are the names of lists
// that can't be verified.
func noList(foreign []string) string {
	if len(foreign) == 0 {
		return "no checksum list found (looked for names such as SHA256SUMS)"
	}
	name := foreign[0]
	return fmt.Sprintf("no checksum list found that can be verified; the name of %s says %v, an algorithm that is not supported",
		problem.Quoted(name), list.SaidByName(name))
}

// listNames returns the names directly in the root that are those of lists, and those
// that say a foreign algorithm.
func listNames(ctx context.Context, root *tree.Root) (names, foreign []string, err error) {
	err = root.Entries(ctx, func(name string, mode fs.FileMode) {
		switch {
		case mode.IsDir():
		case list.IsListName(name):
			names = append(names, name)
		case list.IsForeignListName(name):
			foreign = append(foreign, name)
		}
	})
	slices.Sort(names)
	slices.Sort(foreign)
	return names, foreign, err
}

// readAll reads the lists in their order, and returns the number of their entries. What
// was found by its name and is no list is skipped, unless there is nothing else.
func (v *verification) readAll(
	ctx context.Context, root *tree.Root, lists []given, open func(paths.Path) (*os.File, error), add func(*source), p *plan,
) (entries int, err error) {
	all := make([]reading, len(lists))
	for i, l := range lists {
		s, err := v.read(ctx, l, open)
		if err != nil && !(l.found && isDoubtful(err)) {
			return 0, err
		}
		all[i] = reading{list: l, source: s, err: err}
	}
	markData(root, all)
	var no error // why the first one is no list
	for _, r := range all {
		switch {
		case r.isNoList():
			p.skipped = append(p.skipped, r.list.Shown)
			no = cmp.Or(no, r.whyNot())
		case r.err != nil:
			return 0, r.err
		default:
			entries += len(r.source.Entries)
			add(r.source)
		}
	}
	if len(p.sources) == 0 {
		return 0, no
	}
	return entries, nil
}

// unsupportedIn returns the number of lines of algorithms that are not supported.
func unsupportedIn(malformed []list.Malformed) (n int64) {
	for i := range malformed {
		if malformed[i].Name != "" {
			n++
		}
	}
	return n
}

// read returns a list that is given, or reads it.
func (v *verification) read(ctx context.Context, l given, open func(paths.Path) (*os.File, error)) (*source, error) {
	switch {
	case ctx.Err() != nil:
		return nil, problem.ErrCancelled
	case l.entries != nil:
		return &source{Path: l.Path, List: &list.List{Entries: l.entries}}, nil
	case l.content != nil:
		return v.parse(ctx, l.Path, bytes.NewReader(l.content), l.before)
	}
	f, err := tree.WhenReleased(ctx, func() (*os.File, error) { return open(l.file) })
	switch {
	case err != nil && l.found && tree.IsNoFile(l.At, err):
		return nil, l.Failed(problem.NotAList, "%s", problem.Reason(err))
	case err != nil:
		return nil, l.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	defer f.Close()
	if l.span != nil {
		return v.readSpan(ctx, l, f)
	}
	return v.parse(ctx, l.Path, f, 0)
}

// parse reads the text of a list, before which there are other lines in its file.
func (v *verification) parse(ctx context.Context, path paths.Path, text io.Reader, before int32) (*source, error) {
	o := v.readingOf(path)
	o.LinesBefore = before
	all, err := list.Parse(&tree.Cancellable{Context: ctx, Reader: text}, o)
	if err != nil {
		return nil, readingFailed(ctx, path, err)
	}
	return &source{Path: path, List: all}, nil
}

func (v *verification) readingOf(path paths.Path) list.Options {
	o := v.reading
	o.FileName = filepath.Base(path.At)
	return o
}

// readingFailed returns the error about a list that can't be read.
func readingFailed(ctx context.Context, path paths.Path, err error) error {
	var bad *list.Error
	switch {
	case errors.As(err, &bad):
		code := problem.NotAList
		switch {
		case bad.Unsupported:
			code = problem.UnsupportedAlgorithm
		case bad.Damaged:
			code = problem.NoEntry
		}
		return &problem.Error{Code: code, Path: path.Shown, Line: bad.Line, Reason: bad.Reason}
	case ctx.Err() != nil:
		return problem.ErrCancelled
	case errors.Is(err, list.ErrChanged):
		return path.Failed(problem.ListChanged, "%v", err)
	}
	return path.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
}

// add adds a list to the plan. A list without entries gets a malformed line of its
// own, because it may have been truncated.
func (p *plan) add(s *source, w *wanted) {
	p.sources = append(p.sources, s)
	unsupported := unsupportedIn(s.Malformed)
	if len(s.Entries) == 0 && unsupported == 0 {
		p.empty = append(p.empty, s.Shown)
		s.Malformed = slices.Insert(s.Malformed, 0, list.Malformed{Line: noLine, Reason: "no entries"})
		s.Telling = min(s.Telling+1, len(s.Malformed)-1)
	}
	w.narrow(s.List, &p.outside)
	if unsupported > 0 {
		s.Malformed = w.filterUnsupported(s.Malformed)
		p.unsupported += unsupportedIn(s.Malformed)
	}
	if s.NamedByList {
		p.named = append(p.named, s.Shown)
	}
	w.filter(s.List)
	p.cut(s)
}

// cut cuts a list into stretches.
func (p *plan) cut(s *source) {
	p.entries += int64(len(s.Entries))
	for rest := (stretch{source: s}); rest.to < len(s.Entries) || rest.badTo < len(s.Malformed); {
		rest = rest.following()
		p.stretches = append(p.stretches, rest)
	}
}

// addListed notes the files of a list that have no digest, but could have one. The list
// itself can't.
func (p *plan) addListed(s *source, w *wanted, root *tree.Root) {
	if len(s.Listed) == 0 || !w.selected.isAll() {
		return
	}
	self, _ := root.NameOf(s.At)
	for _, l := range s.Listed {
		if l.Special {
			continue
		}
		if name, ok := root.NameOnDisk(l.Name); !ok || name != self {
			p.undigested = append(p.undigested, l.Name)
		}
	}
}

// following returns the stretch after s. It ends after enough lines of one kind.
func (s stretch) following() stretch {
	s.from, s.badFrom = s.to, s.badTo
	for s.to-s.from < stretchEntries && s.badTo-s.badFrom < stretchMalformed {
		switch {
		case s.badTo < len(s.Malformed) && (s.to == len(s.Entries) || s.Malformed[s.badTo].Line < s.Entries[s.to].Line):
			s.badTo++
		case s.to < len(s.Entries):
			s.to++
		default:
			return s
		}
	}
	return s
}

// noLine is the line of a result on a whole list. This result comes before the
// results on the lines.
const noLine = 0

// noEntry returns the error that a list has no entries, with the line that best shows
// what it is instead.
func noEntry(s *source) error {
	for _, m := range s.Malformed {
		if m.Name != "" {
			reason := fmt.Sprintf("no entry of a supported algorithm: %s (supported: %s)", m.Reason, digest.Names())
			return &problem.Error{Code: problem.UnsupportedAlgorithm, Path: s.Shown, Line: m.Line, Reason: reason}
		}
	}
	if len(s.Malformed) == 0 || s.Malformed[s.Telling].Line == noLine {
		return s.Failed(problem.NoEntry, "the list has no entries")
	}
	m := s.Malformed[s.Telling]
	m.Text = firstRunes(m.Text, shownRunes)
	code := problem.NoEntry
	if m.Alone {
		code = problem.NoName
	}
	return &problem.Error{Code: code, Path: s.Shown, Line: m.Line, Reason: "no valid entry: " + reasonOf(m)}
}

const shownRunes = 60 // of a line, in an error

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// reasonOf returns the reason why a line is malformed, and the line's text.
func reasonOf(m list.Malformed) string {
	if m.Text == "" || m.Name != "" {
		return m.Reason
	}
	return m.Reason + ": " + m.Text
}

// checkAll returns an error if this process may not compute one of the digests.
func checkAll(sources []*source) error {
	if digest.MD5.Check() == nil {
		return nil // nothing is forbidden
	}
	var all digest.Set
	for _, s := range sources {
		for i := range s.Entries {
			all = all.Or(s.Entries[i].Algorithms())
		}
	}
	for a := range all.All() {
		if err := a.Check(); err != nil {
			return err
		}
	}
	return nil
}

// weakAlgorithms returns the algorithms of files for which no other digest is
// listed: one strong digest is enough to detect tampering.
func weakAlgorithms(sources []*source) []digest.Algorithm {
	var weak digest.Set
	for _, s := range sources {
		for i := range s.Entries {
			if all := s.Entries[i].Algorithms(); all.Without(digest.AllWeak).IsEmpty() {
				weak = weak.Or(all)
			}
		}
	}
	return slices.Collect(weak.All())
}
