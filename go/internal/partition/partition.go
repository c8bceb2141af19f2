// Package partition cuts the names beneath a root into ranges that follow each other.
package partition

import (
	"context"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request asks for the bounds of ranges of about as many files each.
type Request struct {
	job.Request
	Files int // in a range, at least one
}

// Start starts a job whose results are the names that begin a range after the first one, in
// their order, and as soon as each is known. It opens no file, and counts whatever is no
// directory and not excluded: also what a new list leaves out, such as FIFOs and lists. So a
// range may have fewer files to list than it was cut for, but none has more, unless the tree
// changes. A directory that can't be read has a failed result, and what is in it is not
// counted.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if r.Files < 1 {
		return nil, problem.New(problem.InvalidArgument, "range_files is %d, but must be at least 1", r.Files)
	}
	s, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, (&cutting{Settled: s, files: int64(r.Files)}).run)
}

// cutting is a settled request.
type cutting struct {
	job.Settled
	files int64
}

func (c *cutting) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	root, err := j.OpenRoot(ctx, c.Settled)
	if err != nil {
		return s, err
	}
	defer root.Close()
	deliver := func(r verdict.Result) {
		s.Counts[r.Status]++
		j.Deliver(ctx, []verdict.Result{r})
	}
	var files int64
	visit := func(name []byte) error {
		if files > 0 && files%c.files == 0 {
			deliver(verdict.Result{Path: string(name), Size: -1})
		}
		files++
		j.Meter.Files.Store(files)
		return nil
	}
	var unread []verdict.Result
	failed := func(name string, err error) {
		unread = append(unread, verdict.Result{Path: name, Status: verdict.Unreadable, Fails: true, Size: -1, Detail: problem.Reason(err)})
	}
	err = root.WalkInOrder(ctx, j.Selecting(c.Settled), visit, failed)
	if err != nil && ctx.Err() != nil {
		return s, problem.ErrCancelled
	}
	for _, r := range unread {
		deliver(r)
	}
	s.OK = len(unread) == 0
	return s, err
}
