package verify

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// run runs a verify job to its end.
func run(t testing.TB, v Request) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := Start(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return jobtest.Drain(j)
}

var verdictTests = []struct {
	name  string
	list  string // text of sha256sum.txt; %s stands for the digest of "in"
	specs []string
	ask   Request
	want  []string // reported results, in order
	ok    bool
}{
	{"all good", "%s  a\n%s  d/b\n", []string{"a=in", "d/b=in"}, Request{}, nil, true},
	{"all good, reported", "%s  a\n", []string{"a=in"}, Request{KeepAll: true}, []string{"a ok"}, true},
	{"upper case", strings.ToUpper(treetest.SHA256("in")) + "  a\n", []string{"a=in"}, Request{}, nil, true},
	{"other content", "%s  a\n%s  b\n", []string{"a=in", "b=out"}, Request{}, []string{"b mismatch"}, false},
	{"content differs in one letter", "%s  a\n", []string{"a=io"}, Request{}, []string{"a mismatch"}, false},
	{"empty file", treetest.SHA256("") + "  a\n", []string{"a="}, Request{}, nil, true},
	{"missing", "%s  a\n%s  b\n", []string{"a=in"}, Request{}, []string{"b missing"}, false},
	{"missing ignored", "%s  a\n%s  b\n", []string{"a=in"}, Request{IgnoreMissing: true}, nil, true},
	{"nothing verified", "%s  b\n", nil, Request{IgnoreMissing: true}, nil, false},
	{"directory", "%s  d\n", []string{"d/"}, Request{}, []string{"d not_regular"}, false},
	{"outside", "%s  ../a\n%s  /a\n%s  l\n", []string{"l -> ../x"}, Request{}, []string{"../a outside_root", "/a outside_root", "l outside_root"}, false},
	{"a dash is a name", "%s  -\n", []string{"-=in"}, Request{}, nil, true},
	{"disagreeing entries are both judged", "%s  a\n" + treetest.SHA256("x") + "  a\n", []string{"a=in"}, Request{KeepAll: true}, []string{"a ok", "a mismatch"}, false},
	{"malformed line between others", "%s  a\nwhat\n%s  b\n", []string{"a=in", "b=out"}, Request{}, []string{"2 malformed", "b mismatch"}, false},
	{"malformed first and last line", "what\n%s  a\nwhat\n", []string{"a=in"}, Request{}, []string{"1 malformed", "3 malformed"}, false},
	{"malformed, lenient", "what\n%s  a\n", []string{"a=in"}, Request{Lenient: true}, []string{"1 malformed"}, true},
	{"a name with .. after a link leads to the target's parent", "%s  l/../b\n%s  d/b\n%s  d/e/x\n", []string{"d/b=in", "d/e/x=in", "l -> d/e", "b=out"}, Request{Extra: AllExtra}, []string{"b extra"}, false},
	{"absolute names", "%s  ROOT/a\n%s  ROOT//d/./b\n%s  ROOT/d/../a\n", []string{"a=in", "d/b=in"}, Request{Extra: AllExtra}, nil, true},
	{"absolute names of files that fail", "%s  ROOT/a\n%s  ROOT/b\n", []string{"a=out"}, Request{Extra: AllExtra}, []string{"ROOT/a mismatch", "ROOT/b missing"}, false},
	{"an absolute name that leads outside", "%s  a\n%s  ROOT/../x\n", []string{"a=in"}, Request{}, []string{"ROOT/../x outside_root"}, false},
	{"an absolute name leads through a link that isn't extra", "%s  ROOT/l/a\n%s  d/a\n", []string{"d/a=in", "l -> d"}, Request{Extra: AllExtra}, nil, true},
	{"an absolute name that leads outside hides no link", "%s  a\n%s  /l/a\n", []string{"a=in", "d/", "l -> d"}, Request{Extra: AllExtra}, []string{"/l/a outside_root", "l extra"}, false},
	{"an absolute name hides nothing", "%s  a\n%s  /x\n", []string{"a=in", "x=in"}, Request{Extra: AllExtra}, []string{"/x outside_root", "x extra"}, false},
	{"a name with .. before a link", "%s  d/../l\n", []string{"a=in", "d/", "l -> a"}, Request{Extra: AllExtra}, []string{"a extra"}, false},
	{"a name with .. without a link", "%s  d/../a\n", []string{"a=in", "d/"}, Request{Extra: AllExtra}, nil, true},
	{"extra", "%s  a\n", []string{"a=in", "z=1", "d/b=2", "y -> a"}, Request{Extra: AllExtra}, []string{"d/b extra", "y extra", "z extra"}, false},
	{"nothing extra", "%s  ./a\n%s  d//b\n", []string{"a=in", "d/b=in"}, Request{Extra: AllExtra}, nil, true},
	{"links that unusual names lead through aren't extra", "%s  .//d/./l//a\n%s  d/a\n%s  d/m/../b\n", []string{"d/a=in", "b=in", "d/l -> .", "d/m -> ../e/", "e/", "d/n -> ."}, Request{Extra: AllExtra}, []string{"d/n extra"}, false},
	{"a link after .. is extra", "%s  d/../l/a\n%s  d/a\n", []string{"d/a=in", "l -> d"}, Request{Extra: AllExtra}, []string{"l extra"}, false},
	{"a link that a name leads through isn't extra", "%s  l/a\n%s  d/a\n", []string{"d/a=in", "l -> d"}, Request{Extra: AllExtra}, nil, true},
}

