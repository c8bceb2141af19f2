package job

import (
	"context"
	"slices"
	"time"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// MaxReady is how many verdicts wait to be fetched before whoever finds more of
// them waits too.
const MaxReady = 4 << 10

// BatchSize is how many verdicts a batch has at the most, and how many end the
// wait for it early: more would keep the other side from looking up.
const BatchSize = 1 << 10

// Batch is what came since the batch before. Summary is set in the last one.
type Batch struct {
	Results  []verdict.Result
	Progress Progress
	Summary  *Summary
}

// Progress is how far a job has come. Totals are 0 until they are known.
type Progress struct {
	Files, Bytes           int64
	TotalFiles, TotalBytes int64
}

// Summary is the end of a job.
type Summary struct {
	Err      error // why there is no verdict, or nil
	OK       bool
	Counts   verdict.Counts
	Elapsed  float64 // in seconds
	Warnings []problem.Warning
	Output   string // the list that was created
}

// Next waits until there are enough verdicts for a batch, the job has ended, or
// the time is up, and returns what there is.
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
	b := Batch{Progress: j.progress()}
	b.Results, j.ready = cut(j.ready)
	j.waiting.Store(int64(len(j.ready)))
	if len(j.ready) == 0 {
		b.Summary = j.summary
	}
	if j.summary != nil || len(j.ready) >= BatchSize {
		j.signal() // whoever asks again must not wait
	}
	j.room.Broadcast()
	return b
}

// cut takes a batch off the front. What is left moves, so that memory is freed.
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

// Deliver hands verdicts over to Next, in pieces, and waits for room before each.
func (j *Job) Deliver(ctx context.Context, results []verdict.Result) {
	for piece := range slices.Chunk(results, BatchSize) {
		j.WaitForRoom(ctx)
		j.Put(piece)
	}
}

// Put adds to what Next returns, without a wait.
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

// HasRoom says that few enough verdicts wait to be fetched.
func (j *Job) HasRoom() bool { return j.waiting.Load() < MaxReady }

// WaitForRoom returns when there is room, or the job or ctx has ended.
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
