package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

var textTests = []struct {
	raw  string // bytes of a name
	wire string // their encoding
}{
	{"a.txt", `"a.txt"`},
	{"", `""`},
	{`q"b\`, `"q\"b\\"`},
	{"a\nb\x00\x1b\x7f", `"a\u000ab\u0000\u001b\u007f"`},
	{"grün€𝄞", `"grün€𝄞"`},
	{"\xff", `"\udcff"`},
	{"a\x80b", `"a\udc80b"`},
	{"\xe2\x82", `"\udce2\udc82"`},           // half a euro sign
	{"\xed\xb2\x80", `"\udced\udcb2\udc80"`}, // a lone surrogate encoded like UTF-8
	{"\uFFFD", `"` + "\uFFFD" + `"`},         // the replacement character itself
	{"\xf0\x9d\x84", `"\udcf0\udc9d\udc84"`}, // three bytes of four
	{"\xc0\xaf", `"\udcc0\udcaf"`},           // an overlong slash
}

func TestTextKeepsEveryByte(t *testing.T) {
	for _, tt := range textTests {
		if got := string(appendText(nil, tt.raw)); got != tt.wire {
			t.Errorf("appendText(%q) = %s, want %s", tt.raw, got, tt.wire)
		}
		var got Text
		if err := json.Unmarshal([]byte(tt.wire), &got); err != nil || string(got) != tt.raw {
			t.Errorf("Unmarshal(%s) = %q, %v; want %q", tt.wire, got, err, tt.raw)
		}
	}
}

func TestTextReadsWhatPythonWrites(t *testing.T) {
	for in, want := range map[string]string{
		`"\ud834\udd1e"`:  "𝄞", // Python writes surrogate pairs with ensure_ascii
		`"\/\b\f\n\r\t"`:  "/\b\f\n\r\t",
		`"\u20AC\u20ac"`:  "€€",
		`"\udcff\udc80x"`: "\xff\x80x",
	} {
		var got Text
		if err := json.Unmarshal([]byte(in), &got); err != nil || string(got) != want {
			t.Errorf("Unmarshal(%s) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestTextThatStandsForNoBytesIsRefused(t *testing.T) {
	for _, in := range []string{`"\ud834"`, `"\ud834x"`, `"\udd1e"`, `"\udc7f"`, `"\ud834\u0041"`, `1`, "\"\xff\""} {
		var got Text
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("Unmarshal(%s) = %q, want an error", in, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, tt := range textTests {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		wire := appendText(nil, raw)
		var got Text
		if err := json.Unmarshal(wire, &got); err != nil || string(got) != raw || !utf8.Valid(wire) {
			t.Errorf("%q is encoded as %s and decoded as %q, %v", raw, wire, got, err)
		}
	})
}

func end(t *testing.T, request string) job.Batch {
	t.Helper()
	j, err := Start(t.Context(), []byte(request))
	if err != nil {
		t.Fatal(err)
	}
	batch := job.Batch{}
	for batch.Summary == nil {
		next := j.Next(time.Minute)
		next.Results = append(batch.Results, next.Results...)
		batch = next
	}
	return batch
}

func TestABatchIsJSONWithNullForMissingValues(t *testing.T) {
	root := treetest.Make(t, "\xff=x", "z=1", "md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  \xff\nwhat\n")
	batch := end(t, fmt.Sprintf(`{"job":"verify","root":%s,"keep":"failures","extra":"all","strict":true}`, appendText(nil, root)))
	batch.Summary.Elapsed = 0.25
	got := strings.ReplaceAll(string(AppendBatch(nil, batch)), root, "ROOT")
	reason := batch.Results[1].Detail
	want := `{"results":{"path":["\udcff","","z"],"status":[1,7,8],"fails":true,"algorithm":[0,null,null],` +
		`"expected":["d41d8cd98f00b204e9800998ecf8427e",null,null],"actual":["9dd4e461268c8034f5c8564e155c67a6",null,null],` +
		`"size":[1,null,null],"manifest":[0,0,null],"line":[1,2,null],` +
		`"detail":["",` + string(appendText(nil, reason)) + `,"regular file"]},"manifests":["ROOT/md5sum.txt"],` +
		`"progress":[1,1,1,0],"lists":1,"summary":{"error":null,"ok":false,"algorithms":[],` +
		`"counts":[0,1,0,0,0,0,0,1,1,0,0,0,0,0,0],` +
		`"elapsed":0.250000,"warnings":[{"code":"nothing_verified","text":"no file was verified"},{"code":"weak_digest","text":"MD5 detects accidental damage, not deliberate tampering"}],"root":"ROOT","outputs":[],"format":null,"bag":null,` +
		`"files":[1,1],"lists":[["ROOT/md5sum.txt",1,0,1]]}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !json.Valid([]byte(got)) {
		t.Error("the batch is not valid JSON")
	}
}

var columnTests = []struct {
	name    string
	results []verdict.Result
	want    string
}{
	{
		"a value that all share is there once",
		[]verdict.Result{
			{Path: "a", Algorithm: digest.SHA1, Expected: "12", Actual: "12", Size: 0, Manifest: "one", Line: 3},
			{Path: "b", Algorithm: digest.SHA1, Expected: "12", Actual: "12", Size: 0, Manifest: "one", Line: 3},
		},
		`{"path":["a","b"],"status":0,"fails":false,"algorithm":1,"expected":"12","actual":true,"size":0,"manifest":0,"line":3,"detail":""},"manifests":["one"]`,
	},
	{
		"others are there for each result",
		[]verdict.Result{
			{Path: "a", Expected: "12", Actual: "12", Size: -1, Manifest: "one", Line: 1},
			{Path: "b", Expected: "34", Actual: "56", Size: 1, Manifest: "two", Fails: true, Status: verdict.Mismatch},
			{Path: "c", Expected: "78", Size: 2, Manifest: "one", Line: 2, Detail: "why"},
		},
		`{"path":["a","b","c"],"status":[0,1,0],"fails":[false,true,false],"algorithm":null,"expected":["12","34","78"],` +
			`"actual":[true,"56",null],"size":[null,1,2],"manifest":[0,1,0],"line":[1,null,2],"detail":["","","why"]},"manifests":["one","two"]`,
	},
	{
		"where a file has moved is there if one has",
		[]verdict.Result{
			{Path: "old/a", Status: verdict.Moved, Size: 1, MovedTo: "new/a\xff", MovedWith: "old"},
			{Path: "b", Status: verdict.Extra, Size: 1},
		},
		`{"path":["old/a","b"],"status":[11,8],"fails":false,"algorithm":null,"expected":null,"actual":null,"size":1,"manifest":null,"line":null,` +
			`"detail":"","moved_to":["new/a\udcff",null],"moved_with":["old",null]},"manifests":[]`,
	},
}

func TestColumns(t *testing.T) {
	for _, tt := range columnTests {
		if got := string(appendResults(nil, tt.results)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestARequestMayAllowLinksAndNameOutputs(t *testing.T) {
	in := treetest.SHA256("in")
	top := treetest.Make(t, "store/\xff=in", "root/l -> ../store/\xff", "root/SHA256SUMS="+in+"  l\n", "root/out\xff=1", "root/m -> l")
	for extra, want := range map[string]int64{"": 0, "files": 0, "all": 1} {
		batch := end(t, fmt.Sprintf(`{"job":"verify","directory":%s,"root":"root","allow_links_to":["store"],"outputs":["root/out\udcff"],`+
			`"keep":"failures","strict":true,"extra":%q}`, appendText(nil, top), extra))
		if s := batch.Summary; s.Err != nil || s.Counts != (verdict.Counts{verdict.OK: 1, verdict.Extra: want}) {
			t.Errorf("extra %q: counts are %v, error %v", extra, s.Counts, s.Err)
		}
	}
}

func TestARunningJobHasNoSummary(t *testing.T) {
	if got, want := string(AppendBatch(nil, job.Batch{})), `{"results":null,"manifests":[],"progress":[0,0,0,0],"lists":0,"summary":null}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnErrorHasItsKindCodePathLineAndReason(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&problem.Error{Code: problem.NoList, Path: "\xff", Line: 3, Reason: "why"}, `{"kind":"manifest","code":"no_list","path":"\udcff","line":3,"reason":"why"}`},
		{problem.New(problem.InvalidArgument, "why"), `{"kind":"request","code":"invalid_argument","path":"","line":0,"reason":"why"}`},
		{problem.ErrCancelled, `{"kind":"cancelled","code":"cancelled","path":"","line":0,"reason":"cancelled"}`},
		{errors.New("why"), `{"kind":"internal","code":"internal","path":"","line":0,"reason":"why"}`},
	} {
		if got := string(AppendError(nil, tt.err)); got != tt.want {
			t.Errorf("AppendError(%v) = %s, want %s", tt.err, got, tt.want)
		}
	}
}

func TestAnUnusableRequestIsRefused(t *testing.T) {
	for request, want := range map[string]string{
		``:                "unusable request",
		`{`:               "unusable request",
		`{"job":"dance"}`: "unknown job",
		`{"job":"verify","root":".","keep":"all","colour":"red"}`:                "colour",
		`{"job":"verify","root":".","keep":"some"}`:                              "keep",
		`{"job":"verify","root":".","keep":"all","jobs":0}`:                      "jobs is 0",
		`{"job":"verify","root":".","keep":"all","jobs":-1}`:                     "jobs is -1",
		`{"job":"verify","root":".","keep":"all","jobs":10000}`:                  "jobs is 10000",
		`{"job":"verify","root":".","keep":"all","jobs":1180591620717411303424}`: "jobs can't be",
		`{"job":"verify","root":".","keep":1}`:                                   "keep can't be a number",
		`{"job":"verify","root":".","keep":"all","manifests":[]}`:                "manifest is empty",
		`{"job":"verify","root":".","keep":"all","algorithm":"sm3"}`:             "unknown algorithm",
		`{"job":"verify","root":"","keep":"all"}`:                                "root is empty",
		`{"job":"verify","root":".","keep":"all","manifests":[{}]}`:              "without its path, bytes, file, entries or span",
		`{"job":"verify","root":".","keep":"all","manifests":[null]}`:            "without its path, bytes, file, entries or span",
		`{"job":"verify","root":".","keep":"all","manifests":[{"path":"a"}]}`:    "without its path, bytes, file, entries or span",
		`{"job":"verify","root":".","keep":"all","manifests":[{"bites":"a"}]}`:   "bites",
		`{"job":"verify","root":".","keep":"all","manifests":[1]}`:               "manifests",
		`{"job":"verify","root":".","keep":"all","only":["["]}`:                  "not a valid pattern",
		`{"job":"verify","root":".","keep":"all","extra":"all","only":["a"]}`:    "can't be combined",
		`{"job":"digest","root":".","name":"a"}`:                                 "missing",
		`{"job":"verify","root":".","keep":"all","extra":"links"}`:               "extra is \"links\"",
		`{"job":"verify","root":".","keep":"all","extra":true}`:                  "extra can't be a bool",
		`{"job":"verify","root":".","keep":"all","allow_links_to":[""]}`:         "allow_links_to has an empty path",
		`{"job":"read","manifests":[]}`:                                          "manifest must be one list, not 0",
		`{"job":"read","manifests":["a","b"]}`:                                   "manifest must be one list, not 2",
		`{"job":"read","manifests":["a"],"list_format":"x"}`:                     "unknown list format",
		`{"job":"convert","manifests":["a"],"to":"x","output":"b"}`:              "unknown list format",
		`{"job":"convert","manifests":["a"],"to":"bare","output":"b"}`:           "can't be written",
		`{"job":"convert","manifests":["a"],"to":"sfv"}`:                         "an output is needed",
		`{"job":"create","root":".","algorithm":"sha1"}`:                         "algorithms are those to create",
		`{"job":"create","root":".","algorithms":["md5","md6"]}`:                 `algorithm: unknown algorithm "md6"`,
		`{"job":"create","root":".","list_format":"bare"}`:                       `lists of the format "bare" can't be written`,
		`{"job":"verify","root":".","keep":"all","moved":true}`:                  "moved: needs extra",
		`{"job":"diff","manifests":["a"]}`:                                       "two lists, not 1",
		`{"job":"diff","manifests":["a","b"],"list_format":"what"}`:              "unknown list format",
		`{"job":"create","root":".","list_format":"spdx"}`:                       `list_format: unknown list format "spdx"`,
		`{"job":"create","root":".","bagit":true,"list_format":"coreutils"}`:     "list_format can't be combined with bagit",
		`{"job":"create","root":".","output":"x.md5","algorithms":["sha1"]}`:     "says md5, but algorithm is sha1",
		`{"job":"create","root":".","within":{"from":"b","to":"a"}}`:             "within: no name comes from",
		`{"job":"create","root":".","within":{"form":"b"}}`:                      "form",
		`{"job":"create","root":".","within":["a","b"]}`:                         "within can't be a array",
		`{"job":"update","root":".","within":{}}`:                                `within can't be combined with the job "update"`,
		`{"job":"verify","root":".","keep":"all","extra_alone":true}`:            "extra_alone needs extra",
		`{"job":"join","root":".","left_out":[["what",1,["a"]]]}`:                "unusable left_out",
		`{"job":"join","root":".","left_out":[["files_left_out",1]]}`:            "unusable left_out",
		`{"job":"join","root":".","left_out":[["files_left_out",0,["a"],1]]}`:    "unusable left_out",
		`{"job":"join","root":".","bagit":true}`:                                 "a join can't be combined",
		`{"job":"partition","root":"."}`:                                         "range_files is 0",
	} {
		if _, err := Start(t.Context(), []byte(request)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Start(%s) = %v, want an error with %q", request, err, want)
		}
	}
}

func BenchmarkAppendBatch(b *testing.B) {
	results := make([]verdict.Result, 1000)
	for i := range results {
		results[i] = verdict.Result{Path: "some/directory/file.txt", Algorithm: digest.SHA256, Expected: strings.Repeat("0", 64), Manifest: "SHA256SUMS", Line: 1}
	}
	var out []byte
	for b.Loop() {
		out = AppendBatch(out[:0], job.Batch{Results: results})
	}
}

func TestASummarySaysWhatAListHasReplaced(t *testing.T) {
	root := treetest.Make(t, "a=1", "new=2", "SHA256SUMS="+treetest.SHA256("0")+"  a\n"+treetest.SHA256("2")+"  old\n")
	at := time.Unix(1_700_000_000, 0)
	if err := os.Chtimes(filepath.Join(root, "SHA256SUMS"), at, at); err != nil {
		t.Fatal(err)
	}
	batch := end(t, fmt.Sprintf(`{"job":"create","root":%s,"force":true}`, appendText(nil, root)))
	got := strings.ReplaceAll(string(AppendBatch(nil, batch)), root, "ROOT")
	counts := verdict.Counts{verdict.Mismatch: 1, verdict.Moved: 1}
	want := `,"replaced":[["ROOT/SHA256SUMS",1700000000,[` + string(appendCounts(nil, counts)) + `],[[1,"a",null],[11,"old","new"]]]]}}`
	if !strings.HasSuffix(got, want) || !json.Valid([]byte(got)) {
		t.Errorf("got %s, want %s at the end", got, want)
	}
}

func TestASummarySaysWhatWasMadeForARangeOfNames(t *testing.T) {
	root := treetest.Make(t, "a=1", "b\xff=2", "c -> .", "d -> .", "e=3")
	digest := treetest.SHA256("2")
	for within, want := range map[string]string{
		`{"from":"b","to":"e"}`:    `,"parts":[["ROOT/SHA256SUMS","","` + digest + `  b\udcff\u000a"]],"left_out":[["files_left_out",2,["c (symbolic link)","d (symbolic link)"]]]}}`,
		`{"from":"b\udcff\u0000"}`: `  e\u000a"]],"left_out":[["files_left_out",2,["c (symbolic link)","d (symbolic link)"]]]}}`,
		`{"from":"x","to":""}`:     `,"parts":[["ROOT/SHA256SUMS","",""]]}}`,
	} {
		batch := end(t, fmt.Sprintf(`{"job":"create","root":%s,"within":%s}`, appendText(nil, root), within))
		got := strings.ReplaceAll(string(AppendBatch(nil, batch)), root, "ROOT")
		if !strings.HasSuffix(got, want) || !json.Valid([]byte(got)) {
			t.Errorf("within %s: got %s, want %s at the end", within, got, want)
		}
	}
}

func TestAPartitionHasAResultForEachBound(t *testing.T) {
	root := treetest.Make(t, "a/b=1", "a.c=2", "a0=3")
	batch := end(t, fmt.Sprintf(`{"job":"partition","root":%s,"range_files":1}`, appendText(nil, root)))
	got := string(AppendBatch(nil, batch))
	if want := `{"results":{"path":["a/b","a0"],"status":0,"fails":false,`; !strings.HasPrefix(got, want) || !batch.Summary.OK || batch.Progress.Files != 3 {
		t.Errorf("got %s, want %s at the start", got, want)
	}
}

func TestAJoinReadsWhatTheSummariesOfRangesSay(t *testing.T) {
	line := treetest.SHA256("1") + "  a\n"
	root := treetest.Make(t, "a=1", "text="+line)
	batch := end(t, fmt.Sprintf(`{"job":"join","root":%[1]s,"directory":%[1]s,"algorithms":["sha256"],"texts":["text"],`+
		`"left_out":[["files_left_out",1,["b (FIFO)"]],["files_left_out",7,["\udcff (FIFO)"]]]}`, appendText(nil, root)))
	s := batch.Summary
	want := "8 names left out, not regular files beneath the root, so verify --extra will report them (--extra=files won't): b (FIFO), \xff (FIFO), …"
	if !s.OK || s.Err != nil || treetest.Read(t, root+"/SHA256SUMS") != line || len(s.Warnings) != 1 || s.Warnings[0].Text != want {
		t.Errorf("ok %v, %v, %q", s.OK, s.Err, s.Warnings)
	}
}
