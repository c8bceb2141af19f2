package verify

import (
	"testing"

	"github.com/checksig/checksig/go/internal/verdict"
)

// Every verdict except OK fails the run, unless an option ignores it. Every verdict
// that fails the run is reported.
func TestVerdictsFailTheRunUnlessAnOptionIgnoresThem(t *testing.T) {
	for _, p := range []policy{{}, {lenient: true}, {ignoreMissing: true}, {keepAll: true}, {true, true, false}, {true, true, true}} {
		for _, s := range verdict.Statuses() {
			ignored := s == verdict.OK || s == verdict.Missing && p.ignoreMissing || s == verdict.Malformed && p.lenient
			if p.fails(s) == ignored {
				t.Errorf("%+v: %v fails: %v", p, s, p.fails(s))
			}
			reported := !ignored || p.keepAll || s == verdict.Malformed
			if p.keeps(s) != reported {
				t.Errorf("%+v: %v is reported: %v", p, s, p.keeps(s))
			}
		}
	}
}
