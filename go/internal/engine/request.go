package engine

import (
	"runtime"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/problem"
)

// MaxJobs is the largest number of workers that can be asked for.
const MaxJobs = 1024

// cpus is how many this process may use, by affinity and cgroup limits.
var cpus = runtime.GOMAXPROCS(0)

func init() {
	// A worker that comes back from a system call or from C takes up its work at
	// once only where Go has a place left for it to run: without some to spare it
	// sleeps, and cores idle, each time a goroutine that reads or scouts is quicker.
	runtime.GOMAXPROCS(cpus + 2)
}

// Common is what every job is told. Paths are told apart from where they lead:
// what is shown is as the caller gave it, what is opened was made absolute before
// the job began, for the caller may change its directory meanwhile.
type Common struct {
	Directory string // relative paths start here; "": the working directory of now
	Root      string // the directory that names are relative to
	Jobs      int    // workers; 0: the CPUs this process may use
	Sizes     bool   // add up all sizes first, for progress

	root  place
	adapt bool // to a disk that rotates; not where Jobs was given
}

// Verify asks for a verdict on every entry of some lists.
type Verify struct {
	Common
	Manifests     []List           // nil: those found in Root by their names
	Algorithm     digest.Algorithm // for lists that do not say
	Lenient       bool             // neither a malformed line nor a list without an entry fails the run
	IgnoreMissing bool             // a missing file does not fail the run, and isn't reported
	Extra         bool             // report files that no list names
	KeepAll       bool             // report good verdicts too

	lists []given // Manifests
}

// List is a checksum list: the file at a path, or the content that the caller has
// of it.
type List struct {
	Path    string
	Content []byte // nil: read the file
}

// given is a list whose path is settled.
type given struct {
	place
	content []byte // nil: read the file
}

// Create asks for a new list of all files beneath Root.
type Create struct {
	Common
	Algorithm digest.Algorithm
	Output    string // path of the list to write; "": in Root, by the algorithm's name, such as SHA256SUMS
	Force     bool   // replace Output if it is there

	output place
}

func (c *Common) check() error {
	if c.Root == "" {
		return problem.New(problem.InvalidArgument, "root is empty")
	}
	if c.adapt = c.Jobs == 0; c.adapt {
		c.Jobs = min(cpus, MaxJobs)
	}
	if err := CheckJobs(c.Jobs); err != nil {
		return err
	}
	var err error
	c.root, err = c.locate(c.Root)
	return err
}

func (c *Create) check() error {
	if c.Algorithm == digest.Unknown {
		return problem.New(problem.InvalidArgument, "no algorithm is given")
	}
	if err := c.Common.check(); err != nil {
		return err
	}
	if c.Output == "" {
		c.output = c.root.in(strings.ToUpper(c.Algorithm.String()) + "SUMS")
		return nil
	}
	var err error
	c.output, err = c.locate(c.Output)
	return err
}

// CheckJobs says whether a number of workers can be asked for.
func CheckJobs(jobs int) error {
	if jobs < 1 || jobs > MaxJobs {
		return problem.New(problem.InvalidArgument, "jobs is %d, but must be from 1 to %d", jobs, MaxJobs)
	}
	return nil
}

func (v *Verify) check() error {
	if v.Manifests != nil && len(v.Manifests) == 0 {
		return problem.New(problem.InvalidArgument, "no list is named; leave manifest out to use those in the root")
	}
	if err := v.Common.check(); err != nil {
		return err
	}
	for _, list := range v.Manifests {
		place, err := v.locate(list.Path)
		if err != nil {
			return err
		}
		v.lists = append(v.lists, given{place, list.Content})
	}
	return nil
}

// fails says whether a verdict fails the run.
func (v *Verify) fails(s Status) bool {
	switch s {
	case OK:
		return false
	case Missing:
		return !v.IgnoreMissing
	case Malformed:
		return !v.Lenient
	}
	return true
}

// keeps says whether a verdict is reported. A malformed line always is.
func (v *Verify) keeps(s Status) bool { return v.KeepAll || s == Malformed || v.fails(s) }
