// Package verify gives a verdict on every entry of some checksum lists: it plans
// them, lets the workers of package hashing compute digests, and hands verdicts over
// in the order of the lists. Which verdict fails a run is decided here and nowhere
// else.
package verify

import (
	"context"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request asks for a verdict on every entry of some lists.
type Request struct {
	job.Request
	Lists         []List           // nil: those found in Root by their names
	Algorithm     digest.Algorithm // for lists that do not say
	Lenient       bool             // neither a malformed line nor a list without an entry fails the run
	IgnoreMissing bool             // a missing file does not fail the run, and isn't reported
	Extra         bool             // report files that no list names
	KeepAll       bool             // report good verdicts too
}

// List is a checksum list: the file at a path, or the content that the caller has
// of it.
type List struct {
	Path    string
	Content []byte // nil: read the file
}

// Start starts a job that verifies. It fails for a request that can't be used, and
// where the process is in no state to run a job.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	v, err := settle(r)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, v.run)
}

// verification is a request whose paths are settled.
type verification struct {
	job.Settled
	policy
	lists     []given // nil: those found in the root
	algorithm digest.Algorithm
	extra     bool
}

// given is a list that the caller names.
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
	v := &verification{Settled: s, policy: policy{r.Lenient, r.IgnoreMissing, r.KeepAll}, algorithm: r.Algorithm, extra: r.Extra}
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
	c := &comparison{p, newOrder(j, p, v.policy)}
	if err := hashing.Run(ctx, root, c, v.Options, j.Share, &j.Meter); err != nil {
		return s, err
	}
	counts := c.order.counts
	if v.extra {
		if err := findExtra(ctx, j, root, p, &counts); err != nil {
			return s, err
		}
	}
	return v.summary(p, counts), nil
}

func (p policy) summary(all *plan, counts verdict.Counts) job.Summary {
	s := job.Summary{OK: counts[verdict.OK] > 0, Counts: counts}
	for _, status := range verdict.Statuses() {
		if counts[status] > 0 && p.fails(status) {
			s.OK = false
		}
	}
	s.Warnings = p.warnings(all, counts)
	return s
}
