package create

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

var (
	md5sha = []digest.Algorithm{digest.MD5, digest.SHA256}
	plain  = []string{"a=1", "b c=2", "d/e=3"}
)

func md5(text string) string { return hexOf(digest.MD5, text) }

func hexOf(a digest.Algorithm, text string) string {
	h := a.New()
	h.Write([]byte(text))
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestEachAlgorithmHasItsOwnListByDefault(t *testing.T) {
	root := treetest.Make(t, append(plain, "MD5SUMS="+md5("old")+"  a\n")...)
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root}, Algorithms: append(md5sha, digest.MD5, digest.BLAKE3), Force: true})
	if err != nil {
		t.Fatal(err)
	}
	_, s := jobtest.Drain(j)
	names := []string{"MD5SUMS", "SHA256SUMS", "BLAKE3SUMS"}
	var want []string
	for _, name := range names {
		want = append(want, filepath.Join(root, name))
	}
	if !slices.Equal(s.Outputs, want) || s.Output != want[0] || !slices.Equal(s.Algorithms, []digest.Algorithm{digest.MD5, digest.SHA256, digest.BLAKE3}) {
		t.Fatalf("%+v", s)
	}
	if files, bytes := j.Meter.Files.Load(), j.Meter.Bytes.Load(); files != 3 || bytes != 3 {
		t.Errorf("read %d files and %d bytes, want each of 3 files of 1 byte once", files, bytes)
	}
	if len(s.Warnings) != 1 || s.Warnings[0] != verdict.Weak(digest.MD5) {
		t.Errorf("warnings are %v", s.Warnings)
	}
	for i, a := range s.Algorithms {
		want := hexOf(a, "1") + "  a\n" + hexOf(a, "2") + "  b c\n" + hexOf(a, "3") + "  d/e\n"
		if got := treetest.Read(t, root+"/"+names[i]); got != want {
			t.Errorf("%s contains\n%swant\n%s", names[i], got, want)
		}
	}
	if results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}, Extra: verify.AllExtra}); !s.OK || s.Counts[verdict.OK] != 9 {
		t.Errorf("%+v, %+v", s, results)
	}
}

func TestOneListHoldsSeveralDigestsOfEachFile(t *testing.T) {
	hex := func(text string) []any { return []any{md5(text), treetest.SHA256(text)} }
	for _, tt := range []struct {
		name   string
		format *list.Format
		want   string // of a and b
	}{
		{"sums", nil, "MD5 (a) = %s\nSHA256 (a) = %s\nMD5 (b) = %s\nSHA256 (b) = %s\n"},
		{"sums", &list.Zero, "MD5 (a) = %s\x00SHA256 (a) = %s\x00MD5 (b) = %s\x00SHA256 (b) = %s\x00"},
		{"sums", &list.Prefixed, "md5:%s  a\nsha256:%s  a\nmd5:%s  b\nsha256:%s  b\n"},
		{"sums.hashdeep", nil, "%%%%%%%% HASHDEEP-1.0\n%%%%%%%% size,md5,sha256,filename\n1,%s,%s,a\n1,%s,%s,b\n"},
		{"sums.MTREE", nil, "#mtree\n. type=dir\n./a type=file size=1 md5digest=%s sha256digest=%s\n./b type=file size=1 md5digest=%s sha256digest=%s\n"},
		{"Manifest", &list.Gentoo, "DATA a 1 MD5 %s SHA256 %s\nDATA b 1 MD5 %s SHA256 %s\n"},
		{"distinfo", &list.Distinfo, "MD5 (a) = %s\nSHA256 (a) = %s\nSIZE (a) = 1\nMD5 (b) = %s\nSHA256 (b) = %s\nSIZE (b) = 1\n"},
	} {
		root, output := treetest.Make(t, "a=1", "b=2"), filepath.Join(t.TempDir(), tt.name)
		_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: md5sha, Format: tt.format, Output: output})
		if want := fmt.Sprintf(tt.want, append(hex("1"), hex("2")...)...); !s.OK || !slices.Equal(s.Outputs, []string{output}) || treetest.Read(t, output) != want {
			t.Errorf("%s: %+v, %q, want %q", tt.name, s, treetest.Read(t, output), want)
		}
		if len(s.Warnings) > 0 {
			t.Errorf("%s: warnings %v, but the other digest is not weak", tt.name, s.Warnings)
		}
	}
}

