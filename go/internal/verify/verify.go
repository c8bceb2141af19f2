// Package verify gives a verdict on every entry of checksum lists. It reads the
// lists, computes the digests with package hashing, and delivers results in the order
// of the lists. It is the only place that decides which verdicts fail a run.
package verify

import (
	"context"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request is the request to verify the files in checksum lists.
type Request struct {
	job.Request
	Lists         []List           // nil: those found in Root by their names
	Algorithm     digest.Algorithm // for lines without a tag, in lists whose names contain no algorithm
	Lenient       bool             // malformed lines and lists without entries don't fail the run
	IgnoreMissing bool             // missing files don't fail the run and are not reported
	Extra         bool             // report files that no list names
	KeepAll       bool             // report verdicts that are OK too
	Unordered     bool             // report verdicts as they are found, and not in the order of the lists
	FailFast      bool             // verify nothing more after the first failure
}

// List is a checksum list: a file, or content that the caller has.
type List struct {
	Path    string
	Content []byte // nil: read the file
}

// Start starts a job that verifies files. It returns an error if the request is
// unusable, or if the process is in no state to run a job.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	v, err := settle(r)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, v.run)
}

// verification is a settled request.
type verification struct {
	job.Settled
	policy
	way
	lists     []given // nil: those found in the root by their names
	algorithm digest.Algorithm
	extra     bool
}

// given is a list with a settled path.
type given struct {
	paths.Path
	content []byte // nil: read the file
}

func settle(r Request) (*verification, error) {
	if r.Lists != nil && len(r.Lists) == 0 {
		return nil, problem.New(problem.InvalidArgument, "manifest is empty; leave it out to use the lists found in the root")
	}
	s, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	v := &verification{
		Settled: s, policy: policy{r.Lenient, r.IgnoreMissing, r.KeepAll}, way: way{r.Unordered, r.FailFast},
		algorithm: r.Algorithm, extra: r.Extra,
	}
	for _, l := range r.Lists {
		path, err := s.Base.Locate(l.Path)
		if err != nil {
			return nil, err
		}
		v.lists = append(v.lists, given{path, l.Content})
	}
	return v, nil
}

func (v *verification) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	root, err := j.OpenRoot(ctx, v.Root)
	if err != nil {
		return s, err
	}
	defer root.Close()
	var p *plan
	if err := j.Call(ctx, func() (err error) { p, err = v.plan(ctx, root); return err }); err != nil {
		return s, err
	}
	j.Meter.TotalFiles.Store(p.entries)
	o, err := v.compare(ctx, j, root, p)
	if err != nil {
		return s, err
	}
	counts, unjudged := o.conclude()
	if v.extra && !v.isOver(counts) {
		if err := v.findExtra(ctx, j, root, p, &counts); err != nil {
			return s, err
		}
	}
	s = v.summary(p, counts)
	o.tally.write(&s, p, root, unjudged)
	if unjudged > 0 {
		s.Warnings = append(s.Warnings, stoppedEarly(unjudged))
	}
	return s, nil
}

// compare gives a verdict on every entry, or on some of them if a failure ends the run.
func (v *verification) compare(ctx context.Context, j *job.Job, root *tree.Root, p *plan) (*order, error) {
	comparing, stop := context.WithCancel(ctx)
	defer stop()
	o := newOrder(j, p, v.policy, v.way, stop)
	err := hashing.Run(comparing, root, &comparison{p, o}, v.Options, j.Share, &j.Meter)
	if stopped := err == problem.ErrCancelled && ctx.Err() == nil; err != nil && !stopped {
		return nil, err
	}
	return o, nil
}

// isOver reports whether a failure has ended the run.
func (v *verification) isOver(counts verdict.Counts) bool { return v.failFast && v.anyFails(counts) }

func (p policy) summary(all *plan, counts verdict.Counts) job.Summary {
	return job.Summary{
		OK:       counts[verdict.OK] > 0 && !p.anyFails(counts),
		Counts:   counts,
		Warnings: p.warnings(all, counts),
	}
}
