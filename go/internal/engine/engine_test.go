package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
)

// hexOf is the SHA-256 digest of a text, in hex.
func hexOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// run runs a verify job to its end.
func run(t testing.TB, v Verify) ([]Result, *Summary) {
	t.Helper()
	job, err := StartVerify(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return drain(job)
}

func drain(job *Job) (results []Result, s *Summary) {
	for s == nil {
		batch := job.Next(time.Minute)
		results = append(results, batch.Results...)
		s = batch.Summary
	}
	return results, s
}

// brief is what a table compares of a result.
func brief(r Result) string {
	if r.Status == Malformed {
		return fmt.Sprintf("%d %v", r.Line, r.Status)
	}
	return fmt.Sprintf("%s %v", r.Path, r.Status)
}

func briefs(results []Result) []string {
	all := []string{}
	for _, r := range results {
		all = append(all, brief(r))
	}
	return all
}

var verdictTests = []struct {
	name  string
	list  string // text of sha256sum.txt; %s stands for the digest of "in"
	specs []string
	ask   Verify
	want  []string // verdicts that are reported, in their order
	ok    bool
}{
	{"all good", "%s  a\n%s  d/b\n", []string{"a=in", "d/b=in"}, Verify{}, nil, true},
	{"all good, told", "%s  a\n", []string{"a=in"}, Verify{KeepAll: true}, []string{"a ok"}, true},
	{"upper case", strings.ToUpper(hexOf("in")) + "  a\n", []string{"a=in"}, Verify{}, nil, true},
	{"another text", "%s  a\n%s  b\n", []string{"a=in", "b=out"}, Verify{}, []string{"b mismatch"}, false},
	{"one bit off", "%s  a\n", []string{"a=io"}, Verify{}, []string{"a mismatch"}, false},
	{"empty file", hexOf("") + "  a\n", []string{"a="}, Verify{}, nil, true},
	{"missing", "%s  a\n%s  b\n", []string{"a=in"}, Verify{}, []string{"b missing"}, false},
	{"missing ignored", "%s  a\n%s  b\n", []string{"a=in"}, Verify{Common: Common{}, IgnoreMissing: true}, nil, true},
	{"nothing verified", "%s  b\n", nil, Verify{IgnoreMissing: true}, nil, false},
	{"folder", "%s  d\n", []string{"d/"}, Verify{}, []string{"d not_regular"}, false},
	{"outside", "%s  ../a\n%s  /a\n%s  l\n", []string{"l -> ../x"}, Verify{}, []string{"../a outside_root", "/a outside_root", "l outside_root"}, false},
	{"a dash is a name", "%s  -\n", []string{"-=in"}, Verify{}, nil, true},
	{"disagreeing entries are both judged", "%s  a\n" + hexOf("x") + "  a\n", []string{"a=in"}, Verify{KeepAll: true}, []string{"a ok", "a mismatch"}, false},
	{"malformed between", "%s  a\nwhat\n%s  b\n", []string{"a=in", "b=out"}, Verify{}, []string{"2 malformed", "b mismatch"}, false},
	{"malformed at both ends", "what\n%s  a\nwhat\n", []string{"a=in"}, Verify{}, []string{"1 malformed", "3 malformed"}, false},
	{"malformed, lenient", "what\n%s  a\n", []string{"a=in"}, Verify{Lenient: true}, []string{"1 malformed"}, true},
	{"a name that leads up through a link is the file there", "%s  l/../b\n%s  d/b\n%s  d/e/x\n", []string{"d/b=in", "d/e/x=in", "l -> d/e", "b=out"}, Verify{Extra: true}, []string{"b extra"}, false},
	{"absolute names", "%s  ROOT/a\n%s  ROOT//d/./b\n%s  ROOT/d/../a\n", []string{"a=in", "d/b=in"}, Verify{Extra: true}, nil, true},
	{"absolute names of files that are not as listed", "%s  ROOT/a\n%s  ROOT/b\n", []string{"a=out"}, Verify{Extra: true}, []string{"ROOT/a mismatch", "ROOT/b missing"}, false},
	{"an absolute name that leads out", "%s  a\n%s  ROOT/../x\n", []string{"a=in"}, Verify{}, []string{"ROOT/../x outside_root"}, false},
	{"an absolute name leads through a link that isn't extra", "%s  ROOT/l/a\n%s  d/a\n", []string{"d/a=in", "l -> d"}, Verify{Extra: true}, nil, true},
	{"an absolute name that leads out hides no link", "%s  a\n%s  /l/a\n", []string{"a=in", "d/", "l -> d"}, Verify{Extra: true}, []string{"/l/a outside_root", "l extra"}, false},
	{"an absolute name hides nothing", "%s  a\n%s  /x\n", []string{"a=in", "x=in"}, Verify{Extra: true}, []string{"/x outside_root", "x extra"}, false},
	{"a name that leads up without a link", "%s  d/../a\n", []string{"a=in", "d/"}, Verify{Extra: true}, nil, true},
	{"extra", "%s  a\n", []string{"a=in", "z=1", "d/b=2", "y -> a"}, Verify{Extra: true}, []string{"d/b extra", "y extra", "z extra"}, false},
	{"nothing extra", "%s  ./a\n%s  d//b\n", []string{"a=in", "d/b=in"}, Verify{Extra: true}, nil, true},
	{"links that names lead through in odd ways aren't extra", "%s  .//d/./l//a\n%s  d/a\n%s  d/m/../b\n", []string{"d/a=in", "b=in", "d/l -> .", "d/m -> ../e/", "e/", "d/n -> ."}, Verify{Extra: true}, []string{"d/n extra"}, false},
	{"a link behind dots is extra", "%s  d/../l/a\n%s  d/a\n", []string{"d/a=in", "l -> d"}, Verify{Extra: true}, []string{"l extra"}, false},
	{"a link that a name leads through isn't extra", "%s  l/a\n%s  d/a\n", []string{"d/a=in", "l -> d"}, Verify{Extra: true}, nil, true},
}

func TestVerdicts(t *testing.T) {
	for _, tt := range verdictTests {
		t.Run(tt.name, func(t *testing.T) {
			list := strings.ReplaceAll(tt.list, "%s", hexOf("in"))
			tt.ask.Root = treetest.Make(t, tt.specs...)
			list = strings.ReplaceAll(list, "ROOT", tt.ask.Root)
			if err := os.WriteFile(tt.ask.Root+"/sha256sum.txt", []byte(list), 0o600); err != nil {
				t.Fatal(err)
			}
			results, s := run(t, tt.ask)
			got := briefs(results)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], tt.ask.Root, "ROOT")
			}
			if !slices.Equal(got, tt.want) || s.OK != tt.ok || s.Err != nil {
				t.Errorf("got %q, ok %v, error %v; want %q, ok %v", got, s.OK, s.Err, tt.want, tt.ok)
			}
		})
	}
}

