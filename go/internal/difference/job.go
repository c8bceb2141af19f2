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
	c, err := settle(r)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, c.run)
}

func settle(r Request) (*comparison, error) {
	c := &comparison{lenient: r.Lenient}
	base := paths.From(r.Directory)
	rules, err := exclude.New(r.Exclude)
	for i, l := range []verify.List{r.Old, r.New} {
		one, err := verify.NewOne(base, l, r.Options, r.Lenient)
		if err != nil {
			return nil, err
		}
		c.sides[i] = &reading{one: one, exclude: rules, whole: !one.IsText()}
	}
	if err != nil {
		return nil, problem.New(problem.InvalidArgument, "exclude: %v", err)
	}
	return c, nil
}

// comparison is a settled request.
type comparison struct {
	sides   [2]*reading
	lenient bool
}

func (c *comparison) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	s.OK = true
	var d *Difference
	for again := true; again; {
		if d, again, err = c.attempt(ctx, j); err != nil {
			return s, err
		}
	}
	left := 0
	for _, side := range c.sides {
		if side.err != nil {
			return s, side.err
		}
		read := listing.Deliver(ctx, j, side.malformed(), side.list)
		s.OK = s.OK && read.OK
		s.Counts[verdict.Malformed] += read.Counts[verdict.Malformed]
		left += side.left
	}
	if left == 0 {
		return s, problem.New(problem.InvalidArgument, "exclude: all entries of both lists are excluded")
	}
	compared := listing.Deliver(ctx, j, d.Results(), &list.List{})
	s.OK = s.OK && compared.OK
	d.Counts[verdict.Malformed] = s.Counts[verdict.Malformed]
	s.Counts, s.Warnings = d.Counts, c.warnings(d)
	if ctx.Err() != nil {
		return s, problem.ErrCancelled
	}
	return s, nil
}

// attempt reads both lists once and compares them, as they are read if they are sorted. A
// list that turns out not to be is read as a whole in the next attempt, which again asks for.
func (c *comparison) attempt(ctx context.Context, j *job.Job) (d *Difference, again bool, err error) {
	old, new := c.sides[0], c.sides[1]
	defer old.leave()
	defer new.leave()
	if old.begin(ctx, j); old.err != nil {
		return nil, false, old.err
	}
	if new.begin(ctx, j); new.err == nil {
		a, b := old.cursor(), new.cursor()
		if d, complete := compare(a, b); complete {
			return d, false, nil
		}
		if b.broken && new.settle() {
			return nil, true, nil
		}
	}
	// What is wrong with the old list comes first: it is read to its end.
	if old.settle() {
		return nil, true, nil
	}
	if old.err != nil {
		return nil, false, old.err
	}
	return nil, new.settle(), nil
}

func (c *comparison) warnings(d *Difference) (all []problem.Warning) {
	if n := c.sides[0].excluded + c.sides[1].excluded; n > 0 {
		all = append(all, problem.Warn(problem.EntriesExcluded, "%s excluded", problem.Count(n, "entry", "entries")))
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
