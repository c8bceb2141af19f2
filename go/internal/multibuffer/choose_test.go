package multibuffer

import "testing"

func TestTheCheapestKernelsAreChosenForEveryNumberOfMessages(t *testing.T) {
	pair, eight, sixteen := &kernel{name: "x2", lanes: 2}, &kernel{name: "x8", lanes: 8}, &kernel{name: "x16", lanes: 16}
	for _, tt := range []struct {
		name    string
		kernels []*kernel
		costs   []uint64
		lanes   int
		calls   map[int]string // kernel of the first call, by number of messages
	}{
		{
			"nothing beats the standard library", []*kernel{pair, eight, nil}, []uint64{250, 900, 100}, 1,
			map[int]string{1: "std", 2: "std", 8: "std", 16: "std", 19: "std"},
		},
		{
			"a kernel of 8 is cheaper from 5 messages on", []*kernel{eight, nil}, []uint64{450, 100}, 8,
			map[int]string{1: "std", 4: "std", 5: "x8", 8: "x8", 16: "x8"},
		},
		{
			"pairs, and the last message alone", []*kernel{pair, nil}, []uint64{120, 100}, 2,
			map[int]string{1: "std", 2: "x2", 16: "x2"},
		},
		{
			"two of 8 are as fast as one of 16", []*kernel{eight, sixteen, nil}, []uint64{200, 395, 100}, 8,
			map[int]string{1: "std", 3: "x8", 8: "x8"},
		},
		{
			"one of 16 is faster than two of 8", []*kernel{eight, sixteen, nil}, []uint64{200, 300, 100}, 16,
			map[int]string{1: "std", 8: "x8", 12: "x16", 16: "x16", 32: "x16"},
		},
		{
			"a kernel faster than the standard library with one message", []*kernel{pair, nil}, []uint64{90, 100}, 2,
			map[int]string{1: "x2", 2: "x2"},
		},
		{
			"forced", []*kernel{sixteen}, []uint64{1000}, 16,
			map[int]string{1: "x16", 2: "x16", 16: "x16", 19: "x16"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := choose(tt.kernels, tt.costs)
			if p.lanes != tt.lanes {
				t.Errorf("%d lanes, want %d", p.lanes, tt.lanes)
			}
			for messages, want := range tt.calls {
				got := "std"
				if k := p.kernel(messages); k != nil {
					got = k.name
				}
				if got != want {
					t.Errorf("%d messages start with %s, want %s", messages, got, want)
				}
			}
		})
	}
}

func TestMoreMessagesThanInTheTableHaveAKernel(t *testing.T) {
	k := &kernel{name: "x8", lanes: 8}
	p := choose([]*kernel{k}, []uint64{1})
	if p.kernel(1000) != k {
		t.Error("no kernel for 1000 messages")
	}
}

// BenchmarkMeasure measures the first use of a family.
func BenchmarkMeasure(b *testing.B) {
	for f := range families {
		b.Run(f.String(), func(b *testing.B) {
			for b.Loop() {
				s := &selection{kernels: natives()}
				s.plan(f)
			}
		})
	}
}