func TestAResultTellsWhatAndWhere(t *testing.T) {
	root := treetest.Make(t, "a=out", "sha256sum.txt=# list\n"+strings.ToUpper(hexOf("in"))+"  a\n")
	results, s := run(t, Verify{Common: Common{Root: root}})
	want := Result{
		Path: "a", Status: Mismatch, Fails: true, Algorithm: digest.SHA256, Expected: hexOf("in"), Actual: hexOf("out"),
		Size: 3, Manifest: filepath.Join(root, "sha256sum.txt"), Line: 2,
	}
	if len(results) != 1 || results[0] != want {
		t.Errorf("got %+v, want %+v", results, want)
	}
	if s.Counts != (Counts{Mismatch: 1}) {
		t.Errorf("counts are %v", s.Counts)
	}
}

var noVerdictTests = []struct {
	name  string
	specs []string
	lists []string // below the root
	want  string   // the error, with ROOT for the root
}{
	{"no list", []string{"a=1"}, nil, "ROOT: no checksum list found"},
	{"empty list", []string{"sha256sum.txt="}, nil, "ROOT/sha256sum.txt: the list has no entry"},
	{"comments only", []string{"sha256sum.txt=# a\n\n"}, nil, "ROOT/sha256sum.txt: the list has no entry"},
	{"no line is an entry", []string{"sha256sum.txt=\nwhat\n"}, nil, "ROOT/sha256sum.txt:2: the list has no entry, and no line is: "},
	{"a list that isn't there", []string{"a=1"}, []string{"b"}, "ROOT/b: no such file"},
	{"a folder for a list", []string{"d/"}, []string{"d"}, "ROOT/d: is a directory"},
	{"a good list and one that isn't there", []string{"l=" + hexOf("") + "  e\n", "e="}, []string{"l", "b"}, "ROOT/b: no such file"},
	{"a list that leads outside", []string{"md5sum.txt -> ../x"}, nil, "ROOT/md5sum.txt: leads outside the root"},
	{"two empty lists", []string{"a.md5=", "b.md5="}, nil, "ROOT/a.md5: the list has no entry"},
}

