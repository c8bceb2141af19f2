// Package create writes a checksum list of all files beneath a root. It writes the
// whole list or nothing.
package create

import (
	"context"
	"slices"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request asks for new lists of all files beneath Root.
type Request struct {
	job.Request
	Algorithms []digest.Algorithm // empty: the one in the name of Output, or the usual one
	Format     *list.Format       // nil: the one in the name of Output, or that of coreutils
	Output     string             // path of one list with all digests; "": in Root one for each algorithm, such as SHA256SUMS
	Force      bool               // replace lists that exist
	Tag        bool               // each line says its algorithm
	All        bool               // list checksum lists and their signatures too
	Files      []string           // paths of the files to list, instead of all beneath Root; nil: all
	Sidecars   bool               // each of Files, which are directly in Root, gets lists of its own beside it
	Bag        bool               // make Root a bag, instead of writing lists
	InPlace    bool               // move all files into the payload of the bag first
	Outputs    []string           // paths of files that are never listed: the caller writes them
}

// Start starts a job that creates lists or a bag. It returns an error if the request is
// unusable, or if the process is in no state to run a job.
//
// With a range of names, the job writes nothing: its summary has parts of the lists that it
// would write without the range. A range without files is no error.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if r.InPlace && !r.Bag {
		return nil, problem.New(problem.InvalidArgument, "in_place needs bagit")
	}
	if r.Tag && r.Bag {
		return nil, problem.New(problem.InvalidArgument, "tag can't be combined with bagit")
	}
	if r.Bag && r.Files != nil {
		return nil, problem.New(problem.InvalidArgument, "files can't be combined with bagit: a bag is all that is in it")
	}
	if r.Bag && (len(r.Exclude) > 0 || r.OneDevice) {
		name := "one_file_system"
		if len(r.Exclude) > 0 {
			name = "exclude"
		}
		return nil, problem.New(problem.InvalidArgument, "%s can't be combined with bagit: a bag is all that is in it", name)
	}
	if r.Within != nil && (r.Bag || r.Sidecars || r.Files != nil) {
		return nil, problem.New(problem.InvalidArgument, "within can't be combined with bagit, sidecars or files")
	}
	if r.Bag {
		b, err := settleBag(r)
		if err != nil {
			return nil, err
		}
		return job.Start(ctx, b.run)
	}
	c, err := settle(r)
	if err != nil {
		return nil, err
	}
	if r.Sidecars {
		return job.Start(ctx, (&sidecars{c, c.targets}).run)
	}
	return job.Start(ctx, c.run)
}

// creation is a settled request.
type creation struct {
	job.Settled
	targets []*target // at least one
	force   bool
	all     bool
	files   []paths.Path // nil: all beneath the root
	outputs []paths.Path // of the caller
}

func settle(r Request) (*creation, error) {
	choose := settleTargets
	if r.Sidecars {
		choose = settleSidecars
	}
	targets, err := choose(r)
	if err != nil {
		return nil, err
	}
	if r.Tag {
		if err := tag(targets); err != nil {
			return nil, err
		}
	}
	s, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	c := &creation{Settled: s, targets: targets, force: r.Force, all: r.All}
	if err := c.locate(r); err != nil {
		return nil, err
	}
	if c.files, err = s.Locate("files", r.Files); err != nil {
		return nil, err
	}
	c.outputs, err = s.Locate("outputs", r.Outputs)
	return c, err
}

// locate gives the lists their full paths, except for sidecars, whose files have them.
func (c *creation) locate(r Request) (err error) {
	for _, t := range c.targets {
		switch {
		case r.Sidecars:
		case r.Output == "":
			t.path = c.Root.In(t.path.Shown)
		default:
			if t.path, err = c.Base.Locate(t.path.Shown); err != nil {
				return err
			}
		}
	}
	return nil
}

// tag makes each line of the lists say its algorithm.
func tag(targets []*target) error {
	for _, t := range targets {
		to := t.writer.To
		if !to.Tags() {
			return problem.New(problem.InvalidArgument, "tag: a line of the format %s can't say its algorithm", to.Name)
		}
		t.writer = compose.Writer{To: to, Name: t.writer.Name, Tagged: true}
	}
	return nil
}

