package difference

import (
	"context"
	"slices"

	"github.com/checksig/checksig/go/internal/exclude"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/listing"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// Request asks for the difference of two lists.
type Request struct {
	Directory string // relative paths start here; "": the current working directory
	Old, New  verify.List
	Options   list.Options // but for the names of the lists
	Exclude   []string     // patterns of names to leave out, see package exclude
	Lenient   bool         // malformed lines don't fail the job
}

// Start starts a job with a result for each change, see [Difference.Results]. Before them
// come results on malformed lines.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	c := &comparison{lenient: r.Lenient}
	base := paths.From(r.Directory)
	for i, l := range []verify.List{r.Old, r.New} {
		one, err := verify.NewOne(base, l, r.Options, r.Lenient)
		if err != nil {
			return nil, err
		}
		c.lists[i] = one
	}
	var err error
	if c.exclude, err = exclude.New(r.Exclude); err != nil {
		return nil, problem.New(problem.InvalidArgument, "exclude: %v", err)
	}
	return job.Start(ctx, c.run)
}

// comparison is a settled request.
type comparison struct {
	lists    [2]*verify.One
	exclude  *exclude.Rules // nil: nothing is left out
	excluded int
	lenient  bool
}

func (c *comparison) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	s.OK = true
	var sides [2]Side
	left := 0
	for i, one := range c.lists {
		var l *list.List
		if err := j.Call(ctx, func() (err error) { l, err = one.Read(ctx); return err }); err != nil {
			return s, err
		}
		read := listing.Deliver(ctx, j, c.malformed(one, l), l)
		s.OK = s.OK && read.OK
		s.Counts[verdict.Malformed] += read.Counts[verdict.Malformed]
		j.Meter.Files.Add(int64(len(l.Entries)))
		c.leaveOut(l)
		sides[i] = Of(l)
		left += sides[i].Len()
	}
	if left == 0 {
		return s, problem.New(problem.InvalidArgument, "exclude: all entries of both lists are excluded")
	}
	d := Compare(sides[0], sides[1])
	compared := listing.Deliver(ctx, j, d.Results(), &list.List{})
	s.OK = s.OK && compared.OK
	d.Counts[verdict.Malformed] = s.Counts[verdict.Malformed]
	s.Counts, s.Warnings = d.Counts, c.warnings(d)
	if ctx.Err() != nil {
		return s, problem.ErrCancelled
	}
	return s, nil
}

// malformed yields the results on the lines that are no entries. A name with a digest of an
// algorithm that is not supported is compared.
func (c *comparison) malformed(one *verify.One, l *list.List) func(func(verdict.Result) bool) {
	return func(yield func(verdict.Result) bool) {
		for r := range one.NoEntries(l) {
			if r.Status == verdict.Malformed && !yield(r) {
				return
			}
		}
	}
}

// leaveOut removes what is excluded.
func (c *comparison) leaveOut(l *list.List) {
	if c.exclude == nil {
		return
	}
	before := len(l.Entries)
	l.Entries = slices.DeleteFunc(l.Entries, func(e list.Entry) bool { return c.excludes(e.Name) })
	c.excluded += before - len(l.Entries)
	l.Malformed = slices.DeleteFunc(l.Malformed, func(m list.Malformed) bool { return m.Name != "" && c.excludes(m.Name) })
	l.Listed = slices.DeleteFunc(l.Listed, func(m list.Listed) bool { return c.excludes(m.Name) })
}

func (c *comparison) excludes(name string) bool { return c.exclude.Excludes(Clean(name)) }

func (c *comparison) warnings(d *Difference) (all []problem.Warning) {
	if c.excluded > 0 {
		all = append(all, problem.Warn(problem.EntriesExcluded, "%s excluded", problem.Count(c.excluded, "entry", "entries")))
	}
	if n := d.Counts[verdict.Malformed]; n > 0 && c.lenient {
		all = append(all, problem.Warn(problem.MalformedLines, "%s ignored", problem.Count(n, "malformed line", "malformed lines")))
	}
	if d.Undigested > 0 {
		all = append(all, problem.Warn(problem.NoDigest, "%s could not be compared, because neither list has a digest of it",
			problem.Count(d.Undigested, "file that both lists name", "files that both lists name")))
	}
	if !d.Weak.IsEmpty() {
		all = append(all, verdict.Weak(slices.Collect(d.Weak.All())...))
	}
	return all
}
