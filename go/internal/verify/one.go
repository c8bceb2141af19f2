package verify

import (
	"context"
	"iter"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// One is a list that is only read: none of the files that it names is.
type One struct {
	list    given
	options list.Options
	policy  policy
}

// NewOne returns a list to be read, with its path settled. If lenient, malformed lines
// don't fail.
func NewOne(base *paths.Base, l List, o list.Options, lenient bool) (*One, error) {
	if l.Path == "" && l.Entries == nil {
		return nil, problem.New(problem.InvalidArgument, "manifest is empty")
	}
	g, err := locate(base, l)
	return &One{g, o, policy{lenient: lenient}}, err
}

// Read reads the list. It is an error if it has no entries.
func (o *One) Read(ctx context.Context) (*list.List, error) {
	v := &verification{reading: o.options}
	s, err := v.read(ctx, o.list, openPath)
	if err != nil {
		return nil, err
	}
	if len(s.Entries) == 0 {
		return nil, noEntry(s)
	}
	return s.List, nil
}

// Each reads the list and hands over what it names, see [list.Options]. The list that it
// returns has only the rest. It is an error if the list has no entries, or if each fails.
func (o *One) Each(ctx context.Context, each func(list.Entry) error) (*list.List, error) {
	entries := 0
	v := &verification{reading: o.options}
	v.reading.Each = func(e list.Entry) error {
		if e.Algorithm != digest.Unknown {
			entries++
		}
		return each(e)
	}
	s, err := v.read(ctx, o.list, openPath)
	if err != nil {
		return nil, err
	}
	if entries == 0 {
		return nil, noEntry(s)
	}
	return s.List, nil
}

// IsText reports whether the list is a text, and was not given as entries.
func (o *One) IsText() bool { return o.list.entries == nil }

// Entries returns a result for each digest of each entry, and for each line that is
// none, in the order of the lines. No file was read: that a result is OK means only
// that the line could be read, and its size is the expected one.
func (o *One) Entries(l *list.List) iter.Seq[verdict.Result] {
	return func(yield func(verdict.Result) bool) {
		malformed := l.Malformed
		for i := range l.Entries {
			e := &l.Entries[i]
			for len(malformed) > 0 && malformed[0].Line < e.Line {
				if !yield(o.malformed(malformed[0])) {
					return
				}
				malformed = malformed[1:]
			}
			for d := range e.Digests() {
				if !yield(o.entry(e, e.Digest(d))) {
					return
				}
			}
		}
		for _, m := range malformed {
			if !yield(o.malformed(m)) {
				return
			}
		}
	}
}

// NoEntries returns the results that Entries returns for lines that are none.
func (o *One) NoEntries(l *list.List) iter.Seq[verdict.Result] {
	return o.Entries(&list.List{Malformed: l.Malformed})
}

// Located returns an error about an entry of the list with the list's path.
func (o *One) Located(err error) error {
	if e, ok := err.(*problem.Error); ok {
		e.Path = o.list.Shown
	}
	return err
}

func (o *One) entry(e *list.Entry, d list.Digest) verdict.Result {
	size, ok := e.Size()
	if !ok {
		size = -1
	}
	return verdict.Result{
		Path: e.Name, Algorithm: d.Algorithm, Expected: strings.ToLower(d.Hex), Size: size, Manifest: o.list.Shown, Line: e.Line,
	}
}

func (o *One) malformed(m list.Malformed) verdict.Result {
	r := malformed(o.list.Shown, m)
	r.Fails = o.policy.fails(r.Status)
	return r
}
