package create

import (
	"context"
	"os"
	"path/filepath"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// sidecars writes lists of one file each, beside it: a.iso.sha256 for a.iso. A file that
// can't be listed does not prevent the lists of the others.
type sidecars struct {
	*creation
	kinds []*target // one for each list of a file, with the end of its name as the path
}

// settleSidecars returns the lists that each file gets, as if for a file without a name.
func settleSidecars(r Request) ([]*target, error) {
	given, err := distinct(r.Algorithms)
	switch {
	case err != nil:
		return nil, err
	case r.Output != "":
		return nil, problem.New(problem.InvalidArgument, "sidecars can't be combined with output")
	case len(r.Files) == 0:
		return nil, problem.New(problem.InvalidArgument, "sidecars needs files")
	case r.Format != nil && !r.Format.Writes():
		return nil, NotWritten(r.Format)
	}
	switch r.Format {
	case nil, &list.Coreutils:
	case &list.SFV, &list.Hashdeep, &list.Mtree:
		return one("."+r.Format.Name, given, r.Format)
	default:
		return nil, problem.New(problem.InvalidArgument, "list_format %s needs an output: such a list has no name by which it is found", r.Format.Name)
	}
	if len(given) == 0 {
		given = []digest.Algorithm{digest.SHA256}
	}
	var all []*target
	for _, a := range given {
		t, err := newTarget("."+a.String(), []digest.Algorithm{a}, r.Format)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func (s *sidecars) run(ctx context.Context, j *job.Job) (sum job.Summary, err error) {
	root, err := j.OpenRoot(ctx, s.Settled)
	if err != nil {
		return sum, err
	}
	defer root.Close()
	l := newListing(&j.Meter, s.algorithms())
	c := newChoice(newFinding(root, j, s.Settled, s.outputs, s.all), s.creation, s.Root)
	c.direct = true
	find := func(ctx context.Context, l *listing, stop func()) error {
		if err := c.run(ctx, l, stop); err != nil {
			return err
		}
		return s.check(l)
	}
	if err := l.fill(ctx, j, root, s.Options, find); err != nil {
		return sum, err
	}
	return s.conclude(ctx, j, &c.found, l)
}

// check returns an error at once if one of the lists could not be put in place later.
func (s *sidecars) check(l *listing) error {
	for name := range l.names {
		for _, kind := range s.kinds {
			path := s.pathOf(name, kind)
			if _, err := os.Lstat(path.Real()); err == nil && !s.force {
				return path.AsShown(exists(path.At))
			}
		}
	}
	return nil
}

func (s *sidecars) pathOf(name string, kind *target) paths.Path {
	return s.Root.In(name + kind.path.Shown)
}

// conclude writes the lists of all files that can be listed.
func (s *sidecars) conclude(ctx context.Context, j *job.Job, f *found, l *listing) (job.Summary, error) {
	sum := job.Summary{OK: true, Algorithms: l.algorithms, Warnings: s.warnings(f)}
	if !j.Commit() {
		return sum, problem.ErrCancelled
	}
	for _, number := range l.inOrder() {
		status, detail := verdict.Of(l.err(number))
		if status == verdict.OK {
			written, why, err := s.write(ctx, l, number, &sum)
			sum.Outputs = append(sum.Outputs, written...)
			if err != nil {
				return sum, err
			}
			if detail = why; why != "" {
				status = verdict.Unreadable
			}
		}
		sum.Counts[status]++
		if status != verdict.OK {
			sum.OK = false
			j.Deliver(ctx, []verdict.Result{l.failure(number, status, detail)})
		}
	}
	if len(sum.Outputs) > 0 {
		sum.Output = sum.Outputs[0]
	}
	return sum, nil
}

// write writes the lists of one file, or returns why one of them can't have it.
func (s *sidecars) write(ctx context.Context, l *listing, number int, sum *job.Summary) (written []string, why string, err error) {
	var all []*target
	defer func() {
		for _, t := range all {
			t.discard()
		}
	}()
	for _, kind := range s.kinds {
		t := &target{path: s.pathOf(l.name(number), kind), algorithms: kind.algorithms, writer: kind.writer}
		t.writer.Name = filepath.Base(t.path.At)
		if err := t.open(s.force); err != nil {
			return nil, "", err
		}
		all = append(all, t)
		if why := t.add(l, number); why != "" {
			return nil, why, nil
		}
		if at, why := t.check(l, true); at >= 0 {
			return nil, why, nil
		}
		written = append(written, t.path.Shown)
	}
	for _, t := range all {
		if s.force {
			t.compareReplaced(ctx, l, []int{number}, sum)
		}
	}
	return written, "", placeAll(all, func() bool { return true })
}