// algorithms returns those of all lists.
func (c *creation) algorithms() (all []digest.Algorithm) {
	for _, t := range c.targets {
		all = append(all, t.algorithms...)
	}
	return all
}

// run writes lists of all regular files beneath the root and of links to files there or in an
// allowed directory. If one of them can't be read completely, it writes nothing.
func (c *creation) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	root, err := j.OpenRoot(ctx, c.Settled)
	if err != nil {
		return s, err
	}
	defer root.Close()
	if c.Within != nil {
		c.beginParts()
	} else if err := j.Undoable(c.open); err != nil {
		return s, err
	}
	defer c.discard()
	l := newListing(&j.Meter, c.algorithms())
	f := newFinding(root, j, c.Settled, c.paths(), c.all)
	find := f.run
	if c.files != nil {
		find = newChoice(f, c, c.targets[0].path).run
	}
	if err := l.fill(ctx, j, root, c.Options, find); err != nil {
		return s, err
	}
	return c.conclude(ctx, j, &f.found, l)
}

// open creates the files for all lists, or none.
func (c *creation) open() (undo func(), err error) {
	for _, t := range c.targets {
		if err := t.open(c.force); err != nil {
			c.discard()
			return nil, err
		}
	}
	return c.discard, nil
}

// discard removes all lists that were not put in place.
func (c *creation) discard() {
	for _, t := range c.targets {
		t.discard()
	}
}

// paths returns those of all lists, and of what else is written.
func (c *creation) paths() (all []paths.Path) {
	for _, t := range c.targets {
		all = append(all, t.path)
	}
	return append(all, c.outputs...)
}

// conclude writes the lists, or delivers the results that prevent them.
func (c *creation) conclude(ctx context.Context, j *job.Job, f *found, l *listing) (job.Summary, error) {
	s := job.Summary{OK: true, Algorithms: l.algorithms, Warnings: c.warnings(f)}
	fail := func(number int, status verdict.Status, detail string) {
		s.OK = false
		s.Counts[status]++
		j.Deliver(ctx, []verdict.Result{l.failure(number, status, detail)})
	}
	order := l.inOrder()
	for at, i := range order {
		status, detail := verdict.Of(l.err(i))
		if status == verdict.OK {
			if detail = c.add(l, i); detail != "" {
				status = verdict.Unreadable
			}
		}
		if status != verdict.OK {
			fail(i, status, detail)
		} else {
			s.Counts[status]++
		}
		for _, t := range c.targets {
			if number, why := t.check(l, at == len(order)-1); number >= 0 {
				s.Counts[verdict.OK]--
				fail(number, verdict.Unreadable, why)
				break
			}
		}
	}
	if c.Within != nil {
		s.LeftOut = f.leftOut()
	}
	if !s.OK {
		return s, nil
	}
	if c.Within != nil {
		s.Parts = c.parts()
		return s, nil
	}
	if err := c.compareReplaced(ctx, j, l, order, &s); err != nil {
		return s, err
	}
	for _, t := range c.targets {
		s.Outputs = append(s.Outputs, t.path.Shown)
	}
	s.Output = s.Outputs[0]
	return s, placeAll(c.targets, j.Commit)
}

// add adds a file to all lists, or returns why one of them can't have it.
func (c *creation) add(l *listing, number int) (why string) {
	for _, t := range c.targets {
		if why := t.add(l, number); why != "" {
			return why
		}
	}
	return ""
}

func (c *creation) warnings(f *found) []problem.Warning {
	warnings := f.warnings()
	if len(f.lists) > 0 {
		warnings = append(warnings, f.listsLeftOut().warning())
	}
	return append(warnings, c.weak()...)
}

// weak returns the warning that lists have only weak digests, if some have.
func (c *creation) weak() []problem.Warning {
	var weak []digest.Algorithm
	for _, t := range c.targets {
		if isWeak(t.algorithms) {
			weak = append(weak, t.algorithms...)
		}
	}
	if len(weak) == 0 {
		return nil
	}
	return []problem.Warning{verdict.Weak(weak...)}
}

// isWeak reports whether a list with these digests of each file has only weak ones.
func isWeak(all []digest.Algorithm) bool {
	return !slices.ContainsFunc(all, func(a digest.Algorithm) bool { return !a.Weak() })
}
