package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/manifest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// source is one list, read.
type source struct {
	place // as the user gave it, or the root joined with the name it was found by
	*manifest.List
}

// span is a run of a list's lines whose verdicts are delivered together.
type span struct {
	*source
	from, to       int // entries
	badFrom, badTo int // malformed lines
}

// A span has few entries, so that a slow file holds back few verdicts of others,
// and its malformed lines are no more than can be delivered at once.
const (
	spanEntries   = 16
	spanMalformed = 256
)

// plan is all that is to be verified, in the order of the lists.
type plan struct {
	sources []*source
	spans   []span
	entries int64
	empty   []string // paths of lists without an entry
	weak    []digest.Algorithm
}

func makePlan(ctx context.Context, v *Verify, root *tree.Root) (*plan, error) {
	lists, open := v.lists, func(p place) (*os.File, error) { return tree.OpenPath(p.at) }
	if v.Manifests == nil {
		names, err := discover(root)
		if err != nil {
			return nil, v.root.failed(problem.RootUnreadable, "%s", problem.Reason(err))
		}
		if len(names) == 0 {
			return nil, v.root.failed(problem.NoList, "no checksum list found here by its name (such as sha256sum.txt or SHA256SUMS); name one")
		}
		for _, name := range names {
			lists = append(lists, given{place: v.root.in(name)})
		}
		open = func(p place) (*os.File, error) { return root.OpenFile(filepath.Base(p.at)) }
	}
	p := &plan{}
	for _, list := range lists {
		s, err := readList(ctx, list, open, v.Algorithm)
		if err != nil {
			return nil, err
		}
		p.add(s)
	}
	if p.entries == 0 {
		return nil, noEntry(p.sources[0])
	}
	p.weak = weakAlgorithms(p.sources)
	return p, nil
}

// discover finds the lists that lie directly in the root by their names.
func discover(root *tree.Root) ([]string, error) {
	dir, err := root.Dir().Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && manifest.IsListName(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func readList(ctx context.Context, p given, open func(place) (*os.File, error), a digest.Algorithm) (*source, error) {
	if ctx.Err() != nil {
		return nil, problem.ErrCancelled
	}
	if p.content != nil {
		return parseList(ctx, p.place, bytes.NewReader(p.content), a)
	}
	f, err := whenReleased(ctx, p.place, open)
	if err != nil {
		return nil, p.failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	defer f.Close()
	return parseList(ctx, p.place, f, a)
}

func parseList(ctx context.Context, p place, text io.Reader, a digest.Algorithm) (*source, error) {
	list, err := manifest.Parse(&cancellable{ctx, text}, manifest.Options{FileName: filepath.Base(p.at), Algorithm: a})
	var bad *manifest.Error
	switch {
	case errors.As(err, &bad):
		return nil, &problem.Error{Code: problem.NotAList, Path: p.shown, Line: bad.Line, Reason: bad.Reason}
	case ctx.Err() != nil:
		return nil, problem.ErrCancelled
	case err != nil:
		return nil, p.failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	return &source{p, list}, nil
}

// cancellable is a reader that fails once its context has ended.
type cancellable struct {
	context.Context
	io.Reader
}

func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.Context.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}

// add plans a list. One without an entry, among others that have some, is a
// failure of its own: it may be a list that was cut short.
func (p *plan) add(s *source) {
	p.sources = append(p.sources, s)
	p.entries += int64(len(s.Entries))
	if len(s.Entries) == 0 {
		p.empty = append(p.empty, s.shown)
		s.Malformed = slices.Insert(s.Malformed, 0, manifest.Malformed{Line: noLine, Reason: "no entry"})
	}
	for rest := (span{source: s}); rest.to < len(s.Entries) || rest.badTo < len(s.Malformed); {
		rest = rest.following()
		p.spans = append(p.spans, rest)
	}
}

// following is the span after s: it takes lines in their order until it has
// enough of one kind.
func (s span) following() span {
	s.from, s.badFrom = s.to, s.badTo
	for s.to-s.from < spanEntries && s.badTo-s.badFrom < spanMalformed {
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

// noLine is the line of a verdict on a list as a whole. It comes before the
// verdicts on the list's lines.
const noLine = 0

func noEntry(s *source) error {
	const reason = "the list has no entry"
	if len(s.Malformed) == 1 {
		return s.failed(problem.NoEntry, reason)
	}
	first := s.Malformed[1]
	return &problem.Error{Code: problem.NoEntry, Path: s.shown, Line: first.Line, Reason: reason + ", and no line is: " + first.Reason}
}

func weakAlgorithms(sources []*source) []digest.Algorithm {
	seen := map[digest.Algorithm]bool{}
	for _, s := range sources {
		last := digest.Unknown
		for i := range s.Entries {
			if a := s.Entries[i].Algorithm; a != last {
				last, seen[a] = a, true
			}
		}
	}
	var weak []digest.Algorithm
	for _, a := range digest.All() {
		if seen[a] && a.Weak() {
			weak = append(weak, a)
		}
	}
	return weak
}
