package verify

import "github.com/checksig/checksig/go/internal/verdict"

// policy is which verdicts fail a run, and which are reported.
type policy struct {
	lenient       bool // neither a malformed line nor a list without an entry fails the run
	ignoreMissing bool // a missing file does not fail the run, and isn't reported
	keepAll       bool // good verdicts are reported too
}

// fails says whether a verdict fails the run.
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

// keeps says whether a verdict is reported. A malformed line always is.
func (p policy) keeps(s verdict.Status) bool {
	return p.keepAll || s == verdict.Malformed || p.fails(s)
}
