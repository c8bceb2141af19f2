package hashing

import (
	"testing"
	"time"
)

func TestADiskSeeksIfMostFetchesTakeLong(t *testing.T) {
	const quick, long, stall = 100 * time.Microsecond, 4 * time.Millisecond, 100 * time.Millisecond
	for _, tt := range []struct {
		name    string
		fetches []time.Duration
		readers int64
		want    bool
	}{
		{"none", nil, 1, false},
		{"too few to tell", []time.Duration{long, long, long}, 1, false},
		{"quick", []time.Duration{quick, quick, quick, quick, quick}, 2, false},
		{"quick, but for a stall", []time.Duration{quick, quick, quick, stall}, 1, false},
		{"quick, but for the first ones", []time.Duration{stall, stall, stall, quick, quick, quick, quick}, 1, false},
		{"long", []time.Duration{quick, long, long, long, long}, 2, true},
		{"long, because many readers wait for each other", []time.Duration{long, long, long, long}, 16, false},
	} {
		var p pace
		for _, took := range tt.fetches {
			p.observe(3*took, 3)
		}
		if got := p.seeks(tt.readers); got != tt.want {
			t.Errorf("%s: seeks = %v", tt.name, got)
		}
	}
}