func TestVerdicts(t *testing.T) {
	for _, tt := range verdictTests {
		t.Run(tt.name, func(t *testing.T) {
			list := strings.ReplaceAll(tt.list, "%s", treetest.SHA256("in"))
			tt.ask.Root = treetest.Make(t, tt.specs...)
			list = strings.ReplaceAll(list, "ROOT", tt.ask.Root)
			if err := os.WriteFile(tt.ask.Root+"/sha256sum.txt", []byte(list), 0o600); err != nil {
				t.Fatal(err)
			}
			results, s := run(t, tt.ask)
			got := jobtest.Briefs(results)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], tt.ask.Root, "ROOT")
			}
			if !slices.Equal(got, tt.want) || s.OK != tt.ok || s.Err != nil {
				t.Errorf("got %q, ok %v, error %v; want %q, ok %v", got, s.OK, s.Err, tt.want, tt.ok)
			}
		})
	}
}

func TestAResultHasTheFileTheListAndTheDigests(t *testing.T) {
	root := treetest.Make(t, "a=out", "sha256sum.txt=# list\n"+strings.ToUpper(treetest.SHA256("in"))+"  a\n")
	results, s := run(t, Request{Request: job.Request{Root: root}})
	want := verdict.Result{
		Path: "a", Status: verdict.Mismatch, Fails: true, Algorithm: digest.SHA256, Expected: treetest.SHA256("in"), Actual: treetest.SHA256("out"),
		Size: 3, Manifest: filepath.Join(root, "sha256sum.txt"), Line: 2,
	}
	if len(results) != 1 || results[0] != want {
		t.Errorf("got %+v, want %+v", results, want)
	}
	if s.Counts != (verdict.Counts{verdict.Mismatch: 1}) {
		t.Errorf("counts are %v", s.Counts)
	}
}

var noVerdictTests = []struct {
	name  string
	specs []string
	lists []string // beneath the root
	want  string   // the error, with ROOT for the root
}{
	{"no list", []string{"a=1"}, nil, "ROOT: no checksum list found"},
	{"empty list", []string{"sha256sum.txt="}, nil, "ROOT/sha256sum.txt: the list has no entries"},
	{"comments only", []string{"sha256sum.txt=# a\n\n"}, nil, "ROOT/sha256sum.txt: the list has no entries"},
	{"no line is an entry", []string{"sha256sum.txt=\nwhat\n"}, nil, "ROOT/sha256sum.txt:2: no valid entry: expected a digest"},
	{"a missing list", []string{"a=1"}, []string{"b"}, "ROOT/b: no such file"},
	{"a directory instead of a list", []string{"d/"}, []string{"d"}, "ROOT/d: is a directory"},
	{"a good list and a missing one", []string{"l=" + treetest.SHA256("") + "  e\n", "e="}, []string{"l", "b"}, "ROOT/b: no such file"},
	{"a list that leads outside", []string{"md5sum.txt -> ../x"}, nil, "ROOT/md5sum.txt: leads outside the root"},
	{"two empty lists", []string{"a.md5=", "b.md5="}, nil, "ROOT/a.md5: the list has no entries"},
}

