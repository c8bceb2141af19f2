package verify

import (
	"testing"

	"github.com/checksig/checksig/go/internal/verdict"
)

// Every verdict but OK fails a run, unless the caller forgives just that one; and
// what fails is reported.
func TestWhatFailsARunAndWhatIsReported(t *testing.T) {
	for _, p := range []policy{{}, {lenient: true}, {ignoreMissing: true}, {keepAll: true}, {true, true, false}, {true, true, true}} {
		for _, s := range verdict.Statuses() {
			forgiven := s == verdict.OK || s == verdict.Missing && p.ignoreMissing || s == verdict.Malformed && p.lenient
			if p.fails(s) == forgiven {
				t.Errorf("%+v: %v fails: %v", p, s, p.fails(s))
			}
			reported := !forgiven || p.keepAll || s == verdict.Malformed
			if p.keeps(s) != reported {
				t.Errorf("%+v: %v is reported: %v", p, s, p.keeps(s))
			}
		}
	}
}
