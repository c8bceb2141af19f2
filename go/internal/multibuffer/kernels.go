package multibuffer

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// kernel is a compression function in C that takes exactly so many messages.
type kernel struct {
	name   string // what the CPU needs for it, and the lanes: "avx2-x8"
	family Family
	lanes  int
	id     int // among those in C
}

// Setting is the environment variable that FromEnvironment reads.
const Setting = "CHECKSIG_KERNELS"

// Kernels lists what this CPU can run, as Select takes it: "scalar" for the
// standard library, and names such as "avx2-x8" for kernels of so many lanes.
func Kernels() []string {
	names := []string{"scalar"}
	for _, k := range natives() {
		if !slices.Contains(names, k.name) {
			names = append(names, k.name)
		}
	}
	return names
}

// FromEnvironment is Select with what CHECKSIG_KERNELS says.
func FromEnvironment() error {
	if err := Select(os.Getenv(Setting)); err != nil {
		return fmt.Errorf("%s: %w", Setting, err)
	}
	return nil
}

// Select says which kernels are used from now on. "auto", or nothing, is
// whatever measures fastest. "scalar" is the standard library alone. Other names,
// with commas between them, are kernels ("avx2-x8") or all of a kind ("avx2"):
// where a family has any of them it uses no other, however few the messages, and
// where it has none it uses the standard library.
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
			return fmt.Errorf("%q: this CPU has no such kernel; there is auto, %s", name, strings.Join(Kernels(), ", "))
		}
	}
	current.Store(s)
	return nil
}

// selection is the kernels to choose from, and the choices.
type selection struct {
	kernels []kernel
	forced  bool // no standard library for families with a kernel
	plans   [families]struct {
		sync.Once
		plan
	}
}

var current atomic.Pointer[selection]

func init() { current.Store(&selection{kernels: natives()}) }

// plan says which kernel takes the first of so many messages.
type plan struct {
	lanes int
	first [2*MaxLanes + 1]*kernel // by the number of messages; nil: the standard library
}

func (p *plan) kernel(messages int) *kernel { return p.first[min(messages, len(p.first)-1)] }

// plan measures at a family's first use.
func (s *selection) plan(f Family) *plan {
	p := &s.plans[f]
	p.Do(func() { p.lanes = 1 })
	return &p.plan
}