func TestWithoutAUsableListThereIsNoVerdict(t *testing.T) {
	for _, tt := range noVerdictTests {
		t.Run(tt.name, func(t *testing.T) {
			v := Request{Request: job.Request{Root: treetest.Make(t, tt.specs...)}}
			for _, name := range tt.lists {
				v.Lists = append(v.Lists, List{Path: filepath.Join(v.Root, name)})
			}
			results, s := run(t, v)
			isManifest := problem.From(s.Err).Code.Kind() == problem.Manifest
			got := filepath.ToSlash(strings.ReplaceAll(fmt.Sprint(s.Err), v.Root, "ROOT"))
			if !isManifest || !strings.HasPrefix(got, tt.want) || s.OK || len(results) > 0 {
				t.Errorf("got %q (%T), ok %v, %d results; want %q", got, s.Err, s.OK, len(results), tt.want)
			}
		})
	}
}

func TestAnExtraFileHasNoSizeNorList(t *testing.T) {
	root := treetest.Make(t, "a=in", "SHA256SUMS="+treetest.SHA256("in")+"  a\n", "z=more")
	results, _ := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra})
	want := verdict.Result{Path: "z", Status: verdict.Extra, Fails: true, Size: -1, Detail: "regular file"}
	if len(results) != 1 || results[0] != want {
		t.Errorf("got %+v, want %+v", results, want)
	}
}

func TestARootThatIsNotADirectoryGivesNoVerdict(t *testing.T) {
	directory := treetest.Make(t, "a=1", "SHA256SUMS=")
	for _, root := range []string{directory + "/a", directory + "/b"} {
		lists := []List{{Path: directory + "/SHA256SUMS"}}
		if _, s := run(t, Request{Request: job.Request{Root: root}, Lists: lists}); s.OK || !strings.Contains(fmt.Sprint(s.Err), "can't open the root directory") {
			t.Errorf("root %q gives %v", root, s.Err)
		}
	}
}

func TestAnUnusableRequestIsRefused(t *testing.T) {
	for _, v := range []Request{
		{Request: job.Request{Root: ""}},
		{Request: job.Request{Root: ".", Workers: -1}},
		{Request: job.Request{Root: ".", Workers: 10_000}},
		{Request: job.Request{Root: "."}, Lists: []List{}},
	} {
		if _, err := Start(t.Context(), v); err == nil {
			t.Errorf("Start(%+v) succeeds", v)
		}
	}
}

var emptyListTests = []struct {
	name    string
	specs   []string
	lenient bool
	want    []string // results; line 0 is the whole list
	ok      bool
	warning string
}{
	{"empty", []string{"1.sha256="}, false, []string{"0 malformed"}, false, ""},
	{"comments only", []string{"1.sha256=# a\n\n"}, false, []string{"0 malformed"}, false, ""},
	{"after a good one", []string{"3.sha256="}, false, []string{"0 malformed"}, false, ""},
	{"two", []string{"1.sha256=", "3.sha256="}, false, []string{"0 malformed", "0 malformed"}, false, ""},
	{"no line is an entry", []string{"1.sha256=\n" + treetest.SHA256("in")[1:] + "  a\n"}, false, []string{"0 malformed", "2 malformed"}, false, ""},
	{"empty, lenient", []string{"1.sha256="}, true, []string{"0 malformed"}, true, `1 list without entries ignored: ROOT/1.sha256`},
	{"two, lenient", []string{"1.sha256=", "3.sha256="}, true, []string{"0 malformed", "0 malformed"}, true, `2 lists without entries ignored: ROOT/1.sha256, ROOT/3.sha256`},
	{"no line is an entry, lenient", []string{"1.sha256=" + treetest.SHA256("in")[1:] + "  a\n"}, true, []string{"0 malformed", "1 malformed"}, true, `1 malformed line ignored`},
	{"nothing verified, lenient", []string{"a=out", "1.sha256="}, true, []string{"0 malformed", "a mismatch"}, false, "no file was verified"},
}

