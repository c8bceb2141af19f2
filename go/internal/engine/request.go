package engine

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/checksig/checksig/go/internal/digest"
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

// ErrCancelled is the error of a job that was told to stop.
var ErrCancelled = errors.New("cancelled")

// RequestError says what is wrong with a request; nothing was read.
type RequestError struct{ Reason string }

func (e *RequestError) Error() string { return e.Reason }

// ManifestError says why a list can't be found, read or written. Line is
// 1-based, 0 where no one line is at fault.
type ManifestError struct {
	Path   string
	Line   int32
	Reason string
}

func (e *ManifestError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s: %s", e.Path, e.Reason)
}

// Common is what every job is told.
type Common struct {
	Root  string // the folder that names are relative to
	Jobs  int    // workers; 0: the CPUs this process may use
	Sizes bool   // add up all sizes first, for progress

	adapt bool // to a disk that rotates; not where Jobs was given
}

// Verify asks for a verdict on every entry of some lists.
type Verify struct {
	Common
	Manifests     []string         // paths of lists; nil: those found in Root by their names
	Algorithm     digest.Algorithm // for lists that do not say
	Lenient       bool             // neither a malformed line nor a list without an entry fails the run
	IgnoreMissing bool             // a missing file does not fail the run, and isn't reported
	Extra         bool             // report files that no list names
	KeepAll       bool             // report good verdicts too
}

// Create asks for a new list of all files beneath Root.
type Create struct {
	Common
	Algorithm digest.Algorithm
	Output    string // path of the list to write; "": in Root, by the algorithm's name, such as SHA256SUMS
	Force     bool   // replace Output if it is there
}

func (c *Common) check() error {
	if c.Root == "" {
		return &RequestError{"root is empty"}
	}
	if c.adapt = c.Jobs == 0; c.adapt {
		c.Jobs = cpus
	}
	return CheckJobs(c.Jobs)
}

func (c *Create) check() error {
	if c.Algorithm == digest.Unknown {
		return &RequestError{"no algorithm is given"}
	}
	return c.Common.check()
}

// CheckJobs says whether a number of workers can be asked for.
func CheckJobs(jobs int) error {
	if jobs < 1 || jobs > MaxJobs {
		return &RequestError{fmt.Sprintf("jobs is %d, but must be from 1 to %d", jobs, MaxJobs)}
	}
	return nil
}

func (v *Verify) check() error {
	if v.Manifests != nil && len(v.Manifests) == 0 {
		return &RequestError{"no list is named; leave manifest out to use those in the root"}
	}
	return v.Common.check()
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
