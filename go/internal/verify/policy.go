package verify

import "github.com/checksig/checksig/go/internal/verdict"

// policy decides which verdicts fail a run, and which are reported.
type policy struct {
	lenient       bool // malformed lines and lists without entries don't fail the run
	ignoreMissing bool // missing files don't fail the run and are not reported
	keepAll       bool // verdicts that are OK are reported too
}

// fails reports whether a verdict fails the run.
func (p policy) fails(s verdict.Status) bool {
	switch s {
	case verdict.OK:
		return false
	case verdict.Missing:
		return !p.ignoreMissing
	case verdict.Malformed:
		return !p.lenient
	}
	return true
}

// anyFails reports whether one of the verdicts fails the run.
func (p policy) anyFails(counts verdict.Counts) bool {
	for _, s := range verdict.Statuses() {
		if counts[s] > 0 && p.fails(s) {
			return true
		}
	}
	return false
}

// keeps reports whether a verdict is reported. Malformed lines always are.
func (p policy) keeps(s verdict.Status) bool {
	return p.keepAll || s == verdict.Malformed || p.fails(s)
}