func TestWithoutAUsableListThereIsNoVerdict(t *testing.T) {
	for _, tt := range noVerdictTests {
		t.Run(tt.name, func(t *testing.T) {
			v := Verify{Common: Common{Root: treetest.Make(t, tt.specs...)}}
			for _, name := range tt.lists {
				v.Manifests = append(v.Manifests, List{Path: filepath.Join(v.Root, name)})
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

func TestARootThatIsNoFolderGivesNoVerdict(t *testing.T) {
	folder := treetest.Make(t, "a=1")
	for _, root := range []string{folder + "/a", folder + "/b"} {
		if _, s := run(t, Verify{Common: Common{Root: root}}); s.OK || !strings.Contains(fmt.Sprint(s.Err), "root can't be opened") {
			t.Errorf("root %q gives %v", root, s.Err)
		}
	}
}

func TestAnUnusableRequestIsRefused(t *testing.T) {
	for _, v := range []Verify{
		{Common: Common{Root: ""}},
		{Common: Common{Root: ".", Jobs: -1}},
		{Common: Common{Root: ".", Jobs: 10_000}},
		{Common: Common{Root: "."}, Manifests: []List{}},
	} {
		if _, err := StartVerify(t.Context(), v); err == nil {
			t.Errorf("StartVerify(%+v) succeeds", v)
		}
	}
	if _, err := StartCreate(t.Context(), Create{Common: Common{Root: "."}}); err == nil {
		t.Error("StartCreate without an algorithm succeeds")
	}
}

var emptyListTests = []struct {
	name    string
	specs   []string
	lenient bool
	want    []string // verdicts; line 0 is the list as a whole
	ok      bool
	warning string
}{
	{"empty", []string{"1.sha256="}, false, []string{"0 malformed"}, false, ""},
	{"comments only", []string{"1.sha256=# a\n\n"}, false, []string{"0 malformed"}, false, ""},
	{"after a good one", []string{"3.sha256="}, false, []string{"0 malformed"}, false, ""},
	{"two", []string{"1.sha256=", "3.sha256="}, false, []string{"0 malformed", "0 malformed"}, false, ""},
	{"no line is an entry", []string{"1.sha256=\nwhat\n"}, false, []string{"0 malformed", "2 malformed"}, false, ""},
	{"empty, lenient", []string{"1.sha256="}, true, []string{"0 malformed"}, true, `lists without an entry that did not fail the run: "ROOT/1.sha256"`},
	{"two, lenient", []string{"1.sha256=", "3.sha256="}, true, []string{"0 malformed", "0 malformed"}, true, `lists without an entry that did not fail the run: "ROOT/1.sha256", "ROOT/3.sha256"`},
	{"no line is an entry, lenient", []string{"1.sha256=what\n"}, true, []string{"0 malformed", "1 malformed"}, true, `malformed lines that did not fail the run: 1`},
	{"nothing verified, lenient", []string{"a=out", "1.sha256="}, true, []string{"0 malformed", "a mismatch"}, false, "no file was verified"},
}

// A list without an entry, among others, fails the run by itself: it may be one
// that was cut short. Only a lenient run passes over it, and says so.
func TestAListWithoutAnEntryAmongOthers(t *testing.T) {
	for _, tt := range emptyListTests {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, append([]string{"a=in", "2.sha256=" + hexOf("in") + "  a\n"}, tt.specs...)...)
			results, s := run(t, Verify{Common: Common{Root: root}, Lenient: tt.lenient})
			if got := briefs(results); !slices.Equal(got, tt.want) || s.OK != tt.ok || s.Err != nil {
				t.Errorf("got %q, ok %v, error %v; want %q, ok %v", got, s.OK, s.Err, tt.want, tt.ok)
			}
			warnings := filepath.ToSlash(strings.ReplaceAll(warningTexts(s), root, "ROOT"))
			if !strings.Contains(warnings, tt.warning) || tt.warning == "" && warnings != "" {
				t.Errorf("warnings are %q, want %q", warnings, tt.warning)
			}
		})
	}
}

func TestAResultOnAListAsAWholeTellsWhich(t *testing.T) {
	root := treetest.Make(t, "a=in", "1.sha256=", "2.sha256="+hexOf("in")+"  a\n")
	results, _ := run(t, Verify{Common: Common{Root: root}})
	want := Result{Status: Malformed, Fails: true, Size: -1, Manifest: filepath.Join(root, "1.sha256"), Detail: "no entry"}
	if len(results) != 1 || results[0] != want {
		t.Errorf("got %+v, want %+v", results, want)
	}
}

func TestOfManyNamesAWarningHasTheFirst(t *testing.T) {
	names := strings.Split("a b c d e f g h i j k l", " ")
	if got, want := someOf(names), `"a", "b", "c", "d", "e", "f", "g", "h", "i", "j" and 2 more`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestManyMalformedLinesComeInOrderAndInPieces(t *testing.T) {
	const good, bad = 40, 5000
	var list strings.Builder
	for i := range good {
		fmt.Fprintf(&list, "%s  nothing\n", hexOf(""))
		for range bad / good {
			fmt.Fprintf(&list, "bad line %d\n", i)
		}
	}
	root := treetest.Make(t, "SHA256SUMS="+list.String())
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: root, Jobs: 3}})
	if err != nil {
		t.Fatal(err)
	}
	line := int32(0)
	for s := (*Summary)(nil); s == nil; {
		batch := job.Next(time.Minute)
		if len(batch.Results) > batchSize {
			t.Fatalf("a batch has %d verdicts, at most %d may come", len(batch.Results), batchSize)
		}
		for _, r := range batch.Results {
			if line++; r.Line != line {
				t.Fatalf("line %d comes where line %d has its turn", r.Line, line)
			}
		}
		s = batch.Summary
	}
	if line != good+bad {
		t.Errorf("%d verdicts, want %d", line, good+bad)
	}
}