// A list that create writes is one that verify verifies, and that has all that was asked for.
func TestVerifyVerifiesWhatCreateWritesInEveryFormat(t *testing.T) {
	most := mostUnchecked
	t.Cleanup(func() { mostUnchecked = most })
	mostUnchecked = 2 // so that the lists are read back in pieces
	root := treetest.Make(t, plain...)
	sets := [][]digest.Algorithm{nil, md5sha, {digest.SHA512, digest.SHA3_512, digest.BLAKE3}, {digest.CRC32, digest.XXH64}, {digest.BLAKE2b_512 - 32, digest.SHA256, digest.SHA3_256}}
	for _, a := range algorithms() {
		sets = append(sets, given(a))
	}
	written := map[string]int{}
	for _, f := range list.Formats() {
		for _, set := range sets {
			for _, name := range []string{"", "list", "x." + f.Name, "x.sha3-256", "x.b2"} {
				c := Request{Request: job.Request{Root: root}, Algorithms: set, Format: f, Force: true}
				if name != "" {
					c.Output = filepath.Join(t.TempDir(), name)
				}
				j, err := Start(t.Context(), c)
				if err != nil {
					if code := problem.From(err).Code; code != problem.InvalidArgument && (f.Writes() || code != problem.UnknownFormat) {
						t.Errorf("%s, %v, %q: %v", f.Name, set, name, err)
					}
					continue
				}
				if _, s := jobtest.Drain(j); !s.OK || len(s.Outputs) != 1 && name != "" {
					t.Errorf("%s, %v, %q: %+v", f.Name, set, name, s)
					continue
				} else {
					wantVerified(t, root, s, fmt.Sprintf("%s, %v, %q", f.Name, set, name))
				}
				written[f.Name]++
				if name == "" {
					for _, e := range entries(t, root) {
						if strings.HasSuffix(e, "SUMS") || strings.HasPrefix(e, "checksums.") {
							os.Remove(filepath.Join(root, e))
						}
					}
				}
			}
		}
	}
	for _, f := range list.Formats() {
		if f.Writes() != (written[f.Name] > 0) {
			t.Errorf("%d lists of the format %s were written", written[f.Name], f.Name)
		}
	}
}

