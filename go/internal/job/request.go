package job

import (
	"context"

	"github.com/checksig/checksig/go/internal/exclude"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// MaxWorkers is the largest number of workers of a job.
const MaxWorkers = 1024

// Request is the part of a request that all jobs share.
type Request struct {
	Directory    string   // relative paths start here; "": the current working directory
	Root         string   // the directory that names are relative to
	AllowLinksTo []string // directories to which links beneath Root may lead
	Workers      int      // 0: one for each CPU this process may use, and more while storage is waited for
	Sizes        bool     // add up all sizes first, for progress
	Exclude      []string // patterns of names beneath Root to leave out, see package exclude
	OneDevice    bool     // leave out what is on other file systems than Root, see package tree
	NoCache      bool     // leave nothing of the files in the page cache that was not in it before

	Within *tree.Range // of names, for which alone the job works; nil: all
}

// Settled is a checked request, with absolute paths and all defaults set.
type Settled struct {
	Base    *paths.Base
	Root    paths.Path
	Allowed []paths.Path   // directories to which links may lead
	Exclude *exclude.Rules // nil: nothing is left out

	OneDevice bool
	Within    *tree.Range // nil: all names
	hashing.Options
}

// Settle checks a request, makes its paths absolute and sets its defaults.
func (r Request) Settle() (s Settled, err error) {
	if r.Root == "" {
		return s, problem.New(problem.InvalidArgument, "root is empty")
	}
	s.Base, s.Workers = paths.From(r.Directory), r.Workers
	s.Sizes, s.NoCache, s.OneDevice, s.Within = r.Sizes, r.NoCache, r.OneDevice, r.Within
	if s.Adapt = r.Workers == 0; s.Adapt {
		s.Workers = min(hashing.CPUs(), MaxWorkers)
	}
	if err := CheckWorkers(s.Workers); err != nil {
		return s, err
	}
	if r.Within != nil && r.Within.IsEmpty() {
		return s, problem.New(problem.InvalidArgument, "within: no name comes from %q on and before %q", r.Within.From, r.Within.To)
	}
	if s.Root, err = s.Base.Locate(r.Root); err != nil {
		return s, err
	}
	if s.Exclude, err = exclude.New(r.Exclude); err != nil {
		return s, problem.New(problem.InvalidArgument, "exclude: %v", err)
	}
	s.Allowed, err = s.Locate("allow_links_to", r.AllowLinksTo)
	return s, err
}

// Locate makes the paths of one argument absolute.
func (s *Settled) Locate(argument string, given []string) (all []paths.Path, err error) {
	for _, path := range given {
		if path == "" {
			return nil, problem.New(problem.InvalidArgument, "%s has an empty path", argument)
		}
		located, err := s.Base.Locate(path)
		if err != nil {
			return nil, err
		}
		all = append(all, located)
	}
	return all, nil
}

// CheckWorkers returns an error if a job can't have this number of workers. Users
// know it as jobs.
func CheckWorkers(workers int) error {
	if workers < 1 || workers > MaxWorkers {
		return problem.New(problem.InvalidArgument, "jobs is %d, but must be from 1 to %d", workers, MaxWorkers)
	}
	return nil
}

// AtHand reports whether a job may open the root in the call that starts it. To ask whether
// files are at hand makes the kernel read them.
func (s *Settled) AtHand() bool {
	return len(s.Allowed) == 0 && !s.Sizes && !s.NoCache && tree.IsDirectoryAtHand(s.Root.At)
}

// Options returns the options for hashing. A job in the call of its start needs no other
// goroutine.
func (j *Job) Options(s Settled) hashing.Options {
	o := s.Options
	if j.inCall {
		o.Workers, o.Adapt = 1, false
	}
	return o
}

// mostWalkers is the number of goroutines in which a job walks a tree, at most: while they
// wait for storage, and if the user asks for many.
const mostWalkers = 16

// Crew returns what the job may use for a walk. With few descriptors, a walk must not take
// them from its own job.
func (j *Job) Crew(o hashing.Options) tree.Crew {
	c := tree.Crew{Walkers: min(o.Workers, mostWalkers), Enter: j.Share.Do, Others: func() bool { return j.Share.Files() > 0 }}
	if j.inCall || holdings.FewFiles() {
		c.Walkers = 1
	}
	if c.Waiting = c.Walkers; o.Adapt && c.Walkers > 1 {
		c.Waiting = mostWalkers
	}
	return c
}

// Selecting returns what a job may use for a walk that leaves out what the request excludes,
// and what is not in its range.
func (j *Job) Selecting(s Settled) tree.Crew {
	c := j.Crew(s.Options)
	c.OneDevice = s.OneDevice
	if s.Within != nil {
		c.Within = *s.Within
	}
	if s.Exclude != nil {
		c.Skip = s.Exclude.Skips
	}
	return c
}

// OpenRoot opens the root of a job, and the directories to which links may lead.
func (j *Job) OpenRoot(ctx context.Context, s Settled) (root *tree.Root, err error) {
	err = j.Call(ctx, func() (err error) { root, err = openRoot(s); return err })
	if err != nil && ctx.Err() != nil {
		return nil, problem.ErrCancelled
	}
	return root, err
}

func openRoot(s Settled) (*tree.Root, error) {
	root, err := tree.Open(s.Root.At)
	if err != nil {
		return nil, s.Root.Failed(problem.RootUnreadable, "can't open the root directory: %s", problem.Reason(err))
	}
	for _, path := range s.Allowed {
		if err := root.Allow(path.At); err != nil {
			root.Close()
			return nil, path.Failed(problem.AllowedUnreadable, "can't open the directory that links may lead to: %s", problem.Reason(err))
		}
	}
	return root, nil
}
