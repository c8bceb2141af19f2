// Package listing reads one checksum list and delivers its entries.
package listing

import (
	"context"
	"iter"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// Request asks for the entries of one list.
type Request struct {
	Directory string // relative paths start here; "": the current working directory
	List      verify.List
	Options   list.Options // but for the list's name
	Lenient   bool         // malformed lines don't fail the job
}

// Start starts a job with a result for each digest of each entry, see
// [verify.One.Entries]. The results of one entry follow each other and share its line.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	one, err := verify.NewOne(paths.From(r.Directory), r.List, r.Options, r.Lenient)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
		var l *list.List
		if err := j.Call(ctx, func() (err error) { l, err = one.Read(ctx); return err }); err != nil {
			return s, err
		}
		j.Meter.Files.Store(int64(len(l.Entries)))
		return Deliver(ctx, j, one.Entries(l), l), nil
	})
}

// Deliver delivers results on a list, and returns their summary.
func Deliver(ctx context.Context, j *job.Job, results iter.Seq[verdict.Result], l *list.List) job.Summary {
	s := job.Summary{OK: true}
	if l.Format != nil {
		s.Format = l.Format.Name
	}
	piece := make([]verdict.Result, 0, job.BatchSize)
	for r := range results {
		s.Counts[r.Status]++
		s.OK = s.OK && !r.Fails
		if piece = append(piece, r); len(piece) == cap(piece) {
			j.Deliver(ctx, piece)
			piece = piece[:0]
		}
		if ctx.Err() != nil {
			break
		}
	}
	j.Deliver(ctx, piece)
	return s
}
