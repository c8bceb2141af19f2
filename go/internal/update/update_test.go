package update

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

func sha256(text string) string { return treetest.SHA256(text) }

func md5of(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

func crc(text string) string { return fmt.Sprintf("%08X", crc32.ChecksumIEEE([]byte(text))) }

// inBase64 returns a digest in hex in base64.
func inBase64(digits string) string {
	raw, _ := hex.DecodeString(digits)
	return base64.StdEncoding.EncodeToString(raw)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, r Request) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := Start(t.Context(), r)
	if err != nil {
		return nil, &job.Summary{Err: err}
	}
	return jobtest.Drain(j)
}

func briefs(results []verdict.Result) string { return strings.Join(jobtest.Briefs(results), ", ") }

// The list is updated in a tree where a is as listed, b was modified, c is gone, and d/n is
// new. Only what changed differs.
func TestAListKeepsWhatItSays(t *testing.T) {
	a, b, c, n := sha256("a"), sha256("b"), sha256("c"), sha256("n")
	old := sha256("old b")
	sized := func(name, text, digest string) string { return fmt.Sprintf("%10d  %s  %s\n", len(text), digest, name) }
	for name, tt := range map[string]struct{ list, before, after string }{
		"sorted":      {"SHA256SUMS", a + "  a\n" + old + "  b\n" + c + "  c\n", a + "  a\n" + b + "  b\n" + n + "  d/n\n"},
		"not sorted":  {"SHA256SUMS", c + "  c\n" + old + "  b\n" + a + "  a\n", b + "  b\n" + a + "  a\n" + n + "  d/n\n"},
		"comments":    {"SHA256SUMS", "# one\n\n" + a + "  a\n# two\n" + old + "  b\n" + c + "  c\n# three\n", "# one\n\n" + a + "  a\n# two\n" + b + "  b\n# three\n" + n + "  d/n\n"},
		"binary":      {"SHA256SUMS", a + " *a\n" + old + " *b\n" + c + " *c\n", a + " *a\n" + b + " *b\n" + n + " *d/n\n"},
		"with dots":   {"SHA256SUMS", a + "  ./a\n" + old + "  ./b\n" + c + "  ./c\n", a + "  ./a\n" + b + "  ./b\n" + n + "  ./d/n\n"},
		"CRLF":        {"SHA256SUMS", a + "  a\r\n" + old + "  b\r\n" + c + "  c\r\n", a + "  a\r\n" + b + "  b\r\n" + n + "  d/n\r\n"},
		"no line end": {"SHA256SUMS", a + "  a\n" + c + "  c\n" + old + "  b", a + "  a\n" + b + "  b\n" + n + "  d/n\n"},
		"capitals":    {"SHA256SUMS", strings.ToUpper(a) + "  a\n" + strings.ToUpper(old) + "  b\n" + strings.ToUpper(c) + "  c\n", strings.ToUpper(a) + "  a\n" + strings.ToUpper(b) + "  b\n" + strings.ToUpper(n) + "  d/n\n"},
		"tags":        {"SUMS", "SHA256 (a) = " + a + "\nSHA256 (b) = " + old + "\nSHA256 (c) = " + c + "\n", "SHA256 (a) = " + a + "\nSHA256 (b) = " + b + "\nSHA256 (d/n) = " + n + "\n"},
		"two digests": {
			"SUMS",
			"MD5 (a) = " + md5of("a") + "\nSHA256 (a) = " + a + "\nMD5 (b) = " + md5of("old b") + "\nSHA256 (b) = " + old + "\n",
			"MD5 (a) = " + md5of("a") + "\nSHA256 (a) = " + a + "\nMD5 (b) = " + md5of("b") + "\nSHA256 (b) = " + b + "\nMD5 (d/n) = " + md5of("n") + "\nSHA256 (d/n) = " + n + "\n",
		},
		"NUL":       {"SHA256SUMS", a + "  a\x00" + old + "  b\x00" + c + "  c\x00", a + "  a\x00" + b + "  b\x00" + n + "  d/n\x00"},
		"one space": {"SHA256SUMS", a + " a\n" + old + " b\n" + c + " c\n", a + " a\n" + b + " b\n" + n + " d/n\n"},
		"prefixed":  {"SUMS", "sha256:" + a + " a\nsha256:" + old + " b\nsha256:" + c + " c\n", "sha256:" + a + " a\nsha256:" + b + " b\nsha256:" + n + " d/n\n"},
		"base64":    {"SHA256SUMS", inBase64(a) + "  a\n" + inBase64(old) + "  b\n" + inBase64(c) + "  c\n", inBase64(a) + "  a\n" + inBase64(b) + "  b\n" + inBase64(n) + "  d/n\n"},
		"SFV":       {"x.sfv", "; made by\na " + crc("a") + "\nb " + crc("old b") + "\nc " + crc("c") + "\n", "; made by\na " + crc("a") + "\nb " + crc("b") + "\nd/n " + crc("n") + "\n"},
		"sized":     {"SHA256SUMS", sized("a", "a", a) + sized("b", "old b", old) + sized("c", "c", c), sized("a", "a", a) + sized("b", "b", b) + sized("d/n", "n", n)},
		"hashdeep": {
			"x.hashdeep",
			"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /\n1," + md5of("a") + "," + a + ",a\n5," + md5of("old b") + "," + old + ",b\n1," + md5of("c") + "," + c + ",c\n",
			"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /\n1," + md5of("a") + "," + a + ",a\n1," + md5of("b") + "," + b + ",b\n1," + md5of("n") + "," + n + ",d/n\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, "a=a", "b=b", "d/n=n")
			path := filepath.Join(root, tt.list)
			write(t, path, tt.before)
			if _, s := run(t, Request{List: path, DropMissing: true}); s.Err != nil || s.OK || treetest.Read(t, path) != tt.before {
				t.Fatalf("without --accept: %v, wrote %q", s.Err, treetest.Read(t, path))
			}
			results, s := run(t, Request{List: path, DropMissing: true, Accept: []string{"b"}})
			if got := treetest.Read(t, path); s.Err != nil || !s.OK || got != tt.after {
				t.Fatalf("got %v, %s\n%q\nwant\n%q", s.Err, briefs(results), got, tt.after)
			}
			checked, err := verify.Start(t.Context(), verify.Request{Request: job.Request{Root: root}, Lists: []verify.List{{Path: path}}, Extra: verify.AllExtra})
			if err != nil {
				t.Fatal(err)
			}
			if results, s := jobtest.Drain(checked); !s.OK {
				t.Errorf("does not verify: %v, %s", s.Err, briefs(results))
			}
		})
	}
}

