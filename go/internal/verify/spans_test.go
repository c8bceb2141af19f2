package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// cutUp runs a job that cuts lists to its end.
func cutUp(t testing.TB, r PlanRequest) *job.Summary {
	t.Helper()
	j, err := StartPlan(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	_, s := jobtest.Drain(j)
	return s
}

// listsOf returns the spans of a plan as lists to verify, those of one part if it is not -1.
func listsOf(plan []job.Planned, part int) (lists []List) {
	for _, one := range plan {
		for i := range one.Spans {
			if part < 0 || one.Parts[i] == part {
				lists = append(lists, List{Path: one.Path, Span: &one.Spans[i], Size: one.Size})
			}
		}
	}
	return lists
}

// wholeText returns a result without what is computed.
func wholeText(r verdict.Result) string {
	return fmt.Sprintf("%s:%d %s %v %v", filepath.Base(r.Manifest), r.Line, r.Path, r.Status, r.Fails)
}

// treeToCut makes a tree with a list of 20 files, of which some fail, and another list.
func treeToCut(t *testing.T) string {
	specs := []string{}
	var text strings.Builder
	for i := range 20 {
		specs = append(specs, fmt.Sprintf("f%02d=%d", i, i))
		content := fmt.Sprint(i)
		switch i {
		case 3:
			content = "other"
		case 7:
			text.WriteString("nonsense\n")
		case 11:
			specs = specs[:len(specs)-1]
		}
		fmt.Fprintf(&text, "%s  f%02d\n", treetest.SHA256(content), i)
	}
	root := treetest.Make(t, append(specs, "SHA256SUMS="+text.String(), "b.sha256="+treetest.SHA256("b")+"  b\n", "b=c")...)
	return root
}

// Verified span by span, lists have the verdicts of one run.
func TestSpansHaveTheVerdictsOfOneRun(t *testing.T) {
	root := treeToCut(t)
	for _, files := range []int64{1, 2, 7, 100} {
		r := Request{Request: job.Request{Root: root}, KeepAll: true}
		results, whole := run(t, r)
		s := cutUp(t, PlanRequest{Request: r, SpanFiles: files, SpanBytes: 1 << 40})
		if s.Err != nil || len(s.Plan) != 2 || s.Root != root {
			t.Fatalf("%+v", s)
		}
		var want, got []string
		for _, r := range results {
			want = append(want, wholeText(r))
		}
		var counts verdict.Counts
		for _, l := range listsOf(s.Plan, -1) {
			results, s := run(t, Request{Request: job.Request{Root: root}, KeepAll: true, Lists: []List{l}})
			if s.Err != nil || int64(len(results)) > 2*files {
				t.Fatalf("%+v: %d results, %v", l.Span, len(results), s.Err)
			}
			for _, r := range results {
				got = append(got, wholeText(r))
			}
			for i, n := range s.Counts {
				counts[i] += n
			}
		}
		if !slices.Equal(got, want) || counts != whole.Counts {
			t.Errorf("%d files in a span: got %q, want %q", files, got, want)
		}
	}
}

// The parts of lists are of about one weight, and have all entries once.
func TestPartsShareTheListsOut(t *testing.T) {
	root := treeToCut(t)
	for _, parts := range []int{1, 2, 3, 7, 21, 50} {
		s := cutUp(t, PlanRequest{Request: Request{Request: job.Request{Root: root}}, Parts: parts})
		if s.Err != nil {
			t.Fatal(s.Err)
		}
		entries := int64(0)
		for part := range parts {
			of := int64(0)
			for _, l := range listsOf(s.Plan, part) {
				of += l.Span.Entries
			}
			if entries += of; of > int64(21/parts+1) {
				t.Errorf("part %d of %d has %d entries", part, parts, of)
			}
		}
		if entries != 21 {
			t.Errorf("%d parts have %d entries", parts, entries)
		}
	}
}

func TestPartsShareOutBytesWhereTheyAreKnown(t *testing.T) {
	text := "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n"
	for i := range 10 {
		text += fmt.Sprintf("%d,%s,f%d\n", 1<<20*(i%5/4*100), treetest.SHA256(""), i) // the 5th and the 10th are large
	}
	root := treetest.Make(t, "list="+text)
	r := Request{Request: job.Request{Root: root}, Lists: []List{{Path: filepath.Join(root, "list")}}}
	s := cutUp(t, PlanRequest{Request: r, Parts: 2})
	if s.Err != nil || len(s.Plan[0].Spans) != 2 || s.Plan[0].Spans[0].Entries != 5 {
		t.Errorf("%+v", s.Plan[0].Spans)
	}
	s = cutUp(t, PlanRequest{Request: r, SpanFiles: 3, SpanBytes: 50 << 20})
	entries := []int64{}
	for _, one := range s.Plan[0].Spans {
		entries = append(entries, one.Entries)
	}
	if want := []int64{3, 1, 1, 3, 1, 1}; !slices.Equal(entries, want) {
		t.Errorf("spans of %v entries, want %v", entries, want)
	}
}

// A list that has changed since it was cut ends the run, whatever has changed.
func TestASpanOfAChangedListIsRefused(t *testing.T) {
	root := treeToCut(t)
	path := filepath.Join(root, "SHA256SUMS")
	s := cutUp(t, PlanRequest{Request: Request{Request: job.Request{Root: root}}, SpanFiles: 5, SpanBytes: 1 << 40})
	text := treetest.Read(t, path)
	for name, changed := range map[string]string{
		"longer":  text + "\n",
		"shorter": text[:len(text)-1],
		"another": strings.Replace(text, "f00", "f99", 1),
	} {
		if err := os.WriteFile(path, []byte(changed), 0o666); err != nil {
			t.Fatal(err)
		}
		_, got := run(t, Request{Request: job.Request{Root: root}, Lists: listsOf(s.Plan, -1)[:1]})
		if got.Err == nil || problem.From(got.Err).Code != problem.ListChanged {
			t.Errorf("%s: %v", name, got.Err)
		}
	}
}

// What can't be verified as one run does is no plan.
func TestWhatIsNoListIsNotCut(t *testing.T) {
	list64 := treetest.SHA256("in") + "  a\n"
	for name, tt := range map[string]struct {
		specs []string
		want  string
		lists int
	}{
		"no list":               {[]string{"a=in"}, "no_list", 0},
		"an empty list":         {[]string{"SHA256SUMS="}, "no_entry", 0},
		"an empty one besides":  {[]string{"SHA256SUMS=", "a.sha256=" + list64}, "", 2},
		"prose":                 {[]string{"a.sha256=" + list64, "README.md5=It is prose.\n"}, "", 1},
		"prose alone":           {[]string{"README.md5=It is prose.\n"}, "no_entry", 0},
		"a damaged list":        {[]string{"a.sha256=" + list64, "b.sha256=" + list64[:60] + "  b\n"}, "", 2},
		"a bag":                 {[]string{"bagit.txt=BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "data/a=in", "manifest-sha256.txt=" + list64}, "invalid_bag", 0},
		"data with a list name": {[]string{"SHA256SUMS=" + treetest.SHA256("x\n"+list64[:64]+"\n") + "  b.sha256\n" + list64, "b.sha256=x\n" + list64[:64] + "\n"}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, tt.specs...)
			s := cutUp(t, PlanRequest{Request: Request{Request: job.Request{Root: root}}, SpanFiles: 9, SpanBytes: 9})
			code := ""
			if s.Err != nil {
				code = problem.From(s.Err).Code.String()
			}
			if code != tt.want || len(s.Plan) != tt.lists && tt.want == "" {
				t.Errorf("%d lists, %q (%v)", len(s.Plan), code, s.Err)
			}
			// One run says the same of them.
			_, whole := run(t, Request{Request: job.Request{Root: root}})
			if tt.want != "" && tt.want != "invalid_bag" && (whole.Err == nil || problem.From(whole.Err).Code.String() != tt.want) {
				t.Errorf("one run: %v", whole.Err)
			} else if tt.want == "" && len(whole.Lists) != tt.lists {
				t.Errorf("one run has %d lists", len(whole.Lists))
			}
		})
	}
}

func TestASpanHasNoSelection(t *testing.T) {
	one := List{Path: "SHA256SUMS", Span: &list.Span{}}
	for _, r := range []Request{{Only: []string{"a"}}, {Files: []string{"a"}}, {Extra: AllExtra}} {
		r.Root, r.Lists = ".", []List{one}
		if _, err := Start(t.Context(), r); err == nil {
			t.Errorf("%+v was started", r)
		}
	}
}