// A list without entries may have been truncated. A lenient run ignores it with a
// warning.
func TestAListWithoutEntriesAmongOthersFailsTheRun(t *testing.T) {
	for _, tt := range emptyListTests {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, append([]string{"a=in", "2.sha256=" + treetest.SHA256("in") + "  a\n"}, tt.specs...)...)
			results, s := run(t, Request{Request: job.Request{Root: root}, Lenient: tt.lenient})
			if got := jobtest.Briefs(results); !slices.Equal(got, tt.want) || s.OK != tt.ok || s.Err != nil {
				t.Errorf("got %q, ok %v, error %v; want %q, ok %v", got, s.OK, s.Err, tt.want, tt.ok)
			}
			warnings := filepath.ToSlash(strings.ReplaceAll(warningTexts(s), root, "ROOT"))
			if !strings.Contains(warnings, tt.warning) || tt.warning == "" && warnings != "" {
				t.Errorf("warnings are %q, want %q", warnings, tt.warning)
			}
		})
	}
}

// What is found by its name and holds no list does not keep the others from being used.
// Without others, there is no verdict. A list that the caller gives is not skipped.
func TestAFileThatIsNamedLikeAListIsSkipped(t *testing.T) {
	list := "2.sha256=" + treetest.SHA256("in") + "  a\n"
	skipped := `1 file has the name of a list, but no entry, and was not used: ROOT/1.md5`
	for name, content := range map[string]string{
		"prose":        "see the web site\n",
		"bare digests": strings.Repeat(strings.Repeat("0f", 16)+"\n", 3),
		"HTML":         "<!doctype html>\n",
		"much prose":   strings.Repeat("x\n", 2000),
		"UTF-16 as is": "a\x00b\x00c\x00d\x00",
		"a program":    "\x7fELF\x00\x00\n",
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, "a=in", list, "1.md5="+content)
			results, s := run(t, Request{Request: job.Request{Root: root}})
			if warnings := filepath.ToSlash(strings.ReplaceAll(warningTexts(s), root, "ROOT")); !s.OK || len(results) > 0 || warnings != skipped {
				t.Errorf("ok %v, %v, warnings %q, error %v", s.OK, jobtest.Briefs(results), warnings, s.Err)
			}
			alone := treetest.Make(t, "a=in", "1.md5="+content)
			if _, s := run(t, Request{Request: job.Request{Root: alone}}); s.Err == nil || problem.From(s.Err).Path != filepath.Join(alone, "1.md5") {
				t.Errorf("alone: %v", s.Err)
			}
			given := []List{{Path: root + "/1.md5"}, {Path: root + "/2.sha256"}}
			if _, s := run(t, Request{Request: job.Request{Root: root}, Lists: given}); s.OK {
				t.Error("a list that is given is skipped")
			}
		})
	}
}

// An entry of an algorithm that is not supported fails the run, also a lenient one.
func TestAnEntryOfAnUnsupportedAlgorithmIsNotVerified(t *testing.T) {
	sm3 := "SM3 (b) = " + treetest.SHA256("x") + "\n"
	root := treetest.Make(t, "a=in", "b=x", "list="+sm3+"SHA256 (a) = "+treetest.SHA256("in")+"\n", "other="+sm3)
	for _, lenient := range []bool{false, true} {
		results, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: root + "/list"}}, Lenient: lenient, Extra: AllExtra})
		if got := jobtest.Briefs(results); !slices.Equal(got, []string{"b unsupported", "other extra"}) || s.OK || !results[0].Fails {
			t.Errorf("lenient %v: %q, ok %v, error %v", lenient, got, s.OK, s.Err)
			continue
		}
		if s.Files != 2 || s.FailedFiles != 1 || s.Lists[0] != (job.ListCounts{Manifest: root + "/list", Entries: 2, Verified: 1, Failed: 1}) {
			t.Errorf("counts: %d files, %d failed, %+v", s.Files, s.FailedFiles, s.Lists)
		}
		if results[0].Detail != `algorithm "SM3"` || results[0].Line != 1 {
			t.Errorf("the result is %+v", results[0])
		}
	}
	for _, only := range []string{"a", "b"} {
		_, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: root + "/list"}}, Only: []string{only}})
		if s.OK != (only == "a") || only == "b" && problem.From(s.Err).Code != problem.UnsupportedAlgorithm {
			t.Errorf("only %s: ok %v, error %v", only, s.OK, s.Err)
		}
	}
	_, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: root + "/other"}}})
	if e := problem.From(s.Err); e.Code != problem.UnsupportedAlgorithm || !strings.Contains(e.Reason, "SM3") {
		t.Errorf("alone: %v", s.Err)
	}
}

