// Package create writes a checksum list of all files beneath a root. It writes the
// whole list or nothing.
package create

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request asks for a new list of all files beneath Root.
type Request struct {
	job.Request
	Algorithm digest.Algorithm // Unknown: the one in the name of Output, or SHA-256
	Output    string           // path of the list to write; "": in Root, named after the algorithm, such as SHA256SUMS
	Force     bool             // replace Output if it exists
	All       bool             // list checksum lists and their signatures too
	Bag       bool             // make Root a bag, instead of writing one list
	InPlace   bool             // move all files into the payload of the bag first
}

// Start starts a job that creates a list or a bag. It returns an error if the request is
// unusable, or if the process is in no state to run a job.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if r.InPlace && !r.Bag {
		return nil, problem.New(problem.InvalidArgument, "in_place needs bagit")
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
	return job.Start(ctx, c.run)
}

// creation is a settled request.
type creation struct {
	job.Settled
	algorithm digest.Algorithm
	write     func(*list.Entry) []byte
	output    paths.Path
	force     bool
	all       bool
}

func settle(r Request) (*creation, error) {
	a, write, err := settleAlgorithm(r)
	if err != nil {
		return nil, err
	}
	if err := a.Check(); err != nil {
		return nil, err
	}
	s, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	c := &creation{Settled: s, algorithm: a, write: write, force: r.Force, all: r.All}
	if r.Output == "" {
		c.output = s.Root.In(strings.ToUpper(a.String()) + "SUMS")
		return c, nil
	}
	c.output, err = s.Base.Locate(r.Output)
	return c, err
}

// run writes a list of all regular files beneath the root and of links to files there
// or in an allowed directory. If
// one of them can't be read completely, it writes nothing.
func (c *creation) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	root, err := j.OpenRoot(ctx, c.Settled)
	if err != nil {
		return s, err
	}
	defer root.Close()
	out, err := c.open(j)
	if err != nil {
		return s, err
	}
	defer out.discard()
	var f *found
	err = j.Call(ctx, func() (err error) { f, err = findFiles(ctx, root, c.output, c.all); return err })
	if err != nil {
		return s, err
	}
	j.Meter.TotalFiles.Store(int64(len(f.names)))
	l := &listing{&j.Meter, c.algorithm, f.names, make([]reading, len(f.names))}
	if err := hashing.Run(ctx, root, l, c.Options, j.Share, &j.Meter); err != nil {
		return s, err
	}
	return c.conclude(ctx, j, out, f, l.read)
}

// open creates the file for the list, unless the job was cancelled.
func (c *creation) open(j *job.Job) (out *output, err error) {
	err = j.Undoable(func() (func(), error) {
		if out, err = openOutput(c.output.Real(), c.force); err != nil {
			return nil, err
		}
		return out.discard, nil
	})
	return out, c.output.AsShown(err)
}

// listing is the [hashing.Work] for a new list.
type listing struct {
	meter     *hashing.Meter
	algorithm digest.Algorithm
	names     []string
	read      []reading
}

// reading is the outcome of reading one file.
type reading struct {
	size int64
	sum  []byte
	err  error
}

// Count implements [hashing.Work].
func (l *listing) Count() int { return len(l.names) }

// File implements [hashing.Work].
func (l *listing) File(number int) (string, digest.Set, bool) {
	return l.names[number], digest.SetOf(l.algorithm), true
}

// Admits implements [hashing.Work].
func (l *listing) Admits(hashing.Next) bool { return true }

// Wait implements [hashing.Work].
func (l *listing) Wait(context.Context, hashing.Next) {}

// Done implements [hashing.Work].
func (l *listing) Done(number int, o hashing.Outcome) {
	l.read[number] = reading{o.Size, bytes.Clone(o.Sum(l.algorithm)), o.Err}
	l.meter.Files.Add(1)
}

// conclude writes the list, or delivers the results that prevent it.
func (c *creation) conclude(ctx context.Context, j *job.Job, out *output, f *found, all []reading) (job.Summary, error) {
	s := job.Summary{OK: true, Algorithm: c.algorithm, Warnings: c.warnings(f)}
	text := bufio.NewWriter(out.part)
	for i, r := range all {
		status, detail := verdict.Of(r.err)
		line := c.write(&list.Entry{Name: f.names[i], Hex: hex.EncodeToString(r.sum), Algorithm: c.algorithm})
		if status == verdict.OK && len(line)-len("\n") > list.MaxLine {
			status, detail = verdict.Unreadable, tooLong
		}
		s.Counts[status]++
		if status == verdict.OK {
			text.Write(line)
			continue
		}
		s.OK = false
		j.Deliver(ctx, []verdict.Result{{Path: f.names[i], Status: status, Fails: true, Algorithm: c.algorithm, Size: r.size, Detail: detail}})
	}
	if !s.OK {
		return s, nil
	}
	s.Output = c.output.Shown
	err := text.Flush() // the first error of all writes
	if err == nil {
		err = syncFile(out.part)
	}
	return s, c.output.AsShown(out.place(err, j.Commit))
}

// tooLong is the detail of a file that a list can't name.
const tooLong = "its line in the list would be longer than a list may have"

func (c *creation) warnings(f *found) (warnings []problem.Warning) {
	if len(f.out) > 0 {
		warnings = append(warnings, problem.Warn(problem.LinksLeftOut, "%s", linksOut(f.out, " left out")))
	}
	if len(f.left) > 0 {
		warnings = append(warnings, leftOut(f.left))
	}
	if len(f.lists) > 0 {
		warnings = append(warnings, listsLeftOut(f.lists))
	}
	if c.algorithm.Weak() {
		warnings = append(warnings, verdict.Weak(c.algorithm))
	}
	return warnings
}
