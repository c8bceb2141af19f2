package create

import (
	"bytes"
	"context"
	"io"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// Joining asks for lists whose parts jobs for ranges of names have made.
type Joining struct {
	Request               // that of these jobs, without the range
	Texts   []string      // paths of files with the texts of the lists, in the order of the parts; nil: write nothing, but fail if a list can't be written
	LeftOut []job.LeftOut // by these jobs, in the order of their ranges
}

// Join starts a job that writes such lists as one job without ranges would, with its warnings
// and errors. It looks at no file that is listed, and does not compare a list with one that it
// replaces.
func Join(ctx context.Context, r Joining) (*job.Job, error) {
	if r.Bag || r.Sidecars || r.Request.Files != nil || r.Within != nil {
		return nil, problem.New(problem.InvalidArgument, "a join can't be combined with bagit, sidecars, files or within")
	}
	c, err := settle(r.Request)
	if err != nil {
		return nil, err
	}
	if r.Texts != nil && len(r.Texts) != len(c.targets) {
		return nil, problem.New(problem.InvalidArgument, "%d texts given, but the lists are %d", len(r.Texts), len(c.targets))
	}
	j := &joining{creation: c, left: together(r.LeftOut)}
	j.texts, err = c.Locate("texts", r.Texts)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, j.run)
}

// joining is a settled request.
type joining struct {
	*creation
	texts []paths.Path
	left  map[problem.WarningCode]left
}

// together puts what ranges have left out together.
func together(all []job.LeftOut) map[problem.WarningCode]left {
	sums := map[problem.WarningCode]left{}
	for _, l := range all {
		sum := sums[l.Code]
		names := append(sum.First, l.First...)
		sums[l.Code] = left{l.Code, sum.Count + l.Count, names[:min(mostNamed, len(names))]}
	}
	return sums
}

func (c *joining) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	s.OK, s.Algorithms = true, c.algorithms()
	if err := j.Undoable(c.open); err != nil {
		return s, err
	}
	defer c.discard()
	if c.texts == nil {
		return s, nil
	}
	s.Warnings = c.joinedWarnings()
	for i, t := range c.targets {
		err := j.Call(ctx, func() error { return c.join(ctx, j, t, c.texts[i], &s) })
		if ctx.Err() != nil {
			return s, problem.ErrCancelled
		}
		if err != nil {
			return s, err
		}
		s.Outputs = append(s.Outputs, t.path.Shown)
	}
	s.Output = s.Outputs[0]
	return s, placeAll(c.targets, j.Commit)
}

func (c *joining) joinedWarnings() (all []problem.Warning) {
	for _, code := range []problem.WarningCode{problem.LinksLeftOut, problem.FilesLeftOut, problem.ListsLeftOut} {
		if l := c.left[code]; l.Count > 0 {
			all = append(all, l.warning())
		}
	}
	return append(all, c.weak()...)
}

// join writes one list.
func (c *joining) join(ctx context.Context, j *job.Job, t *target, from paths.Path, s *job.Summary) error {
	f, err := tree.OpenPath(from.At)
	if err != nil {
		return from.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	defer f.Close()
	start, err := io.ReadAll(io.LimitReader(f, shownBy))
	switch {
	case err != nil:
		return from.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	case len(start) == 0:
		return nothing(t.path, c.left[problem.LinksLeftOut], c.left[problem.ListsLeftOut], c.Exclude != nil)
	}
	if why := t.misread(start); why != "" {
		return t.path.Failed(problem.OutputUnwritable, "not written: %s", why)
	}
	t.text.Write(start) // its error is that of complete
	n, err := io.Copy(t.text, &tree.Cancellable{Context: ctx, Reader: f})
	if err != nil {
		return unwritable(t.path.Shown, err)
	}
	j.Meter.Bytes.Add(int64(len(start)) + n)
	return nil
}

// shownBy is the number of bytes at the start of a list that show its format to any reader.
const shownBy = 1 << 20

// misread returns why a reader would take the list for one of another format, by its start.
// One job without ranges finds that as it reads back what it writes.
func (t *target) misread(start []byte) (why string) {
	if t.writer.To == &list.Coreutils { // which has a line for every name
		return ""
	}
	if len(start) == shownBy {
		start = start[:1+bytes.LastIndexAny(start, "\n\x00")]
	}
	l, err := list.Parse(bytes.NewReader(start), list.Options{FileName: t.writer.Name})
	switch {
	case err != nil:
		return "the list would be refused: " + err.Error()
	case l.Format != t.writer.To:
		return "the list would be read as one of the format " + l.Format.Name
	}
	return ""
}