func TestResultsAreOnWhatChanged(t *testing.T) {
	root := treetest.Make(t, "a=a", "b=b", "n=n", "fifo|", "l -> a", "out -> /etc/passwd", "MD5SUMS="+md5of("a")+"  a\n")
	path := filepath.Join(root, "SHA256SUMS")
	text := sha256("a") + "  a\n" + sha256("old") + "  b\n" + sha256("c") + "  c\n"
	for _, tt := range []struct {
		request Request
		results string
		ok      bool
		wrote   bool
	}{
		{Request{}, "b mismatch, c missing", false, false},
		{Request{Accept: []string{"*"}}, "c missing, b modified, l added, n added", false, true},
		{Request{Accept: []string{"b"}, DropMissing: true}, "b modified, c missing, l added, n added", true, true},
		{Request{Accept: []string{"b"}, DropMissing: true, Fixed: true}, "b modified, c missing", true, true},
		{Request{Accept: []string{"b"}, DropMissing: true, Request: job.Request{Exclude: []string{"n"}}}, "b modified, c missing, l added", true, true},
	} {
		write(t, path, text)
		tt.request.List = path
		results, s := run(t, tt.request)
		if got := briefs(results); got != tt.results || s.Err != nil || s.OK != tt.ok || (s.Output != "") != tt.wrote || (treetest.Read(t, path) != text) != tt.wrote {
			t.Errorf("%+v: got %v, %t, %q, wrote %q, want %q", tt.request, s.Err, s.OK, got, s.Output, tt.results)
		}
		for _, r := range results {
			if r.Status == verdict.Modified && (r.Expected != sha256("old") || r.Actual != sha256("b")) {
				t.Errorf("got %+v", r)
			}
		}
	}
}

func TestNothingIsWrittenIfNothingChanged(t *testing.T) {
	root := treetest.Make(t, "a=a")
	path := filepath.Join(root, "SHA256SUMS")
	write(t, path, sha256("a")+"  a\n")
	before, _ := os.Stat(path)
	results, s := run(t, Request{List: path})
	after, _ := os.Stat(path)
	if s.Err != nil || !s.OK || len(results) > 0 || s.Output != "" || !os.SameFile(before, after) || s.Counts[verdict.OK] != 1 {
		t.Errorf("got %v, %+v", s, results)
	}
}

