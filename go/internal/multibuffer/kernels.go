package multibuffer

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// kernel is a compression function in C.
type kernel struct {
	name   string // instruction set and lanes, such as "avx2-x8"
	family Family
	lanes  int // number of messages, always exactly this many
	id     int // index in the table in C
}

// Setting is the environment variable that FromEnvironment reads.
const Setting = "CHECKSIG_KERNELS"

// Kernels returns the names of the kernels that this CPU can run: "scalar" for the
// standard library, and names such as "avx2-x8", where 8 is the number of lanes.
func Kernels() []string {
	names := []string{"scalar"}
	for _, k := range natives() {
		if !slices.Contains(names, k.name) {
			names = append(names, k.name)
		}
	}
	return names
}

// FromEnvironment calls Select with the value of CHECKSIG_KERNELS.
func FromEnvironment() error {
	if err := Select(os.Getenv(Setting)); err != nil {
		return fmt.Errorf("%s: %w", Setting, err)
	}
	return nil
}

// Select sets the kernels to use. "auto" or "" selects those that measure fastest,
// "scalar" only the standard library. Other names, separated by commas, are kernels
// ("avx2-x8") or all kernels of a kind ("avx2"). A family with any of these kernels
// uses only them, even for few messages. A family with none uses the standard library.
func Select(setting string) error {
	if setting == "" || setting == "auto" {
		current.Store(&selection{kernels: natives()})
		return nil
	}
	s := &selection{forced: true}
	for name := range strings.SplitSeq(setting, ",") {
		found := name == "scalar"
		for _, k := range natives() {
			if k.name == name || strings.HasPrefix(k.name, name+"-x") {
				found = true
				s.kernels = append(s.kernels, k)
			}
		}
		if !found {
			return fmt.Errorf("%q: no such kernel on this CPU (available: auto, %s)", name, strings.Join(Kernels(), ", "))
		}
	}
	current.Store(s)
	return nil
}

// selection holds the kernels to choose from, and the choice for each family.
type selection struct {
	kernels []kernel
	forced  bool // whether families with a kernel don't use the standard library
	plans   [families]struct {
		sync.Once
		plan
	}
}

var current atomic.Pointer[selection]

func init() { current.Store(&selection{kernels: natives()}) }

// plan holds the kernels to use for any number of messages.
type plan struct {
	lanes int                     // the fastest number of messages
	first [2*MaxLanes + 1]*kernel // by the number of messages; nil: the standard library
}

func (p *plan) kernel(messages int) *kernel { return p.first[min(messages, len(p.first)-1)] }

// plan returns the plan of a family, and measures its kernels on first use.
func (s *selection) plan(f Family) *plan {
	p := &s.plans[f]
	p.Do(func() {
		p.plan = plan{lanes: 1} // without kernels, or if the rest panics
		var kernels []*kernel
		for i := range s.kernels {
			if k := &s.kernels[i]; k.family == f && agrees(k) {
				kernels = append(kernels, k)
			}
		}
		if len(kernels) == 0 {
			return
		}
		if !s.forced {
			kernels = append(kernels, nil)
		}
		p.plan = choose(kernels, measure(f, kernels))
	})
	return &p.plan
}

// agrees reports whether a kernel computes the same as the standard library. So a bug
// of the compiler or the CPU makes checksig slower, not wrong.
func agrees(k *kernel) bool {
	const blocks = 3
	var (
		c        = New()
		size     = blocks * shapes[k.family].block
		buffer   = make([]byte, MaxLanes*size)
		got      [MaxLanes]State
		messages [MaxLanes]Message
	)
	for i := range buffer {
		buffer[i] = byte(i*i>>3 + i)
	}
	for i := range messages {
		messages[i] = Message{Offset: uint64(i * size), State: uint32(i)}
		for word := range got[i] {
			got[i][word] = uint64(i+1) * 0x9e3779b97f4a7c15 << word
		}
	}
	want := got
	k.compress(got[:], buffer, messages[:k.lanes], blocks)
	for i := range k.lanes {
		c.scalar.compress(k.family, &want[i], buffer[i*size:][:size])
	}
	return got == want
}

// choose finds the cheapest distribution of any number of messages over kernels with
// these costs.
func choose(kernels []*kernel, costs []uint64) (p plan) {
	var total [len(p.first)]uint64
	for n := 1; n < len(total); n++ {
		for i, k := range kernels {
			lanes := 1
			if k != nil {
				lanes = k.lanes
			}
			if cost := costs[i] + total[max(n-lanes, 0)]; i == 0 || cost < total[n] {
				total[n], p.first[n] = cost, k
			}
		}
	}
	p.lanes = 1
	for n := 2; n <= MaxLanes; n++ { // more lanes must gain at least 3 percent
		if 100*total[n]*uint64(p.lanes) < 97*total[p.lanes]*uint64(n) {
			p.lanes = n
		}
	}
	return p
}

// measure returns the cost of a call of each kernel. It takes the minimum of a few
// short runs, because other threads and the CPU's clock can only add to the cost.
func measure(f Family, kernels []*kernel) []uint64 {
	const size, runs = 2 << 10, 5
	var (
		c        = New()
		buffer   = make([]byte, size)
		states   [MaxLanes]State
		messages [MaxLanes]Message
		costs    = make([]uint64, len(kernels))
	)
	for i := range messages {
		messages[i].State = uint32(i)
	}
	for range runs {
		for i, k := range kernels {
			start := ticks()
			c.run(k, f, states[:], buffer, messages[:], size/shapes[f].block)
			if cost := max(ticks()-start, 1); costs[i] == 0 || cost < costs[i] {
				costs[i] = cost
			}
		}
	}
	return costs
}
