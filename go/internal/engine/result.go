package engine

import (
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/problem"
)

// Result is one verdict.
type Result struct {
	Path      string // as in the list; relative to the root for Extra; "" for Malformed
	Status    Status
	Fails     bool             // the run
	Algorithm digest.Algorithm // Unknown for Malformed and Extra
	Expected  string           // hex, lower case; "" where there is none
	Actual    string           // hex, lower case; "" where none was computed
	Size      int64            // in bytes; -1: unknown
	Manifest  string           // path of the list; "" for Extra
	Line      int32            // 1-based; 0 for Extra, and for a list without an entry
	Detail    string           // why, in words; may be ""
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
	Counts   Counts
	Elapsed  float64 // in seconds
	Warnings []problem.Warning
	Output   string // the list that was created
}
