// Package jobtest runs jobs to their end for tests.
package jobtest

import (
	"fmt"
	"time"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Drain runs a job to its end and returns all its results.
func Drain(j *job.Job) (results []verdict.Result, s *job.Summary) {
	for s == nil {
		batch := j.Next(time.Minute)
		results = append(results, batch.Results...)
		s = batch.Summary
	}
	return results, s
}

// Briefs returns the results as short texts for tables.
func Briefs(results []verdict.Result) []string {
	all := []string{}
	for _, r := range results {
		all = append(all, brief(r))
	}
	return all
}

func brief(r verdict.Result) string {
	if r.Status == verdict.Malformed {
		return fmt.Sprintf("%d %v", r.Line, r.Status)
	}
	return fmt.Sprintf("%s %v", r.Path, r.Status)
}
