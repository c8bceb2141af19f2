package verify

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// judgeBackwards gives the file of each entry a verdict, the last one first.
func judgeBackwards(t *testing.T, text string, way way) []string {
	t.Helper()
	p := planOf(t, text)
	results, _ := within(t, p, true, func(_ context.Context, _ *job.Job, c *comparison) error {
		c.order.way = way
		for number := c.Count() - 1; number >= 0; number-- {
			c.Done(number, hashing.Outcome{Size: -1, Err: os.ErrNotExist})
		}
		return nil
	})
	return jobtest.Briefs(results)
}

func TestResultsComeInTheOrderOfTheListsOrAsTheyAreFound(t *testing.T) {
	line := treetest.SHA256("") + "  "
	text := line + "a\nwhat\n" + line + "b\n"
	if got, want := judgeBackwards(t, text, way{}), []string{"a missing", "2 malformed", "b missing"}; !slices.Equal(got, want) {
		t.Errorf("in order: got %q, want %q", got, want)
	}
	if got, want := judgeBackwards(t, text, way{unordered: true}), []string{"b missing", "a missing", "2 malformed"}; !slices.Equal(got, want) {
		t.Errorf("as found: got %q, want %q", got, want)
	}
}

func TestNothingWaitsBehindASlowFileWithoutAnOrder(t *testing.T) {
	const entries = 2 * maxAhead
	root := treetest.Make(t, "big=", "SHA256SUMS="+treetest.SHA256("")+"  big\n"+strings.Repeat(treetest.SHA256("")+"  nothing\n", entries))
	if err := os.Truncate(filepath.Join(root, "big"), 1<<40); err != nil {
		t.Skip(err)
	}
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Workers: 4}, Unordered: true})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Cancel()
	for n := 0; n < entries; {
		n += len(j.Next(40).Results)
	}
}

func TestMissingFilesAreFoundBeforeFilesAreReadIfSizesAreAddedUp(t *testing.T) {
	line := treetest.SHA256("") + "  "
	root := treetest.Make(t, "big=", "big2=", "SHA256SUMS="+line+"big\n"+line+"big2\n"+line+"nothing\n")
	for _, name := range []string{"big", "big2"} {
		if err := os.Truncate(filepath.Join(root, name), 1<<40); err != nil {
			t.Skip(err)
		}
	}
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Workers: 2, Sizes: true}, Unordered: true})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Cancel()
	var results []verdict.Result
	for len(results) == 0 {
		results = j.Next(time.Second).Results
	}
	if got := jobtest.Briefs(results); !slices.Equal(got, []string{"nothing missing"}) {
		t.Errorf("got %q", got)
	}
}

var failFastTests = []struct {
	name string
	text string
	ask  Request
	want string // the first result
}{
	{"a missing file", "%s  nothing\n%s  a\n", Request{}, "nothing missing"},
	{"a missing file, as found", "%s  nothing\n%s  a\n", Request{Unordered: true}, "nothing missing"},
	{"a malformed line", "what\n%s  a\n", Request{}, "1 malformed"},
}

func TestFailFastEndsTheRunAfterAFailure(t *testing.T) {
	const more = 20_000
	for _, tt := range failFastTests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.ReplaceAll(tt.text+strings.Repeat("%s  a\n", more), "%s", treetest.SHA256("in"))
			tt.ask.Root, tt.ask.FailFast, tt.ask.Extra = treetest.Make(t, "a=in", "x=", "SHA256SUMS="+text), true, AllExtra
			results, s := run(t, tt.ask)
			if got := jobtest.Briefs(results); s.Err != nil || s.OK || len(got) != 1 || got[0] != tt.want {
				t.Fatalf("got %q, %+v; want %q", got, s, tt.want)
			}
			var judged int64
			for _, n := range s.Counts {
				judged += n
			}
			if judged > more/2 || s.Counts[verdict.Extra] > 0 {
				t.Errorf("counts are %v", s.Counts)
			}
			if last := s.Warnings[len(s.Warnings)-1]; last.Code != problem.StoppedEarly || !strings.HasPrefix(last.Text, "stopped after the first failure: ") {
				t.Errorf("the last warning is %+v", last)
			}
		})
	}
}

func TestFailFastChangesNothingWithoutAFailure(t *testing.T) {
	root := treetest.Make(t, "a=in", "SHA256SUMS="+treetest.SHA256("in")+"  a\n"+treetest.SHA256("in")+"  b\n")
	results, s := run(t, Request{Request: job.Request{Root: root}, FailFast: true, IgnoreMissing: true})
	if len(results) > 0 || !s.OK || len(s.Warnings) > 0 || s.Counts != (verdict.Counts{verdict.OK: 1, verdict.Missing: 1}) {
		t.Errorf("got %q, %+v", jobtest.Briefs(results), s)
	}
}
