package verify

import (
	"crypto/md5"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

const (
	oldBag = "bagit.txt=BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"
	newBag = "bagit.txt=BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
)

func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// makeBag creates a bag. In a spec, SHA stands for the SHA-256 of "in", and MD5 for its MD5.
func makeBag(t *testing.T, specs ...string) string {
	t.Helper()
	for i, spec := range specs {
		specs[i] = strings.NewReplacer("SHA ", treetest.SHA256("in")+" ", "MD5 ", md5Of("in")+" ").Replace(spec)
	}
	return treetest.Make(t, specs...)
}

const both = "manifest-sha256.txt=SHA  data/a\nSHA  data/b\n"

var bagTests = []struct {
	name  string
	specs []string
	want  []string // NAME STATUS, or LINE malformed; DETAIL if it is the bag's
	ok    bool
}{
	{"all good", []string{newBag, both, "data/a=in", "data/b=in"}, nil, true},
	{"a draft", []string{oldBag, both, "data/a=in", "data/b=in"}, nil, true},
	{"one blank, a tab, several blanks", []string{newBag, "manifest-sha256.txt=SHA data/a\nSHA \tdata/b\nSHA     data/c\n", "data/a=in", "data/b=in", "data/c=in"}, nil, true},
	{"a mark of md5sum", []string{oldBag, "manifest-sha256.txt=SHA *data/a\n", "data/a=in"}, nil, true},
	{"other content", []string{newBag, both, "data/a=out", "data/b=in"}, []string{"data/a mismatch"}, false},
	{"a missing file", []string{newBag, both, "data/b=in"}, []string{"data/a missing"}, false},
	{"a file that no manifest lists", []string{newBag, both, "data/a=in", "data/b=in", "data/d/c=x"}, []string{"data/d/c extra"}, false},
	{"an unlisted link", []string{newBag, both, "data/a=in", "data/b=in", "data/l -> a"}, []string{"data/l extra"}, false},
	{"a link to a directory, listed through it", []string{newBag, "manifest-sha256.txt=SHA data/l/a\n", "x/a=in", "data/l -> ../x"}, []string{"data/l extra"}, false},
	{"a file in one manifest of two", []string{newBag, both, "manifest-md5.txt=MD5 data/a\n", "data/a=in", "data/b=in"}, []string{"data/b not_listed"}, false},
	{"a file in one manifest of two, in a draft", []string{oldBag, both, "manifest-md5.txt=MD5 data/a\n", "data/a=in", "data/b=in"}, nil, true},
	{"manifests that disagree", []string{newBag, "manifest-sha256.txt=SHA data/a\n", "manifest-md5.txt=" + md5Of("x") + " data/a\n", "data/a=in"}, []string{"data/a mismatch"}, false},
	{"a file listed twice", []string{newBag, both + "SHA data/a\n", "data/a=in", "data/b=in"}, []string{"3 malformed"}, false},
	{"a file listed twice, with other digests", []string{newBag, both + treetest.SHA256("x") + " data/a\n", "data/a=in", "data/b=in"}, []string{"data/a mismatch", "3 malformed"}, false},
	{"tag files", []string{newBag, "manifest-sha256.txt=SHA data/a\n", "data/a=in", "tagmanifest-md5.txt=MD5 t/x\nMANIFEST\n", "t/x=in"}, nil, true},
	{"a changed tag file", []string{newBag, "manifest-sha256.txt=SHA data/a\n", "data/a=in", "tagmanifest-md5.txt=MD5 t/x\nMANIFEST\n", "t/x=out", "unlisted=is allowed"}, []string{"t/x mismatch"}, false},
	{"a tag manifest that lacks a payload manifest", []string{newBag, "manifest-sha256.txt=SHA data/a\n", "data/a=in", "tagmanifest-md5.txt=MD5 x\n", "x=in"}, []string{"manifest-sha256.txt not_listed"}, false},
	{"a tag manifest that lacks a payload manifest, in a draft", []string{oldBag, "manifest-sha256.txt=SHA data/a\n", "data/a=in", "tagmanifest-md5.txt=MD5 x\n", "x=in"}, nil, true},
	{"a tag manifest that lists payload", []string{oldBag, "manifest-sha256.txt=SHA data/a\n", "data/a=in", "tagmanifest-md5.txt=MD5 data/a\n"}, []string{"1 malformed"}, false},
	{"a payload manifest that lists a tag file", []string{oldBag, "manifest-sha256.txt=SHA data/a\nSHA x\n", "data/a=in", "x=in"}, []string{"2 malformed"}, false},
	{"names that lead out", []string{newBag, "manifest-sha256.txt=SHA data/a\nSHA data/../x\nSHA /x\nSHA ../data/a\n", "data/a=in", "x=in"}, []string{"data/../x outside_root", "/x outside_root", "../data/a outside_root"}, false},
	{"an absolute name that leads to the payload", []string{newBag, "manifest-sha256.txt=SHA data/a\nSHA ROOT/data/a\n", "data/a=in"}, []string{"ROOT/data/a outside_root"}, false},
	{"a link that leads out", []string{newBag, "manifest-sha256.txt=SHA data/a\nSHA data/l\n", "data/a=in", "data/l -> ../../x"}, []string{"data/l outside_root"}, false},
	{"a tilde", []string{newBag, "manifest-sha256.txt=SHA data/~a\nSHA ~/b\n", "data/~a=in"}, []string{"2 malformed"}, false},
	{"backslashes", []string{newBag, "manifest-sha256.txt=SHA data/a\nSHA data\\b\n", "data/a=in", "data/b=in"}, []string{"2 malformed", "data/b extra"}, false},
	{"a line that is no entry", []string{newBag, both + "# comment\nwhat\n1234 data/b\n", "data/a=in", "data/b=in"}, []string{"3 malformed", "4 malformed", "5 malformed"}, false},
	{"names that differ only in case", []string{newBag, "manifest-sha256.txt=SHA data/a\nSHA data/A\n", "data/a=in", "data/A=in"}, nil, true},
	{"a name in another case", []string{newBag, both, "data/A=in", "data/b=in"}, []string{"data/a missing", "data/A extra"}, false},
	{"a normal form", []string{newBag, "manifest-sha256.txt=SHA data/e\u0301\n", "data/\u00e9=in"}, nil, true},
	{"two normal forms, both listed", []string{newBag, "manifest-sha256.txt=SHA data/e\u0301\n" + treetest.SHA256("x") + " data/\u00e9\n", "data/\u00e9=x", "data/e\u0301=in"}, nil, true},
	{"two normal forms, one file", []string{newBag, "manifest-sha256.txt=SHA data/e\u0301\nSHA data/\u00e9\n", "data/\u00e9=in"}, []string{"2 malformed"}, false},
	{"one normal form, two files", []string{newBag, "manifest-sha256.txt=SHA data/\u1e69\n", "data/s\u0323\u0307=in", "data/s\u0307\u0323=in"}, []string{"data/\u1e69 missing", "data/s\u0307\u0323 extra", "data/s\u0323\u0307 extra"}, false},
	{"escapes", []string{newBag, "manifest-sha256.txt=SHA data/a%0Ab\nSHA data/a%0db\nSHA data/100%25\n", "data/a\nb=in", "data/a\rb=in", "data/100%=in"}, nil, true},
	{"escapes of a draft", []string{oldBag, "manifest-sha256.txt=SHA data/a%0Ab\nSHA data/100%25\n", "data/a\nb=in", "data/100%25=in"}, nil, true},
	{"escapes by another rule", []string{newBag, "manifest-sha256.txt=SHA data/100%\nSHA data/a%2525\n", "data/100%=in", "data/a%25=in"}, nil, true},
	{"escapes that were never undone", []string{oldBag, "manifest-sha256.txt=SHA data/a%0Ab\n", "data/a%0Ab=in"}, nil, true},
	{"a name with ./", []string{newBag, "manifest-sha256.txt=SHA ./data/a\n", "data/a=in"}, nil, true},
	{"an oxum", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=Source: x\n y: z\nPayload-Oxum: 4.2\nBag-Software-Agent: who?\nBag-Software-Agent: me\n"}, nil, true},
	{"an oxum in two lines", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=Payload-Oxum:\n 4.2\n"}, nil, true},
	{"an oxum of other bytes", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=Payload-Oxum: 5.2\n"}, []string{"bag-info.txt mismatch"}, false},
	{"an oxum of other files", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=payload-oxum: 4.3\n"}, []string{"bag-info.txt mismatch"}, false},
	{"an oxum of package-info.txt", []string{strings.Replace(oldBag, "0.97", "0.95", 1), both, "data/a=in", "data/b=in", "package-info.txt=Payload-Oxum: 5.2\n", "bag-info.txt=?"}, []string{"package-info.txt mismatch"}, false},
	{"an oxum that is none", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=Payload-Oxum: 4\n"}, []string{"1 malformed"}, false},
	{"two oxums", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=Payload-Oxum: 4.2\nPayload-Oxum: 5.2\n"}, []string{"2 malformed", "bag-info.txt mismatch"}, false},
	{"no label", []string{newBag, both, "data/a=in", "data/b=in", "bag-info.txt=what\n"}, []string{"1 malformed"}, false},
	{"fetched", []string{newBag, both, "data/a=in", "data/b=in", "fetch.txt=http://x/a 2 data/a\n"}, nil, true},
	{"not fetched", []string{newBag, both, "data/b=in", "fetch.txt=http://x/a - data/a\n"}, []string{"data/a missing"}, false},
	{"fetch.txt with what no manifest lists", []string{newBag, both, "data/a=in", "data/b=in", "fetch.txt=http://x/a - data/c\n"}, []string{"data/c not_listed"}, false},
	{"fetch.txt with names that lead out", []string{newBag, both, "data/a=in", "data/b=in", "fetch.txt=http://x/a - /etc/x\nhttp://x/b 1 data/../../x\nhttp://x/c 1 bagit.txt\nwhat\n"}, []string{"3 malformed", "4 malformed", "/etc/x outside_root", "data/../../x outside_root"}, false},
	{"an algorithm that is not supported", []string{newBag, both, "manifest-tiger.txt=0 data/a\n", "data/a=in", "data/b=in"}, []string{"manifest-tiger.txt unsupported"}, false},
	{"spellings of algorithms", []string{newBag, "manifest-SHA-256.txt=SHA data/a\n", "data/a=in"}, nil, true},
	{"CRLF, CR and upper case", []string{newBag, "manifest-sha256.txt=" + strings.ToUpper(treetest.SHA256("in")) + " data/a\r\nSHA data/b\rSHA data/c", "data/a=in", "data/b=in", "data/c=in"}, nil, true},
	{"ISO-8859-1", []string{"bagit.txt=BagIt-Version: 0.97\nTag-File-Character-Encoding: ISO-8859-1\n", "manifest-sha256.txt=SHA data/\xe9\n", "data/é=in"}, nil, true},
	{"a byte that is not UTF-8", []string{newBag, "manifest-sha256.txt=SHA data/\xe9\nSHA data/a\n", "data/a=in", "data/\xe9=in"}, []string{"1 malformed", "data/\xe9 extra"}, false},
	{"a NUL", []string{newBag, both + "SHA data/\x00\n", "data/a=in", "data/b=in"}, []string{"3 malformed"}, false},
	{"a long line", []string{newBag, both + "SHA data/" + strings.Repeat("n", 1<<16) + "\n", "data/a=in", "data/b=in"}, []string{"3 malformed"}, false},
	{"a mark of UTF-8 in a manifest", []string{newBag, "manifest-sha256.txt=\xef\xbb\xbfSHA data/a\n", "data/a=in"}, nil, true},
	{"an empty payload with tag files", []string{newBag, "manifest-sha256.txt=", "data/", "tagmanifest-md5.txt=MD5 x\n" + md5Of("") + " manifest-sha256.txt\n", "x=in"}, nil, true},
}

func TestABagIsVerifiedAsAWhole(t *testing.T) {
	for _, tt := range bagTests {
		t.Run(tt.name, func(t *testing.T) {
			manifest := ""
			for _, spec := range tt.specs {
				if rest, ok := strings.CutPrefix(spec, "manifest-sha256.txt="); ok {
					manifest = md5Of(strings.ReplaceAll(rest, "SHA ", treetest.SHA256("in")+" ")) + " manifest-sha256.txt"
				}
			}
			specs := slices.Clone(tt.specs)
			for i := range specs {
				specs[i] = strings.ReplaceAll(specs[i], "MANIFEST", manifest)
			}
			root := makeBag(t, specs...)
			replaceInFiles(t, root, "ROOT", root)
			results, s := run(t, Request{Request: job.Request{Root: root}})
			got := briefsIn(results, root)
			want := slices.Clone(tt.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(want, got) || s.Err != nil || tt.ok != s.OK || s.Bag == "" {
				t.Errorf("want %q, ok %v; got %q, ok %v, %v: %+v", want, tt.ok, got, s.OK, s.Err, results)
			}
		})
	}
}

func briefsIn(results []verdict.Result, root string) []string {
	var all []string
	for _, r := range results {
		all = append(all, strings.ReplaceAll(brief(r), root, "ROOT"))
	}
	return all
}

// replaceInFiles replaces a text in all manifests.
func replaceInFiles(t *testing.T, root, from, to string) {
	t.Helper()
	manifests, _ := filepath.Glob(root + "/manifest-*")
	for _, m := range manifests {
		text, err := os.ReadFile(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(m, []byte(strings.ReplaceAll(string(text), from, to)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

var notABagTests = []struct {
	name  string
	specs []string
	code  problem.Code
	path  string
	line  int32
}{
	{"no payload manifest", []string{newBag, "data/a=in"}, problem.InvalidBag, "bagit.txt", 0},
	{"no payload", []string{newBag, both}, problem.InvalidBag, ".", 0},
	{"the payload is a link", []string{newBag, both, "d/a=in", "data -> d"}, problem.InvalidBag, ".", 0},
	{"an empty declaration", []string{"bagit.txt=", both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 1},
	{"no encoding", []string{"bagit.txt=BagIt-Version: 1.0\n", both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 2},
	{"lines in another order", []string{"bagit.txt=Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n", both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 1},
	{"a third line", []string{newBag + "x: y\n", both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 3},
	{"a byte order mark", []string{strings.Replace(newBag, "=", "=\xef\xbb\xbf", 1), both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 1},
	{"a blank before the colon", []string{strings.Replace(newBag, "Version:", "Version :", 1), both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 1},
	{"a version that is none", []string{strings.Replace(newBag, "1.0", "1", 1), both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 1},
	{"a later version", []string{strings.Replace(newBag, "1.0", "1.1", 1), both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 1},
	{"an unknown encoding", []string{strings.Replace(newBag, "UTF-8", "EBCDIC", 1), both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 2},
	{"a long declaration", []string{newBag + strings.Repeat("x", 1<<16), both, "data/a=in"}, problem.InvalidBag, "bagit.txt", 0},
	{"a declaration that leads out", []string{"bagit.txt -> /etc/hostname", both, "data/a=in"}, problem.ListUnreadable, "bagit.txt", 0},
	{"no supported algorithm", []string{newBag, "manifest-tiger.txt=0 data/a\n", "data/a=in"}, problem.UnsupportedAlgorithm, "manifest-tiger.txt", 0},
	{"no entry", []string{newBag, "manifest-md5.txt=", "data/"}, problem.NoEntry, ".", 0},
	{"no valid entry", []string{newBag, "manifest-md5.txt=what\n", "data/"}, problem.NoEntry, "manifest-md5.txt", 1},
	{"only a name that leads out", []string{newBag, "manifest-md5.txt=MD5 /data/a\n", "data/a=in"}, problem.NoEntry, "manifest-md5.txt", 1},
	{"a manifest that is a directory's name", []string{newBag, "manifest-md5.txt/x=in", "data/"}, problem.InvalidBag, "bagit.txt", 0},
}

func TestWhatCanNotBeABagIsAnErrorThatSaysWhy(t *testing.T) {
	for _, tt := range notABagTests {
		t.Run(tt.name, func(t *testing.T) {
			root := makeBag(t, slices.Clone(tt.specs)...)
			_, s := run(t, Request{Request: job.Request{Root: root}})
			if s.Err == nil {
				t.Fatal("no error")
			}
			e := problem.From(s.Err)
			if want := filepath.Join(root, tt.path); tt.code != e.Code || want != e.Path || tt.line != e.Line {
				t.Errorf("want %v at %s:%d, got %v: %v", tt.code, want, tt.line, e.Code, e)
			}
		})
	}
}

func TestTheDigestThatDiffersIsReportedWithItsManifest(t *testing.T) {
	root := makeBag(t, newBag, "manifest-md5.txt=MD5 data/a\n", "manifest-sha256.txt=SHA data/b\n"+treetest.SHA256("x")+" data/a\n", "data/a=in", "data/b=in")
	results, _ := run(t, Request{Request: job.Request{Root: root}})
	r := results[0]
	if root+"/manifest-sha256.txt" != r.Manifest || r.Line != 2 || r.Algorithm != digest.SHA256 {
		t.Errorf("%+v", r)
	}
}

func TestABagIsReadOnceHoweverManyDigestsItLists(t *testing.T) {
	root := makeBag(t, newBag, "manifest-md5.txt=MD5 data/a\n", "manifest-sha256.txt=SHA data/a\n", "data/a=in")
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root}})
	if err != nil {
		t.Fatal(err)
	}
	for j.Next(0).Summary == nil {
	}
	if read := j.Meter.Bytes.Load(); read != 2 {
		t.Errorf("want 2 bytes, got %d", read)
	}
}

// A page called bagit.txt is data, unless there is more of a bag.
func TestADeclarationAloneMakesNoBag(t *testing.T) {
	line := treetest.SHA256("in") + "  bagit.txt\n"
	for _, content := range []string{"in", strings.TrimPrefix(newBag, "bagit.txt=")} {
		root := treetest.Make(t, "bagit.txt="+content, "SHA256SUMS="+line)
		if results, s := run(t, Request{Request: job.Request{Root: root}}); s.OK != (content == "in") || s.Bag != "" || s.Err != nil {
			t.Errorf("%v, %q, %v", jobtest.Briefs(results), s.Bag, s.Err)
		}
	}
	for _, more := range []string{"data/", "manifest-sm3.txt=x", "tagmanifest-md5.txt="} {
		root := treetest.Make(t, "bagit.txt=in", "SHA256SUMS="+line, more)
		if _, s := run(t, Request{Request: job.Request{Root: root}}); s.Err == nil {
			t.Errorf("with %s: no error", more)
		}
	}
}

func TestWarningsNameWhatIsUnusualInABag(t *testing.T) {
	for want, specs := range map[string][]string{
		`1 file taken for a listed name in another normal form, or with other escapes: data/é`: {newBag, "manifest-sha256.txt=SHA data/e\u0301\n", "data/é=in"},
		`1 name in manifests written with "./" or "//": ./data//a`:                             {newBag, "manifest-sha256.txt=SHA ./data//a\n", "data/a=in"},
		`1 list in the root was not used: SHA256SUMS`:                                          {newBag, both, "data/a=in", "SHA256SUMS=" + treetest.SHA256("x") + "  data/a\n", "checksums.txt=prose\n"},
		`1 file of fetch.txt not fetched: data/b from http://x/b`:                              {newBag, both, "data/a=in", "fetch.txt=http://x/b - data/b\n"},
	} {
		_, s := run(t, Request{Request: job.Request{Root: makeBag(t, specs...)}})
		if len(s.Warnings) != 1 || want != s.Warnings[0].Text {
			t.Errorf("want %q, got %q", want, s.Warnings)
		}
	}
}

func TestExtraReportsTagFilesThatNoTagManifestListsToo(t *testing.T) {
	root := makeBag(t, newBag, both, "data/a=in", "data/b=in", "bag-info.txt=", "x=1", "d/y=1")
	results, s := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra})
	if got := briefsIn(results, root); !slices.Equal([]string{"d/y extra", "x extra"}, got) || s.OK {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsSelectedOfABagIsVerifiedAlone(t *testing.T) {
	root := makeBag(t, newBag, both, "data/a=in", "data/c=in", "bag-info.txt=Payload-Oxum: 9.9\n")
	results, s := run(t, Request{Request: job.Request{Root: root}, Only: []string{"data/a"}, KeepAll: true})
	if got := briefsIn(results, root); !slices.Equal([]string{"data/a ok"}, got) || !s.OK {
		t.Errorf("got %q, %v", got, s.Err)
	}
}

func TestLeniencyForgivesOnlyMalformedLinesOfABag(t *testing.T) {
	for _, tt := range bagTests {
		onlyMalformed := len(tt.want) > 0 && !slices.ContainsFunc(tt.want, func(s string) bool { return !strings.HasSuffix(s, " malformed") })
		if tt.ok || strings.Contains(strings.Join(tt.specs, ""), "MANIFEST") || strings.Contains(strings.Join(tt.specs, ""), "ROOT") {
			continue
		}
		_, s := run(t, Request{Request: job.Request{Root: makeBag(t, slices.Clone(tt.specs)...)}, Lenient: true})
		if verified := s.Counts[verdict.OK] > 0; (onlyMalformed && verified) != s.OK {
			t.Errorf("%s: ok is %v", tt.name, s.OK)
		}
	}
}

func TestManifestsGivenAsListsAreVerifiedAlone(t *testing.T) {
	root := makeBag(t, newBag, "manifest-sha256.txt=SHA data/a\n", "data/a=in", "data/c=in")
	_, s := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: root + "/manifest-sha256.txt"}}})
	if !s.OK || s.Bag != "" {
		t.Errorf("%+v", s)
	}
}

func TestABagRefusesWhatItsManifestsSayThemselves(t *testing.T) {
	root := makeBag(t, newBag, both, "data/a=in", "data/b=in")
	_, s := run(t, Request{Request: job.Request{Root: root}, Algorithm: digest.MD5})
	if s.Err == nil || problem.From(s.Err).Code != problem.InvalidArgument {
		t.Errorf("%v", s.Err)
	}
}

func brief(r verdict.Result) string { return jobtest.Briefs([]verdict.Result{r})[0] }
