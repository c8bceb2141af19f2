package verify

import (
	"context"
	"io"
	"math"
	"math/bits"
	"os"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// PlanRequest is the request to cut lists into spans, which are verified one by one: by
// several processes, or on several machines. A span ends with its list.
type PlanRequest struct {
	Request
	SpanFiles int64 // the most files of a span
	SpanBytes int64 // the most bytes of its files, if the list has their sizes; one file may be larger
	Parts     int   // instead: cut for so many parts, each of about the same weight
}

// StartPlan starts a job whose summary has the plan. It reads lists, and no other file.
func StartPlan(ctx context.Context, r PlanRequest) (*job.Job, error) {
	v, err := settle(r.Request)
	if err != nil {
		return nil, err
	}
	if r.Parts < 0 || r.Parts == 0 && (r.SpanFiles < 1 || r.SpanBytes < 1) {
		return nil, problem.New(problem.InvalidArgument, "a span has at least one file and one byte")
	}
	for _, l := range v.lists {
		if l.content != nil || l.entries != nil || l.file != l.Path || l.span != nil {
			return nil, problem.New(problem.InvalidArgument, "manifest: only a list in a file can be cut into spans")
		}
	}
	c := &cutting{v, r}
	return job.Start(ctx, func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
		err = j.Call(ctx, func() (err error) { s, err = c.run(ctx, j); return err })
		return s, err
	})
}

// cutting makes a plan.
type cutting struct {
	*verification
	request PlanRequest
}

func (c *cutting) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	lists, skipped, err := c.find(ctx, j)
	if err != nil {
		return s, err
	}
	begins := func(p list.Place) bool {
		return p.Span.Entries >= c.request.SpanFiles || p.Span.Size >= 0 && p.Size > c.request.SpanBytes-p.Span.Size
	}
	var parts *parts
	if c.request.Parts > 0 {
		if parts, err = c.weigh(ctx, lists); err != nil {
			return s, err
		}
		begins = parts.begins
	}
	for _, l := range lists {
		one, err := c.cut(ctx, l, begins, parts)
		if err != nil {
			return s, err
		}
		s.Plan = append(s.Plan, one)
		j.Meter.Files.Add(one.Entries)
	}
	if s.OK = j.Meter.Files.Load() > 0; !s.OK {
		return s, noEntry(&source{Path: lists[0].Path, List: s.Plan[0].Rest})
	}
	if len(skipped) > 0 {
		s.Warnings = append(s.Warnings, problem.Warn(problem.ListsSkipped, "%s", skippedLists(skipped)))
	}
	s.Root = c.Root.Shown
	return s, nil
}

