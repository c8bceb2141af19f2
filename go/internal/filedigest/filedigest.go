// Package filedigest computes the digest of one file.
package filedigest

import (
	"context"
	"encoding/hex"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request asks for the digest of the file with this name beneath Root.
type Request struct {
	job.Request
	Name      string
	Algorithm digest.Algorithm
}

// Start starts a job with one result. Its verdict is OK if the file was read to its
// end and did not change meanwhile, and Actual is the digest.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if r.Name == "" || r.Algorithm == digest.Unknown {
		return nil, problem.New(problem.InvalidArgument, "the name or the algorithm is missing")
	}
	if err := r.Algorithm.Check(); err != nil {
		return nil, err
	}
	settled, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	return job.StartSmall(ctx, func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
		root, err := j.OpenRoot(ctx, settled)
		if err != nil {
			return s, err
		}
		defer root.Close()
		if j.InCall() && !root.IsAtHand(r.Name) {
			return s, job.ErrLater
		}
		j.Meter.TotalFiles.Store(1)
		f := &file{name: r.Name, algorithm: r.Algorithm}
		if err := hashing.Run(ctx, root, f, j.Options(settled), j.Share, &j.Meter); err != nil {
			return s, err
		}
		j.Meter.Files.Store(1)
		j.Put([]verdict.Result{f.result})
		s.OK = f.result.Status == verdict.OK
		s.Counts[f.result.Status] = 1
		return s, nil
	}, settled.AtHand)
}

// file is the [hashing.Work] of one file.
type file struct {
	name      string
	algorithm digest.Algorithm
	result    verdict.Result
}

// Count implements [hashing.Work].
func (f *file) Count() int { return 1 }

// File implements [hashing.Work].
func (f *file) File(int) (string, digest.Set, bool) { return f.name, digest.SetOf(f.algorithm), true }

// Admits implements [hashing.Work].
func (f *file) Admits(hashing.Next) bool { return true }

// Wait implements [hashing.Work].
func (f *file) Wait(context.Context, hashing.Next) {}

// Done implements [hashing.Work].
func (f *file) Done(_ int, o hashing.Outcome) {
	status, detail := verdict.Of(o.Err)
	f.result = verdict.Result{
		Path: f.name, Status: status, Fails: status != verdict.OK, Algorithm: f.algorithm,
		Actual: hex.EncodeToString(o.Sum(f.algorithm)), Size: o.Size, Detail: detail,
	}
}