func wantVerified(t *testing.T, root string, created *job.Summary, what string) {
	t.Helper()
	v := verify.Request{Request: job.Request{Root: root}, Extra: verify.AllExtra, Outputs: created.Outputs}
	got := map[string]string{}
	for _, output := range created.Outputs {
		v.Lists = append(v.Lists, verify.List{Path: output})
		l, err := list.Parse(strings.NewReader(treetest.Read(t, output)), list.Options{FileName: filepath.Base(output)})
		if err != nil {
			t.Fatal(what, err)
		}
		for _, e := range l.Entries {
			for i := range e.Digests() {
				d := e.Digest(i)
				got[strings.TrimPrefix(e.Name, "./")+" "+d.Algorithm.String()] = strings.ToLower(d.Hex)
			}
		}
	}
	want := map[string]string{}
	for _, a := range created.Algorithms {
		for _, spec := range plain {
			name, text, _ := strings.Cut(spec, "=")
			want[name+" "+a.String()] = hexOf(a, text)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s: read %v, want %v", what, got, want)
	}
	if results, s := verifyAll(t, v); !s.OK {
		t.Errorf("%s: verified %v, %+v", what, results, s)
	}
}

func TestWhatDoesNotGoTogetherIsRefusedWithTheReason(t *testing.T) {
	const several = "(hashdeep, zero, gentoo, distinfo, mtree, coreutils, prefixed)"
	for _, tt := range []struct {
		output string
		format *list.Format
		given  []digest.Algorithm
		want   string
	}{
		{"x.sfv", &list.Coreutils, nil, "the name of output x.sfv says the list format sfv, but list_format is coreutils"},
		{"x.HASHDEEP", &list.SFV, nil, "the name of output x.HASHDEEP says the list format hashdeep, but list_format is sfv"},
		{"x.mtree", &list.Gentoo, nil, "the name of output x.mtree says the list format mtree, but list_format is gentoo"},
		{"x.sfv", nil, md5sha[:1], "a list of the format sfv has no digests of md5; give another algorithm, or another format or name of the output"},
		{"x.sha256", nil, md5sha, "the name of output x.sha256 says sha256, but algorithm is md5; give another name, or no output for one list per algorithm"},
		{"x", &list.SFV, md5sha[:1], "a list of the format sfv has no digests of md5; give another algorithm, or another format or name of the output"},
		{"x.sha1", &list.SFV, nil, "a list of the format sfv has no digests of sha1; give another algorithm, or another format or name of the output"},
		{"x.sfv", nil, []digest.Algorithm{digest.MD5, digest.CRC32}, "a list of the format sfv has no digests of md5; give another algorithm, or another format or name of the output"},
		{"x", &list.Sized, []digest.Algorithm{digest.CRC32}, "a list of the format sized has no digests of crc32; give another algorithm, or another format or name of the output"},
		{"x", &list.Mtree, []digest.Algorithm{digest.BLAKE3, digest.MD5}, "a list of the format mtree has no digests of blake3; give another algorithm, or another format or name of the output"},
		{"x", &list.OneSpace, []digest.Algorithm{digest.SHA3_256},
			"a list of the format one-space does not say that its digests are of sha3-256; name the output so that it does, such as x.sha3-256"},
		{"x.crc32c", &list.SFV, []digest.Algorithm{digest.CRC32C},
			"a list of the format sfv is always read as another algorithm than crc32c; give another algorithm, or another format"},
		{"x", &list.OneSpace, md5sha, "a list of the format one-space has one digest of each file, but algorithm is md5 and sha256; give one algorithm, or one of the formats with several " + several},
		{"RECORD", &list.Record, md5sha, "a list of the format record has one digest of each file, but algorithm is md5 and sha256; give one algorithm, or one of the formats with several " + several},
		{"", &list.SFV, md5sha[1:], "a list of the format sfv has no digests of sha256; give another algorithm, or another format or name of the output"},
		{"", &list.Mtree, nil, "list_format mtree needs an output: such a list has no name by which it is found"},
	} {
		_, err := Start(t.Context(), Request{Request: job.Request{Root: "nowhere"}, Algorithms: tt.given, Format: tt.format, Output: tt.output})
		if e := problem.From(err); e.Code != problem.InvalidArgument || e.Reason != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

func TestTheNameOrTheFormatSaysTheOther(t *testing.T) {
	for _, tt := range []struct {
		output    string
		format    *list.Format
		name      string
		want      *list.Format
		algorithm digest.Algorithm
	}{
		{"d/x.sfv", nil, "x.sfv", &list.SFV, digest.CRC32},
		{"list", &list.SFV, "list", &list.SFV, digest.CRC32},
		{"", &list.SFV, "checksums.sfv", &list.SFV, digest.CRC32},
		{"", &list.Hashdeep, "checksums.hashdeep", &list.Hashdeep, digest.SHA256},
		{"x.Hashdeep", nil, "x.Hashdeep", &list.Hashdeep, digest.SHA256},
		{"", &list.OneSpace, "SHA256SUMS", &list.OneSpace, digest.SHA256},
		{"x.md5", &list.Base64, "x.md5", &list.Base64, digest.MD5},
		{"Manifest", nil, "Manifest", &list.Coreutils, digest.SHA256},
		{"sfv", nil, "sfv", &list.SFV, digest.CRC32},
	} {
		c, err := settle(Request{Request: job.Request{Root: "nowhere"}, Format: tt.format, Output: tt.output})
		if err != nil || len(c.targets) != 1 {
			t.Errorf("%q, %v", tt.output, err)
			continue
		}
		got := c.targets[0]
		if filepath.Base(got.path.At) != tt.name || got.writer.Name != tt.name || got.writer.To != tt.want || !slices.Equal(got.algorithms, given(tt.algorithm)) {
			t.Errorf("%q: %+v", tt.output, got)
		}
	}
}

// Every name that a format can't hold is named, and nothing is written.
func TestANameThatTheFormatCantHoldPreventsTheList(t *testing.T) {
	for _, tt := range []struct {
		format *list.Format
		files  []string
		want   []string
	}{
		{&list.SFV, []string{"a=1", "b\nc=2", "d =3"}, []string{"b\nc: the name has a line end", "d : the format can't hold such a name"}},
		{&list.Hashdeep, []string{"a=1", "b\nc=2"}, []string{"b\nc: the name has a line end"}},
		{&list.Gentoo, []string{"a=1", "\xff=2"}, []string{"\xff: the format can't hold such a name"}},
		{&list.Record, []string{"a\rb=1"}, []string{"a\rb: the name has a line end"}},
	} {
		root, directory := treetest.Make(t, tt.files...), t.TempDir()
		old := filepath.Join(directory, "list")
		if err := os.WriteFile(old, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		results, s := runCreate(t, Request{Request: job.Request{Root: root}, Format: tt.format, Output: old, Force: true})
		var got []string
		for _, r := range results {
			got = append(got, r.Path+": "+r.Detail)
			if r.Status != verdict.Unreadable || !r.Fails {
				t.Errorf("%+v", r)
			}
		}
		if s.OK || s.Err != nil || len(s.Outputs) > 0 || !slices.Equal(got, tt.want) || s.Counts[verdict.Unreadable] != int64(len(tt.want)) {
			t.Errorf("%s: %+v, %q, want %q", tt.format.Name, s, got, tt.want)
		}
		if text := treetest.Read(t, old); text != "" || len(entries(t, directory)) != 1 {
			t.Errorf("%s: %q, %q", tt.format.Name, text, entries(t, directory))
		}
	}
}

func TestAListThatExistsIsRefusedBeforeAnythingIsRead(t *testing.T) {
	for _, existing := range []string{"MD5SUMS", "SHA256SUMS"} {
		root := treetest.Make(t, "a=1", existing+"="+old)
		j, err := Start(t.Context(), Request{Request: job.Request{Root: root}, Algorithms: md5sha})
		if err != nil {
			t.Fatal(err)
		}
		_, s := jobtest.Drain(j)
		if e := problem.From(s.Err); e.Code != problem.OutputExists || e.Path != filepath.Join(root, existing) || j.Meter.Bytes.Load() > 0 {
			t.Errorf("%s: %v, %d bytes", existing, s.Err, j.Meter.Bytes.Load())
		}
		if got := entries(t, root); !slices.Equal(got, slices.Sorted(slices.Values([]string{existing, "a"}))) {
			t.Errorf("there are %q", got)
		}
	}
}

// obstacle is what stops the second of two lists from being put in place.
var obstacles = []struct {
	name   string
	before []string
	force  bool
	links  bool
	fail   func(t *testing.T, root string)
	want   []string // names and contents
	err    string
}{
	{"it appears meanwhile", nil, false, true, appears, []string{"SHA256SUMS=theirs", "a=1"}, "already exists"},
	{"a directory appears, the first is new", nil, true, true, blocks, []string{"SHA256SUMS/", "a=1"}, "already exists"},
	{"a directory appears, the first exists", []string{"MD5SUMS=" + oldMD5}, true, true, blocks, []string{"MD5SUMS=" + oldMD5, "SHA256SUMS/", "a=1"}, "already exists"},
	{"a directory appears, without links", []string{"MD5SUMS=" + oldMD5}, true, false, blocks,
		[]string{"MD5SUMS=" + md5("1") + "  a\n", "SHA256SUMS/", "a=1"}, "MD5SUMS was written already"},
	{"nothing, both exist", []string{"MD5SUMS=" + oldMD5, "SHA256SUMS=" + old}, true, true, func(*testing.T, string) {},
		[]string{"MD5SUMS=" + md5("1") + "  a\n", "SHA256SUMS=" + treetest.SHA256("1") + "  a\n", "a=1"}, ""},
}

func appears(t *testing.T, root string) {
	if err := os.WriteFile(root+"/SHA256SUMS", []byte("theirs"), 0o644); err != nil {
		t.Error(err)
	}
}

func blocks(t *testing.T, root string) {
	if err := os.MkdirAll(root+"/SHA256SUMS/x", 0o755); err != nil {
		t.Error(err)
	}
}

var (
	old    = treetest.SHA256("1") + "  old\n"
	oldMD5 = md5("1") + "  old\n"
)

func TestAListThatCantBePutInPlaceUndoesTheOnesBeforeIt(t *testing.T) {
	for way, inject := range without {
		for _, tt := range obstacles {
			t.Run(way+", "+tt.name, func(t *testing.T) {
				inject(t)
				if !tt.links {
					linkFile = func(string, string) error { return errors.ErrUnsupported }
					t.Cleanup(func() { linkFile = os.Link })
				}
				root := treetest.Make(t, append([]string{"a=1"}, tt.before...)...)
				targets := begun(t, root, tt.force)
				err := placeAll(targets, func() bool { tt.fail(t, root); return true })
				for _, one := range targets {
					one.discard()
				}
				if err == nil && tt.err != "" {
					t.Errorf("no error, want %q", tt.err)
				} else if err != nil && (tt.err == "" || !strings.Contains(err.Error(), tt.err) || problem.From(err).Path != filepath.Join(root, "SHA256SUMS")) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				if got := contents(t, root); !slices.Equal(got, tt.want) {
					t.Errorf("there are %q, want %q", got, tt.want)
				}
			})
		}
	}
}

// begun returns the lists of "1" in a, complete but not in place.
func begun(t *testing.T, root string, force bool) (all []*target) {
	t.Helper()
	c, err := settle(Request{Request: job.Request{Root: root}, Algorithms: md5sha})
	if err != nil {
		t.Fatal(err)
	}
	for i, sum := range []string{md5("1"), treetest.SHA256("1")} {
		if err := c.targets[i].open(force); err != nil {
			t.Fatal(err)
		}
		c.targets[i].text.WriteString(sum + "  a\n")
	}
	return c.targets
}

func contents(t *testing.T, root string) (all []string) {
	t.Helper()
	for _, name := range entries(t, root) {
		if text, err := os.ReadFile(filepath.Join(root, name)); err == nil {
			all = append(all, name+"="+string(text))
		} else {
			all = append(all, name+"/")
		}
	}
	return all
}

func TestAListThatCantBeWrittenLeavesAllAsTheyWere(t *testing.T) {
	real := syncFile
	t.Cleanup(func() { syncFile = real })
	for _, failing := range []int{1, 2} {
		calls := 0
		syncFile = func(f *os.File) error {
			if calls++; calls == failing {
				return errors.New("disk full")
			}
			return real(f)
		}
		before := []string{"MD5SUMS=" + oldMD5, "SHA256SUMS=" + old, "a=1"}
		root := treetest.Make(t, before...)
		_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: md5sha, Force: true})
		if e := problem.From(s.Err); e.Code != problem.OutputUnwritable || e.Path != filepath.Join(root, []string{"MD5SUMS", "SHA256SUMS"}[failing-1]) {
			t.Errorf("sync %d: %v", failing, s.Err)
		}
		if got := contents(t, root); !slices.Equal(got, before) {
			t.Errorf("sync %d: there are %q", failing, got)
		}
	}
}

func TestACancelledCreateLeavesNoneOfItsLists(t *testing.T) {
	root := treetest.Make(t, "a=1")
	targets := begun(t, root, false)
	err := placeAll(targets, func() bool { return false })
	for _, one := range targets {
		one.discard()
	}
	if got := contents(t, root); err != problem.ErrCancelled || !slices.Equal(got, []string{"a=1"}) {
		t.Errorf("%v, there are %q", err, got)
	}
}

// A root may have other outputs than lists in it, under any path.
func TestSeveralListsAreNotInEachOther(t *testing.T) {
	top := treetest.Make(t, "root/a=1", "link -> root")
	for range 2 {
		_, s := runCreate(t, Request{Request: job.Request{Root: top + "/link"}, Algorithms: md5sha, Force: true, All: true})
		if !s.OK || len(s.Outputs) != 2 || treetest.Read(t, top+"/root/MD5SUMS") != md5("1")+"  a\n" || treetest.Read(t, top+"/root/SHA256SUMS") != treetest.SHA256("1")+"  a\n" {
			t.Errorf("%+v, %q", s, contents(t, top+"/root"))
		}
	}
	names, err := find(t, open(t, top+"/root"), paths.Path{At: top + "/link/MD5SUMS"}, paths.Path{At: top + "/link/SHA256SUMS"})
	if err != nil || !slices.Equal(names, []string{"a"}) {
		t.Errorf("%v, %q", err, names)
	}
}