// find returns the lists to cut, and the files in the root that are named like lists and are none.
func (c *cutting) find(ctx context.Context, j *job.Job) (lists []given, skipped []string, err error) {
	if c.lists != nil {
		return c.lists, nil, nil
	}
	root, err := c.open(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	if c.lists != nil { // the root is a list
		return c.lists, nil, nil
	}
	if isBag(ctx, root) {
		return nil, nil, c.Root.Failed(problem.InvalidBag, "a bag is verified as a whole; name the manifest that is to be cut into spans")
	}
	found, err := c.discover(ctx, root)
	if err != nil {
		return nil, nil, err
	}
	return c.withoutData(ctx, root, found)
}

// withoutData leaves out what [verification.readAll] takes for data.
func (c *cutting) withoutData(ctx context.Context, root *tree.Root, found []given) (lists []given, skipped []string, err error) {
	all := make([]reading, len(found))
	for i, l := range found {
		whole, err := c.whole(ctx, l)
		if err != nil && !isDoubtful(err) {
			return nil, nil, err
		}
		all[i] = reading{list: l, err: err}
		if err == nil {
			all[i].source = &source{Path: l.Path, List: whole.Rest}
			if whole.Entries > 0 {
				all[i].source.List = &list.List{Entries: []list.Entry{{Name: whole.Spans[0].Least}}}
			}
		}
	}
	if err := c.markListed(ctx, root, all); err != nil {
		return nil, nil, err
	}
	var no error
	for _, r := range all {
		switch {
		case r.isNoList():
			skipped = append(skipped, r.list.Shown)
			if no == nil {
				no = r.whyNot()
			}
		case r.err != nil:
			return nil, nil, r.err
		default:
			lists = append(lists, r.list)
		}
	}
	if len(lists) == 0 {
		return nil, nil, no
	}
	return lists, skipped, nil
}

// markListed marks what has no entry and is named by another list. That is rare enough to
// read all lists for it.
func (c *cutting) markListed(ctx context.Context, root *tree.Root, all []reading) error {
	doubtful := false
	for i := range all {
		doubtful = doubtful || all[i].hasNoEntry()
	}
	if !doubtful {
		return nil
	}
	whole := make([]reading, len(all))
	for i := range all {
		if whole[i] = all[i]; !all[i].hasNoEntry() {
			s, err := c.read(ctx, all[i].list, openPath)
			if err != nil {
				return err
			}
			whole[i].source = s
		}
	}
	markData(root, whole)
	for i := range all {
		all[i].isListed = whole[i].isListed
	}
	return nil
}

// whole returns a list in one span.
func (c *cutting) whole(ctx context.Context, l given) (*list.Cutting, error) {
	return c.cutFile(ctx, l, func(list.Place) bool { return false })
}

func (c *cutting) cutFile(ctx context.Context, l given, begins func(list.Place) bool) (*list.Cutting, error) {
	f, err := openPath(l.Path)
	if err != nil {
		return nil, l.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	defer f.Close()
	text := struct {
		io.Reader
		io.Seeker
	}{&tree.Cancellable{Context: ctx, Reader: f}, f}
	cut, err := list.Cut(text, c.readingOf(l.Path), begins)
	if err != nil {
		return nil, readingFailed(ctx, l.Path, err)
	}
	return cut, nil
}

// cut cuts a list. One that was weighed must not have changed since.
func (c *cutting) cut(ctx context.Context, l given, begins func(list.Place) bool, parts *parts) (job.Planned, error) {
	cut, err := c.cutFile(ctx, l, begins)
	if err != nil {
		return job.Planned{}, err
	}
	one := job.Planned{Path: l.Shown, Cutting: cut, Unsupported: unsupportedIn(cut.Rest.Malformed), Parts: make([]int, len(cut.Spans))}
	if parts != nil {
		if parts.sums[l.Path] != cut.Sum {
			return one, readingFailed(ctx, l.Path, list.ErrChanged)
		}
		parts.assign(one)
	}
	return one, nil
}

// parts shares the entries of all lists out to a number of parts, by the bytes of their files if
// all lists have their sizes, and by their number otherwise.
type parts struct {
	number int
	bySize bool
	total  uint64 // weight
	done   uint64 // weight of the spans that were assigned
	sums   map[paths.Path][32]byte
}

// fileWeight is how many bytes are read in the time that a file takes besides.
const fileWeight = 64 << 10

func (c *cutting) weigh(ctx context.Context, lists []given) (*parts, error) {
	p := &parts{number: c.request.Parts, bySize: true, sums: map[paths.Path][32]byte{}}
	var entries, bytes uint64
	for _, l := range lists {
		whole, err := c.whole(ctx, l)
		if err != nil {
			return nil, err
		}
		p.sums[l.Path] = whole.Sum
		entries += uint64(whole.Entries)
		size := whole.Spans[0].Size
		p.bySize = p.bySize && size >= 0 && bytes+uint64(size) < math.MaxInt64
		bytes += uint64(max(0, size))
	}
	if p.total = entries; p.bySize {
		p.total = p.weight(int64(entries), int64(bytes))
	}
	return p, nil
}

func (p *parts) weight(entries, bytes int64) uint64 {
	if !p.bySize {
		return uint64(entries)
	}
	return uint64(bytes) + uint64(entries)*fileWeight
}

// begins reports whether the next entry is the first of another part.
func (p *parts) begins(at list.Place) bool {
	from := p.weight(at.Done-at.Span.Entries, at.Bytes-at.Span.Size)
	return p.part(p.done+p.weight(at.Done, at.Bytes)) != p.part(p.done+from)
}

// part returns the part of what has this weight before it.
func (p *parts) part(before uint64) int {
	high, low := bits.Mul64(before, uint64(p.number))
	if high >= p.total {
		return p.number - 1
	}
	part, _ := bits.Div64(high, low, p.total)
	return min(int(part), p.number-1)
}

// assign notes the part of each span of a list.
func (p *parts) assign(l job.Planned) {
	for i := range l.Spans {
		l.Parts[i] = p.part(p.done)
		p.done += p.weight(l.Spans[i].Entries, l.Spans[i].Size)
	}
}

// readSpan reads a span of a list.
func (v *verification) readSpan(ctx context.Context, l given, f *os.File) (*source, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, l.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	case info.Size() != l.size:
		return nil, readingFailed(ctx, l.Path, list.ErrChanged)
	}
	all, err := l.span.Read(f, v.readingOf(l.Path))
	if err != nil {
		return nil, readingFailed(ctx, l.Path, err)
	}
	return &source{Path: l.Path, List: all}, nil
}