func TestADigestAloneIsOfTheFileBesideItsList(t *testing.T) {
	root := treetest.Make(t, "a=in", "a.sha256="+treetest.SHA256("in"), "b=in", "b.sha256="+treetest.SHA256("x")+"  -\n")
	results, s := run(t, Request{Request: job.Request{Root: root}})
	if got := jobtest.Briefs(results); !slices.Equal(got, []string{"b mismatch"}) || s.Counts[verdict.OK] != 1 {
		t.Errorf("got %q, %v", got, s.Err)
	}
	if len(s.Warnings) != 1 || s.Warnings[0].Code != problem.NameFromList {
		t.Errorf("warnings are %+v", s.Warnings)
	}
}

func TestAResultOnAWholeListNamesTheList(t *testing.T) {
	root := treetest.Make(t, "a=in", "1.sha256=", "2.sha256="+treetest.SHA256("in")+"  a\n")
	results, _ := run(t, Request{Request: job.Request{Root: root}})
	want := verdict.Result{Status: verdict.Malformed, Fails: true, Size: -1, Manifest: filepath.Join(root, "1.sha256"), Detail: "no entries"}
	if len(results) != 1 || results[0] != want {
		t.Errorf("got %+v, want %+v", results, want)
	}
}

func TestAWarningHasOnlyTheFirstOfManyNames(t *testing.T) {
	names := strings.Split("a b c d e f g h i j k l", " ")
	if got, want := someOf(names), `a, b, c, d, e, f, g, h, i, j and 2 more`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestManyMalformedLinesComeInOrderAndInBatches(t *testing.T) {
	const good, bad = 40, 5000
	var list strings.Builder
	for i := range good {
		fmt.Fprintf(&list, "%s  nothing\n", treetest.SHA256(""))
		for range bad / good {
			fmt.Fprintf(&list, "bad line %d\n", i)
		}
	}
	root := treetest.Make(t, "SHA256SUMS="+list.String())
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Workers: 3}})
	if err != nil {
		t.Fatal(err)
	}
	line := int32(0)
	for s := (*job.Summary)(nil); s == nil; {
		batch := j.Next(time.Minute)
		if len(batch.Results) > job.BatchSize {
			t.Fatalf("a batch has %d results, want at most %d", len(batch.Results), job.BatchSize)
		}
		for _, r := range batch.Results {
			if line++; r.Line != line {
				t.Fatalf("got line %d, want line %d", r.Line, line)
			}
		}
		s = batch.Summary
	}
	if line != good+bad {
		t.Errorf("got %d results, want %d", line, good+bad)
	}
}

func TestResultsComeInTheOrderOfTheListsWithAnyNumberOfWorkers(t *testing.T) {
	specs, list, want := []string{}, "", []string{}
	for i := range 500 {
		name := fmt.Sprintf("d%d/f%03d", i%7, i)
		specs = append(specs, name+"="+strings.Repeat("x", i%5*100_000))
		list += treetest.SHA256("") + "  " + name + "\n"
		status := verdict.OK
		if i%5 > 0 {
			status = verdict.Mismatch
		}
		want = append(want, fmt.Sprintf("%s %v", name, status))
	}
	root := treetest.Make(t, append(specs, "SHA256SUMS="+list)...)
	for _, jobs := range []int{1, 2, 7, job.MaxWorkers} {
		results, s := run(t, Request{Request: job.Request{Root: root, Workers: jobs}, KeepAll: true})
		if got := jobtest.Briefs(results); !slices.Equal(got, want) || s.Counts[verdict.OK] != 100 || s.Counts[verdict.Mismatch] != 400 {
			t.Errorf("with %d jobs: %d results, counts %v", jobs, len(got), s.Counts)
		}
	}
}

