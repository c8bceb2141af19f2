package job

import (
	"context"
	"slices"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// MaxReady is the number of unfetched results at which Deliver waits for room.
const MaxReady = 4 << 10

// BatchSize is the largest number of results in a batch. Next returns as soon as
// this many are ready; a larger batch would keep its caller busy for too long.
const BatchSize = 1 << 10

// Batch holds the results since the previous batch. Only the last batch has a
// Summary.
type Batch struct {
	Results  []verdict.Result
	Progress Progress
	Lists    int64 // to verify; 0 until known
	Summary  *Summary
}

// Progress is the progress of a job. Totals are 0 until they are known.
type Progress struct {
	Files, Bytes           int64
	TotalFiles, TotalBytes int64
}

// Summary is the outcome of a job.
type Summary struct {
	Err      error // why there is no verdict, or nil
	OK       bool
	Counts   verdict.Counts
	Elapsed  float64 // in seconds
	Warnings []problem.Warning
	Root     string // as the caller gave it; the directory of the list that was given as a root
	Format   string // of the list that was read

	// Of what was written: the first list, and all of them.
	Output     string
	Outputs    []string
	Algorithms []digest.Algorithm // of the lists that were to be created
	Replaced   []Replaced         // lists that were there before

	// Of what was made for a range of names.
	Parts   []Part
	LeftOut []LeftOut

	// Of a verification. A name that several entries have is one file. Files that are
	// missing and may be are not counted. Both are 0 if some entries have no verdict.
	Files, FailedFiles int64
	Lists              []ListCounts
	Bag                string // version of BagIt, if the root is a bag

	Plan []Planned // lists that were cut
}

// Planned is a list that was cut into spans.
type Planned struct {
	Path string
	*list.Cutting
	Unsupported int64 // entries of algorithms that are not supported
	Parts       []int // of each span: the number of the part that it belongs to, from 0
}

// Part is a part of a new list: its lines for a range of names.
type Part struct {
	Path   string // of the list
	Header []byte // what the list has before its first line; empty if there are no lines
	Lines  []byte
}

// LeftOut is what a warning about a range of names says, so that those of several ranges can
// be put together: how many names there are, and the first of them, as in the warning.
type LeftOut struct {
	Code  problem.WarningCode
	Count int
	First []string
}

// Replaced says how a new list differs from the one that it has replaced.
type Replaced struct {
	Path     string
	Modified int64            // when the old list was, in seconds since 1970
	Counts   verdict.Counts   // as of a difference
	First    []verdict.Result // the first changes of each kind
}

// ListCounts is the outcome for the entries of one list.
type ListCounts struct {
	Manifest         string
	Entries          int64 // with a verdict
	Verified, Failed int64
}

// Next returns the available results. It waits until they fill a batch, the job has
// ended, or the time is up.
func (j *Job) Next(wait time.Duration) Batch {
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-j.wake:
		case <-timer.C:
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	b := Batch{Progress: j.progress(), Lists: j.Lists.Load()}
	b.Results, j.ready = cut(j.ready)
	j.waiting.Store(int64(len(j.ready)))
	if len(j.ready) == 0 {
		b.Summary = j.summary
	}
	if j.summary != nil || len(j.ready) >= BatchSize {
		j.signal() // the next call must not wait
	}
	j.room.Broadcast()
	return b
}

// cut splits off a batch. It copies the rest, so that the batch can be freed.
func cut(all []verdict.Result) (batch, rest []verdict.Result) {
	if len(all) <= BatchSize {
		return all, nil
	}
	return all[:BatchSize:BatchSize], slices.Clone(all[BatchSize:])
}

func (j *Job) progress() Progress {
	m := &j.Meter
	return Progress{m.Files.Load(), m.Bytes.Load(), m.TotalFiles.Load(), m.TotalBytes.Load()}
}

// Deliver makes results available to Next, in pieces, and waits for room before each
// piece.
func (j *Job) Deliver(ctx context.Context, results []verdict.Result) {
	for piece := range slices.Chunk(results, BatchSize) {
		j.WaitForRoom(ctx)
		j.Put(piece)
	}
}

// Put makes results available to Next without waiting for room.
func (j *Job) Put(results []verdict.Result) {
	if len(results) == 0 {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary == nil {
		j.ready = append(j.ready, results...)
		j.waiting.Store(int64(len(j.ready)))
	}
	if len(j.ready) >= BatchSize {
		j.signal()
	}
}

// HasRoom reports whether fewer than MaxReady results are unfetched.
func (j *Job) HasRoom() bool { return j.waiting.Load() < MaxReady }

// WaitForRoom waits until there is room, or the job or ctx has ended.
func (j *Job) WaitForRoom(ctx context.Context) {
	if j.HasRoom() {
		return
	}
	defer context.AfterFunc(ctx, j.wakeWaiting)()
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.summary == nil && ctx.Err() == nil && !j.HasRoom() {
		j.room.Wait()
	}
}

func (j *Job) wakeWaiting() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.room.Broadcast()
}

func (j *Job) signal() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}
