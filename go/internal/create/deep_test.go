package create

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// Names are up to 6 kB long, longer than a path may be on Linux. A walk that opened
// each directory from the root would exceed the time limit.
func TestAChainOfManyDirectoriesIsListedAndVerified(t *testing.T) {
	const levels = 3000
	root := treetest.Make(t, "top=in")
	treetest.Deep(t, root, "d", levels, func(_ int, d *os.Root) error {
		return errors.Join(d.WriteFile("f", []byte("in"), 0o644), d.Symlink("nothing", "l"))
	})
	common := job.Request{Root: root, Sizes: true}
	verified := func() ([]verdict.Result, *job.Summary) {
		return verifyAll(t, verify.Request{Request: common, Extra: verify.AllExtra})
	}
	tests := []struct {
		name string
		run  func() ([]verdict.Result, *job.Summary)
		want verdict.Counts
	}{
		{"create", func() ([]verdict.Result, *job.Summary) {
			return runCreate(t, Request{Request: common, Algorithms: []digest.Algorithm{digest.SHA256}})
		}, verdict.Counts{verdict.OK: levels + 1}},
		{"verify", verified, verdict.Counts{verdict.OK: levels + 1, verdict.Extra: levels}},
		{"verify the last one", func() ([]verdict.Result, *job.Summary) {
			list := treetest.SHA256("in") + "  " + strings.Repeat("d/", levels) + "f\n"
			if err := os.WriteFile(root+"/SHA256SUMS", []byte(list), 0o644); err != nil {
				t.Fatal(err)
			}
			return verified()
		}, verdict.Counts{verdict.OK: 1, verdict.Extra: 2 * levels}},
	}
	for _, tt := range tests {
		started := time.Now()
		_, s := tt.run()
		if took := time.Since(started); s.Counts != tt.want || s.Err != nil || took > 10*time.Second {
			t.Errorf("%s: error %v, counts %v, want %v, after %v", tt.name, s.Err, s.Counts, tt.want, took)
		}
	}
}