func TestVerdictsComeInTheOrderOfTheListsWhateverTheWorkers(t *testing.T) {
	specs, list, want := []string{}, "", []string{}
	for i := range 500 {
		name := fmt.Sprintf("d%d/f%03d", i%7, i)
		specs = append(specs, name+"="+strings.Repeat("x", i%5*100_000))
		list += hexOf("") + "  " + name + "\n"
		status := OK
		if i%5 > 0 {
			status = Mismatch
		}
		want = append(want, fmt.Sprintf("%s %v", name, status))
	}
	root := treetest.Make(t, append(specs, "SHA256SUMS="+list)...)
	for _, jobs := range []int{1, 2, 7, MaxJobs} {
		results, s := run(t, Verify{Common: Common{Root: root, Jobs: jobs}, KeepAll: true})
		if got := briefs(results); !slices.Equal(got, want) || s.Counts[OK] != 100 || s.Counts[Mismatch] != 400 {
			t.Errorf("with %d jobs: %d results, counts %v", jobs, len(got), s.Counts)
		}
	}
}

func TestWorkersWaitForWhoeverFetchesVerdicts(t *testing.T) {
	const most = maxReady + maxAhead + 4*spanEntries
	const entries = 3 * most
	root := treetest.Make(t, "SHA256SUMS="+strings.Repeat(hexOf("")+"  nothing\n", entries))
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: root, Jobs: 2}})
	if err != nil {
		t.Fatal(err)
	}
	waiting := func() int {
		job.mu.Lock()
		defer job.mu.Unlock()
		return len(job.ready)
	}
	last := -1
	for n := waiting(); n != last || n == 0; n = waiting() { // until the workers wait
		last = n
		time.Sleep(100 * time.Millisecond)
	}
	if last > most {
		t.Errorf("%d verdicts wait to be fetched, at most %d may", last, most)
	}
	if results, s := drain(job); len(results) != entries || s.Counts[Missing] != entries {
		t.Errorf("%d results, counts %v; want %d", len(results), s.Counts, entries)
	}
}