func TestAListKeepsItsPermissionsAndGetsTheTimeOfTheStart(t *testing.T) {
	root := treetest.Make(t, "a=a", "n=n")
	path := filepath.Join(root, "SHA256SUMS")
	write(t, path, sha256("a")+"  a\n")
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, s := run(t, Request{List: path}); !s.OK {
		t.Fatal(s.Err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o666 || info.ModTime().Before(begun.Add(-time.Second)) || info.ModTime().After(time.Now()) {
		t.Errorf("got %v, %v, %v", info.Mode(), info.ModTime(), err)
	}
}

func TestQuickLooksAtTimesAndSizes(t *testing.T) {
	root := treetest.Make(t, "a=a", "b=b", "c=c", "n=n")
	path := filepath.Join(root, "SHA256SUMS")
	write(t, path, sha256("a")+"  a\n"+sha256("other")+"  b\n"+sha256("c")+"  c\n")
	old, later := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for name, at := range map[string]time.Time{"a": old, "b": old, "c": later} {
		if err := os.Chtimes(filepath.Join(root, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	before := time.Now()
	time.Sleep(20 * time.Millisecond)
	if err := os.Chtimes(path, before.Add(time.Second), before.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond)
	results, s := run(t, Request{List: path, Quick: true})
	if !s.OK || briefs(results) != "n added" || s.Counts[verdict.OK] != 1 || len(s.Warnings) != 1 || s.Warnings[0].Code != problem.QuickSkipped {
		t.Errorf("got %v, %s, %v", s.Err, briefs(results), s.Warnings)
	}
	write(t, path, fmt.Sprintf("%10d  %s  a\n", 2, sha256("a")))
	if results, s = run(t, Request{List: path, Quick: true}); s.OK || briefs(results) != "a mismatch" {
		t.Errorf("another size: got %v, %s", s.Err, briefs(results))
	}
	write(t, path, sha256("a")+"  a\n"+sha256("x")+"  ../x\n")
	if results, s = run(t, Request{List: path, Quick: true}); s.OK || briefs(results) != "../x outside_root" {
		t.Errorf("outside: got %v, %s", s.Err, briefs(results))
	}
}

func TestTheListOfOneFileGetsNoOther(t *testing.T) {
	root := treetest.Make(t, "disk.iso=a", "b=b")
	for name, text := range map[string]string{"disk.iso.sha256": sha256("a") + "  disk.iso\n", "disk.iso.sha512.sha256": sha256("a") + "\n"} {
		path := filepath.Join(root, name)
		write(t, path, text)
		if name == "disk.iso.sha512.sha256" {
			write(t, filepath.Join(root, "disk.iso.sha512"), "a")
		}
		if results, s := run(t, Request{List: path}); !s.OK || len(results) > 0 || treetest.Read(t, path) != text {
			t.Errorf("%s: got %v, %s", name, s.Err, briefs(results))
		}
		os.Remove(path)
		os.Remove(filepath.Join(root, "disk.iso.sha512"))
	}
}

func TestAListThatCantBeUpdatedStaysAsItIs(t *testing.T) {
	good := sha256("a") + "  a\n"
	for name, tt := range map[string]struct {
		files  []string
		list   string
		text   string
		accept string
		code   problem.Code
		reason string
	}{
		"signed":          {[]string{"SHA256SUMS.asc=x"}, "SHA256SUMS", good, "", problem.NotUpdated, "signed by SHA256SUMS.asc"},
		"signed inside":   {nil, "SHA256SUMS", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + good + "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n", "", problem.NotUpdated, "contains its signature"},
		"in a bag":        {[]string{"bagit.txt=x"}, "manifest-sha256.txt", good, "", problem.NotUpdated, "--bagit"},
		"other format":    {nil, "Manifest", "DATA a 1 SHA256 " + sha256("a") + "\n", "", problem.NotUpdated, "gentoo"},
		"UTF-16":          {nil, "SHA256SUMS", "\xff\xfe" + strings.Join(strings.Split(good, ""), "\x00") + "\x00", "", problem.NotUpdated, "UTF-8"},
		"no list":         {nil, "SHA256SUMS", "<html></html>\n", "", problem.NotAList, ""},
		"empty":           {nil, "SHA256SUMS", "", "", problem.NoEntry, ""},
		"nothing of that": {nil, "SHA256SUMS", good, "nothing", problem.NotListed, "no entry matches"},
		"bad pattern":     {nil, "SHA256SUMS", good, "[", problem.InvalidArgument, "accept"},
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, append(tt.files, "a=a", "n=n")...)
			path := filepath.Join(root, tt.list)
			write(t, path, tt.text)
			r := Request{List: path}
			if tt.accept != "" {
				r.Accept = []string{tt.accept}
			}
			_, s := run(t, r)
			if s.Err == nil || problem.From(s.Err).Code != tt.code || !strings.Contains(s.Err.Error(), tt.reason) {
				t.Errorf("got %v, want %v, %s", s.Err, tt.code, tt.reason)
			}
			if treetest.Read(t, path) != tt.text {
				t.Errorf("wrote %q", treetest.Read(t, path))
			}
		})
	}
}

func TestAFailureKeepsTheListAsItIs(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"malformed":    {sha256("a") + "  a\n" + sha256("a")[:60] + "  x\n", "2 malformed"},
		"not regular":  {sha256("a") + "  a\n" + sha256("d") + "  d\n", "d not_regular"},
		"outside":      {sha256("a") + "  a\n" + sha256("d") + "  ../x\n", "../x outside_root"},
		"unsupported":  {"SHA256 (a) = " + sha256("a") + "\nSM3 (b) = " + sha256("b") + "\n", "b unsupported"},
		"said in vain": {sha256("a") + "  a\n" + sha256("b") + "  a\n", "a mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, "a=a", "d/b=b")
			path := filepath.Join(root, "SHA256SUMS")
			write(t, path, tt.text)
			results, s := run(t, Request{List: path, Fixed: true})
			if s.Err != nil || s.OK || briefs(results) != tt.want || treetest.Read(t, path) != tt.text {
				t.Errorf("got %v, %s", s.Err, briefs(results))
			}
		})
	}
}

