package engine

import "github.com/checksig/checksig/go/internal/holdings"

// bareJob is a job that does nothing by itself, and that nobody waits for.
func bareJob() *Job {
	j := &Job{share: holdings.Register(), wake: make(chan struct{}, 1)}
	j.share.End()
	j.room.L = &j.mu
	return j
}