func TestProgressAddsUp(t *testing.T) {
	root := treetest.Make(t, "a=in", "b=more", "SHA256SUMS="+hexOf("in")+"  a\n"+hexOf("x")+"  b\n"+hexOf("x")+"  c\n")
	job, err := StartVerify(t.Context(), Verify{Common: Common{Root: root, Sizes: true}})
	if err != nil {
		t.Fatal(err)
	}
	var last Progress
	for s := (*Summary)(nil); s == nil; {
		batch := job.Next(time.Minute)
		last, s = batch.Progress, batch.Summary
	}
	if want := (Progress{3, 6, 3, 6}); last != want {
		t.Errorf("progress ends at %+v, want %+v", last, want)
	}
}

func TestWeakAlgorithmsAreWarnedOf(t *testing.T) {
	root := treetest.Make(t, "a=", "md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  a\n")
	if _, s := run(t, Verify{Common: Common{Root: root}}); !s.OK || len(s.Warnings) != 1 || s.Warnings[0].Code != problem.WeakDigest {
		t.Errorf("ok %v, warnings %q", s.OK, s.Warnings)
	}
}

func TestAFileOfProcThatSaysItIsEmptyIsReadWhole(t *testing.T) {
	text, err := os.ReadFile("/proc/version")
	if err != nil {
		t.Skip(err)
	}
	list := filepath.Join(treetest.Make(t, "l="+hexOf(string(text))+"  version\n"), "l")
	if results, s := run(t, Verify{Common: Common{Root: "/proc"}, Manifests: []List{{Path: list}}}); !s.OK {
		t.Errorf("got %+v", results)
	}
}

func warningTexts(s *Summary) string {
	var texts []string
	for _, w := range s.Warnings {
		texts = append(texts, w.Text)
	}
	return strings.Join(texts, "\n")
}

func TestAListGivenByItsContentIsReadFromNowhereElse(t *testing.T) {
	root := treetest.Make(t, "a=1", "list=nonsense")
	for _, path := range []string{"list", "gone", ""} {
		content := fmt.Appendf(nil, "%x  a\n", sha256.Sum256([]byte("1")))
		results, s := run(t, Verify{Common: Common{Root: root}, Manifests: []List{{path, content}}, KeepAll: true})
		if s.Err != nil || !s.OK || len(results) != 1 || results[0].Manifest != path {
			t.Errorf("path %q: %v, %+v", path, s.Err, results)
		}
	}
}