func TestNothingIsTakenFromARootThatHasNoneOfTheFiles(t *testing.T) {
	root := treetest.Make(t, "d/n=n")
	path := filepath.Join(root, "SHA256SUMS")
	text := sha256("c") + "  c\n" + sha256("e") + "  e\n"
	for _, r := range []Request{{}, {DropMissing: true}, {Fixed: true, DropMissing: true}} {
		write(t, path, text)
		r.List = path
		_, s := run(t, r)
		if s.Err == nil || problem.From(s.Err).Code != problem.NotUpdated || treetest.Read(t, path) != text {
			t.Errorf("got %v", s.Err)
		}
	}
}

func TestANameIsAcceptedAloneAndElseAPattern(t *testing.T) {
	for accept, want := range map[string]string{
		"q":    "q modified, s[1] mismatch, d/q mismatch, s1 mismatch",
		"./q":  "q modified, s[1] mismatch, d/q mismatch, s1 mismatch",
		"d/*":  "q mismatch, s[1] mismatch, s1 mismatch",
		"s[1]": "q mismatch, d/q mismatch, s1 mismatch",
	} {
		root := treetest.Make(t, "q=1", "d/q=2", "s[1]=3", "s1=4")
		path := filepath.Join(root, "SHA256SUMS")
		old := sha256("old")
		write(t, path, old+"  q\n"+old+"  s[1]\n"+old+"  d/q\n"+old+"  s1\n")
		results, _ := run(t, Request{List: path, Accept: []string{accept}})
		got := strings.ReplaceAll(briefs(results), " modified", " mismatch")
		if want = strings.ReplaceAll(want, "q modified, ", ""); got != want {
			t.Errorf("%s: got %s, want %s", accept, got, want)
		}
	}
}

func TestARenamedFileIsSaidToHaveMoved(t *testing.T) {
	text := sha256("a") + "  a\n" + sha256("b") + "  b\n" + sha256("same") + "  same\n"
	for _, drop := range []bool{false, true} {
		root := treetest.Make(t, "d/a=a", "c=damaged", "same=same")
		path := filepath.Join(root, "SHA256SUMS")
		write(t, path, text)
		results, s := run(t, Request{List: path, DropMissing: drop})
		to := map[string]string{}
		for _, r := range results {
			to[r.Path] = r.MovedTo
		}
		want := map[bool]string{false: "a moved, b missing, c added, d/a added", true: "a missing, b missing, c added, d/a added"}[drop]
		if briefs(results) != want || to["a"] != "d/a" || to["b"] != "" || s.OK != drop {
			t.Errorf("got %v, %s, %v", s.Err, briefs(results), to)
		}
	}
}

func TestAListThatIsEditedMeanwhileIsNotReplaced(t *testing.T) {
	root := treetest.Make(t, "a=a", "n=n")
	path := filepath.Join(root, "SHA256SUMS")
	for name, edit := range map[string]func() error{
		"edited":   func() error { return os.WriteFile(path, []byte("edited"), 0o644) },
		"replaced": func() error { os.Remove(path); return os.WriteFile(path, []byte(sha256("a")+"  b\n"), 0o644) },
		"removed":  func() error { return os.Remove(path) },
	} {
		write(t, path, sha256("a")+"  a\n")
		old := readBefore
		readBefore = func() {
			if err := edit(); err != nil {
				t.Error(err)
			}
		}
		_, s := run(t, Request{List: path})
		readBefore = old
		if s.Err == nil || problem.From(s.Err).Code != problem.ListChanged {
			t.Errorf("%s: got %v", name, s.Err)
		}
		if text, _ := os.ReadFile(path); strings.Contains(string(text), "n\n") {
			t.Errorf("%s: was replaced by %q", name, text)
		}
	}
}
