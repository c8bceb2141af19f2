// Package archive compares the files beneath a root with what was recorded of them.
//
// A scan walks the root, and reads only files that are new, or whose size, time or inode is not
// the recorded one. A check reads all files that are recorded. The package keeps no record: its
// caller hands over what was recorded, and stores what the results say.
//
// Only regular files can be recorded. Links are not followed by a scan, and hidden files are
// files like others.
package archive

import (
	"context"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Record is what was recorded of a file.
type Record struct {
	Name string
	tree.Info
	Sums string // its digests one after another, in the order of the algorithms
}

// Request asks for a comparison.
type Request struct {
	job.Request
	Algorithms []digest.Algorithm // at least one
	Records    []Record           // sorted by the bytes of their names, for a scan
	Check      bool               // read all files that are recorded, and look for no others
	Outputs    []string           // paths of files that are never recorded: the caller writes them
}

// Start starts a job. Its results are of any order: one for each file of a check; of a scan
// one for each file that is not as recorded, or that was read. A result with the verdict OK
// has what it Found if the record is to change.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if len(r.Algorithms) == 0 {
		return nil, problem.New(problem.InvalidArgument, "an archive needs an algorithm")
	}
	for _, a := range r.Algorithms {
		if err := a.Check(); err != nil {
			return nil, err
		}
	}
	if !r.Check && !slices.IsSortedFunc(r.Records, func(a, b Record) int { return strings.Compare(a.Name, b.Name) }) {
		return nil, problem.New(problem.InvalidArgument, "the records are not sorted")
	}
	settled, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	outputs, err := settled.Locate("outputs", r.Outputs)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, func(ctx context.Context, j *job.Job) (job.Summary, error) {
		root, err := j.OpenRoot(ctx, settled)
		if err != nil {
			return job.Summary{}, err
		}
		defer root.Close()
		c := &comparison{Settled: settled, Request: r, job: j, root: root, own: map[string]bool{}}
		for _, output := range outputs {
			if name, isBeneath := root.NameOf(output.At); isBeneath {
				c.own[name] = true
			}
		}
		c.tasks.meter = &j.Meter
		return c.run(ctx)
	})
}

// comparison is a running job, and the [hashing.Work] of it.
type comparison struct {
	job.Settled
	Request
	tasks
	job    *job.Job
	root   *tree.Root
	own    map[string]bool // names of the outputs
	counts counts
	scan   *scan // nil for a check
	inodes inodes
}

func (c *comparison) run(ctx context.Context) (s job.Summary, err error) {
	if c.Check {
		for i := range c.Records {
			c.tasks.add(task{name: c.Records[i].Name, record: int32(i), size: c.Records[i].Size})
		}
		c.tasks.end()
		if err = hashing.Run(ctx, c.root, c, c.job.Options(c.Settled), c.job.Share, &c.job.Meter); err == nil {
			c.settleReplaced(ctx)
		}
	} else {
		c.scan = newScan(c)
		err = c.scan.run(ctx)
	}
	if err != nil {
		return s, err
	}
	s.Counts = c.counts.all()
	s.OK, s.Files = true, s.Counts[verdict.OK]+s.Counts[verdict.Added]
	for status, n := range s.Counts {
		s.OK = s.OK && (n == 0 || !fails(verdict.Status(status)))
	}
	if c.scan != nil {
		s.Warnings = c.scan.warnings()
	}
	return s, nil
}

// fails reports whether a verdict says that a file is not as recorded.
func fails(s verdict.Status) bool { return s != verdict.OK && s != verdict.Added }

// File implements [hashing.Work].
func (c *comparison) File(number int) (string, digest.Set, bool) {
	return c.tasks.at(number).name, digest.SetOf(c.Algorithms...), true
}

// Admits implements [hashing.Work].
func (c *comparison) Admits(hashing.Next) bool { return c.job.HasRoom() }

// Wait implements [hashing.Work].
func (c *comparison) Wait(ctx context.Context, _ hashing.Next) { c.job.WaitForRoom(ctx) }

// Done implements [hashing.Work].
func (c *comparison) Done(number int, o hashing.Outcome) {
	t := c.tasks.at(number)
	var r verdict.Result
	if t.record == isNew {
		r = c.added(t.name, &o)
	} else {
		r = c.judge(&c.Records[t.record], &o)
	}
	c.job.Meter.Files.Add(1)
	if t.record != isNew && c.isReplaced(&c.Records[t.record], &o, &r) {
		return
	}
	if c.scan == nil || !c.scan.holds(t, &r) {
		c.put(r)
	}
}

// put counts a result and delivers it.
func (c *comparison) put(r verdict.Result) {
	r.Fails = fails(r.Status)
	c.counts.add(r.Status)
	c.job.Put([]verdict.Result{r})
}