func TestWorkersWaitUntilResultsAreFetched(t *testing.T) {
	const most = job.MaxReady + maxAhead + 4*stretchEntries + hashing.Window
	const entries = 3 * most
	root := treetest.Make(t, "SHA256SUMS="+strings.Repeat(treetest.SHA256("")+"  nothing\n", entries))
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Workers: 2}})
	if err != nil {
		t.Fatal(err)
	}
	last := int64(-1)
	for n := j.Meter.Files.Load(); n != last || n == 0; n = j.Meter.Files.Load() { // until the workers wait
		last = n
		time.Sleep(100 * time.Millisecond)
	}
	if last > most {
		t.Errorf("%d results are unfetched, want at most %d", last, most)
	}
	if results, s := jobtest.Drain(j); len(results) != entries || s.Counts[verdict.Missing] != entries {
		t.Errorf("%d results, counts %v; want %d", len(results), s.Counts, entries)
	}
}

func TestProgressAddsUp(t *testing.T) {
	root := treetest.Make(t, "a=in", "b=more", "SHA256SUMS="+treetest.SHA256("in")+"  a\n"+treetest.SHA256("x")+"  b\n"+treetest.SHA256("x")+"  c\n")
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root, Sizes: true}})
	if err != nil {
		t.Fatal(err)
	}
	var last job.Progress
	for s := (*job.Summary)(nil); s == nil; {
		batch := j.Next(time.Minute)
		last, s = batch.Progress, batch.Summary
	}
	if want := (job.Progress{Files: 3, Bytes: 6, TotalFiles: 3, TotalBytes: 6}); last != want {
		t.Errorf("progress ends at %+v, want %+v", last, want)
	}
}

func TestWeakAlgorithmsGiveAWarning(t *testing.T) {
	root := treetest.Make(t, "a=", "md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  a\n")
	if _, s := run(t, Request{Request: job.Request{Root: root}}); !s.OK || len(s.Warnings) != 1 || s.Warnings[0].Code != problem.WeakDigest {
		t.Errorf("ok %v, warnings %q", s.OK, s.Warnings)
	}
}

func TestAFileInProcWithASizeOf0IsReadToItsEnd(t *testing.T) {
	text, err := os.ReadFile("/proc/version")
	if err != nil {
		t.Skip(err)
	}
	list := filepath.Join(treetest.Make(t, "l="+treetest.SHA256(string(text))+"  version\n"), "l")
	if results, s := run(t, Request{Request: job.Request{Root: "/proc"}, Lists: []List{{Path: list}}}); !s.OK {
		t.Errorf("got %+v", results)
	}
}

func TestARootThatIsAFileIsAList(t *testing.T) {
	root := treetest.Make(t, "d/a=in", "d/SHA256SUMS="+treetest.SHA256("in")+"  a\n", "d/x.md5=what", "l -> d")
	t.Chdir(root + "/d")
	for path, want := range map[string]string{
		root + "/d/SHA256SUMS":        root + "/d",
		root + "/l//../d//SHA256SUMS": root + "/l//../d",
		"SHA256SUMS":                  ".",
		"../l/SHA256SUMS":             "../l",
	} {
		results, s := run(t, Request{Request: job.Request{Root: path}, KeepAll: true})
		if s.Err != nil || !s.OK || s.Root != want || len(results) != 1 || results[0].Manifest != path {
			t.Errorf("%s: got %+v, %+v; want %q", path, results, s, want)
		}
	}
	_, s := run(t, Request{Request: job.Request{Root: "a"}})
	if e := problem.From(s.Err); e.Code != problem.NoEntry || e.Path != "a" {
		t.Errorf("got %v", e)
	}
	_, s = run(t, Request{Request: job.Request{Root: "SHA256SUMS"}, Lists: []List{{Path: "SHA256SUMS"}}})
	if e := problem.From(s.Err); e.Code != problem.RootUnreadable {
		t.Errorf("with a list too: got %v", e)
	}
}

func warningTexts(s *job.Summary) string {
	var texts []string
	for _, w := range s.Warnings {
		texts = append(texts, w.Text)
	}
	return strings.Join(texts, "\n")
}

func TestAListGivenAsContentIsNotReadFromAFile(t *testing.T) {
	root := treetest.Make(t, "a=1", "list=nonsense")
	for _, path := range []string{"list", "gone", ""} {
		content := fmt.Appendf(nil, "%x  a\n", sha256.Sum256([]byte("1")))
		results, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: path, Content: content}}, KeepAll: true})
		if s.Err != nil || !s.OK || len(results) != 1 || results[0].Manifest != path {
			t.Errorf("path %q: %v, %+v", path, s.Err, results)
		}
	}
}
