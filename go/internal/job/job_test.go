package job_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

func start(t *testing.T, run job.Run) *job.Job {
	t.Helper()
	j, err := job.Start(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func results(n int) []verdict.Result {
	all := make([]verdict.Result, n)
	for i := range all {
		all[i].Line = int32(i + 1)
	}
	return all
}

func TestResultsComeInBatchesInOrderAndTheSummaryComesLast(t *testing.T) {
	const n = 3*job.BatchSize + 7
	j := start(t, func(ctx context.Context, j *job.Job) (job.Summary, error) {
		j.Put(results(n))
		return job.Summary{OK: true}, nil
	})
	line := int32(0)
	for ended := false; !ended; {
		batch := j.Next(time.Minute)
		if len(batch.Results) > job.BatchSize {
			t.Fatalf("a batch has %d results", len(batch.Results))
		}
		for _, r := range batch.Results {
			if line++; r.Line != line {
				t.Fatalf("got line %d, want line %d", r.Line, line)
			}
		}
		ended = batch.Summary != nil
	}
	if line != n {
		t.Errorf("got %d results, want %d", line, n)
	}
}

func TestDeliverWaitsForRoomUntilTheJobOrItsContextEnds(t *testing.T) {
	for name, end := range map[string]func(*job.Job, func()){
		"fetched":       func(j *job.Job, _ func()) { jobtest.Drain(j) },
		"cancelled":     func(j *job.Job, _ func()) { j.Cancel() },
		"context ended": func(_ *job.Job, stop func()) { stop() },
	} {
		t.Run(name, func(t *testing.T) {
			delivered := make(chan struct{})
			own, stop := context.WithCancel(t.Context())
			defer stop()
			j := start(t, func(ctx context.Context, j *job.Job) (job.Summary, error) {
				j.Put(results(job.MaxReady))
				j.Deliver(own, results(1))
				close(delivered)
				return job.Summary{}, nil
			})
			select {
			case <-delivered:
				t.Fatal("Deliver does not wait for room")
			case <-time.After(50 * time.Millisecond):
			}
			go end(j, stop)
			select {
			case <-delivered:
			case <-time.After(time.Minute):
				t.Fatal("Deliver still waits")
			}
		})
	}
}

func TestAFailedJobIsUndoneBeforeItsSummaryIsAvailable(t *testing.T) {
	for _, failure := range []error{nil, errors.New("disk full")} {
		undone := false
		j := start(t, func(_ context.Context, j *job.Job) (job.Summary, error) {
			err := j.Undoable(func() (func(), error) { return func() { undone = true }, nil })
			return job.Summary{}, errors.Join(err, failure)
		})
		if _, s := jobtest.Drain(j); undone != (failure != nil) || (s.Err != nil) != (failure != nil) {
			t.Errorf("failure %v: undone %v, error %v", failure, undone, s.Err)
		}
	}
}

func TestACancelledJobBeginsNothingAndACommittedOneCannotBeCancelled(t *testing.T) {
	for _, committed := range []bool{false, true} {
		begun := make(chan bool, 1)
		j := start(t, func(ctx context.Context, j *job.Job) (job.Summary, error) {
			if committed && !j.Commit() {
				t.Error("the job can't be committed")
			}
			j.Cancel()
			<-ctx.Done()
			time.Sleep(20 * time.Millisecond) // a goroutine ends the cancelled job
			err := j.Undoable(func() (func(), error) { return nil, nil })
			begun <- err == nil
			return job.Summary{OK: true}, nil
		})
		_, s := jobtest.Drain(j)
		if b := <-begun; b != committed || s.OK != committed || (s.Err == problem.ErrCancelled) == committed {
			t.Errorf("committed %v: begun %v, summary %+v", committed, b, s)
		}
	}
}

func TestAPanicEndsTheJobWithAnError(t *testing.T) {
	j := start(t, func(context.Context, *job.Job) (job.Summary, error) { panic("oh") })
	if _, s := jobtest.Drain(j); problem.From(s.Err).Code != problem.InternalError {
		t.Errorf("error %v", s.Err)
	}
}

func TestASmallJobRunsInTheCallUnlessItMayWait(t *testing.T) {
	hold := func(t *testing.T) { // a cancelled job that goes on
		end := make(chan struct{})
		j := start(t, func(context.Context, *job.Job) (job.Summary, error) { <-end; return job.Summary{}, nil })
		j.Cancel()
		jobtest.Drain(j)
		t.Cleanup(func() { close(end) })
	}
	for name, tt := range map[string]struct {
		before func(*testing.T)
		atHand bool
		later  bool // the run finds out that it would wait
		panics bool
		inCall []bool // of each run
	}{
		"small":                   {nil, true, false, false, []bool{true}},
		"not at hand":             {nil, false, false, false, []bool{false}},
		"a file is not at hand":   {nil, true, true, false, []bool{true, false}},
		"a panic":                 {nil, true, false, true, []bool{true}},
		"a cancelled job goes on": {hold, true, false, false, []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			for !holdings.NoneCancelled() { // those of other tests
				time.Sleep(time.Millisecond)
			}
			if tt.before != nil {
				tt.before(t)
			}
			var inCall []bool
			j, err := job.StartSmall(t.Context(), func(_ context.Context, j *job.Job) (job.Summary, error) {
				inCall = append(inCall, j.InCall())
				if tt.panics {
					panic("oh")
				}
				if j.InCall() && tt.later {
					return job.Summary{}, job.ErrLater
				}
				j.Put(results(1))
				return job.Summary{OK: true}, nil
			}, func() bool { return tt.atHand })
			if err != nil {
				t.Fatal(err)
			}
			if last := tt.inCall[len(tt.inCall)-1]; last && j.Next(0).Summary == nil {
				t.Error("the job has not ended with the call")
			}
			_, s := jobtest.Drain(j)
			if !slices.Equal(inCall, tt.inCall) || s.OK == tt.panics || (s.Err != nil) != tt.panics {
				t.Errorf("runs are in the call: %v, want %v; summary %+v", inCall, tt.inCall, s)
			}
		})
	}
}

func TestARequestIsSettledOrRefused(t *testing.T) {
	for _, tt := range []struct {
		request job.Request
		code    problem.Code // InternalError: none, the request is settled
		adapts  bool
	}{
		{job.Request{Root: "."}, problem.InternalError, true},
		{job.Request{Root: ".", Workers: job.MaxWorkers}, problem.InternalError, false},
		{job.Request{}, problem.InvalidArgument, false},
		{job.Request{Root: ".", Workers: -1}, problem.InvalidArgument, false},
		{job.Request{Root: ".", Workers: job.MaxWorkers + 1}, problem.InvalidArgument, false},
	} {
		s, err := tt.request.Settle()
		if tt.code != problem.InternalError {
			if err == nil || problem.From(err).Code != tt.code {
				t.Errorf("%+v: error %v", tt.request, err)
			}
		} else if err != nil || s.Workers < 1 || s.Adapt != tt.adapts || s.Root.At == "." || s.Root.Shown != "." {
			t.Errorf("%+v: %+v, %v", tt.request, s, err)
		}
	}
}
