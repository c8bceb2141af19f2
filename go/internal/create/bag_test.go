package create

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

func bagOf(root string) Request { return Request{Request: job.Request{Root: root}, Bag: true} }

func inPlace(root string) Request {
	r := bagOf(root)
	r.InPlace = true
	return r
}

// mustVerify fails the test unless root is a bag of which everything is verified.
func mustVerify(t *testing.T, root string) {
	t.Helper()
	results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}, Extra: verify.AllExtra})
	if !s.OK || s.Bag != "1.0" {
		t.Errorf("not verified: %v %+v", s.Err, results)
	}
}

func TestABagIsMadeOfADirectoryWithAPayload(t *testing.T) {
	root := treetest.Make(t, "data/b=2", "data/a\nb%=1", "data/d/c=3", "data/l -> d/c", "meta/x=x", "bag-info.txt=Source: me\nPayload-Oxum: 9.9\n continued\nContact: you\n")
	ask := bagOf(root)
	ask.Algorithms = []digest.Algorithm{digest.SHA256}
	_, s := runCreate(t, ask)
	if s.Err != nil || s.Output != root {
		t.Fatalf("%+v", s)
	}
	want := fmt.Sprintf("%s  data/a%%0Ab%%25\n%s  data/b\n%s  data/d/c\n%s  data/l\n", treetest.SHA256("1"), treetest.SHA256("2"), treetest.SHA256("3"), treetest.SHA256("3"))
	if got := treetest.Read(t, root+"/manifest-sha256.txt"); want != got {
		t.Errorf("want\n%sgot\n%s", want, got)
	}
	today := time.Now().Format(time.DateOnly)
	want = "Source: me\nContact: you\nBag-Software-Agent: checksig\nBagging-Date: " + today + "\nPayload-Oxum: 4.4\n"
	if got := treetest.Read(t, root+"/bag-info.txt"); want != got {
		t.Errorf("want\n%sgot\n%s", want, got)
	}
	for _, name := range []string{"bag-info.txt", "bagit.txt", "manifest-sha256.txt", "meta/x"} {
		if line := treetest.SHA256(treetest.Read(t, filepath.Join(root, name))) + "  " + name + "\n"; !strings.Contains(treetest.Read(t, root+"/tagmanifest-sha256.txt"), line) {
			t.Errorf("the tag manifest lacks %q", line)
		}
	}
	mustVerify(t, root)
}

// Each file is read once, and each algorithm has both of its manifests, which are complete.
func TestABagHasManifestsOfEachAlgorithm(t *testing.T) {
	root := treetest.Make(t, "data/a=1", "meta/x=x")
	ask := bagOf(root)
	ask.Algorithms = []digest.Algorithm{digest.SHA512, digest.SHA256, digest.MD5}
	for range 2 {
		j, err := Start(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if _, s := jobtest.Drain(j); !s.OK || !slices.Equal(s.Outputs, []string{root}) || len(s.Warnings) > 0 || j.Meter.Bytes.Load() != 2 {
			t.Fatalf("%+v, read %d bytes", s, j.Meter.Bytes.Load())
		}
		for _, a := range ask.Algorithms {
			if got, want := treetest.Read(t, root+"/manifest-"+a.String()+".txt"), hexOf(a, "1")+"  data/a\n"; got != want {
				t.Errorf("%v: %q, want %q", a, got, want)
			}
			want := ""
			for _, name := range []string{"bag-info.txt", "bagit.txt", "manifest-md5.txt", "manifest-sha256.txt", "manifest-sha512.txt", "meta/x"} {
				want += hexOf(a, treetest.Read(t, filepath.Join(root, name))) + "  " + name + "\n"
			}
			if got := treetest.Read(t, root+"/tagmanifest-"+a.String()+".txt"); got != want {
				t.Errorf("%v:\n%swant\n%s", a, got, want)
			}
		}
		mustVerify(t, root)
		ask.Force = true
	}
	ask.Algorithms = ask.Algorithms[:2]
	if _, s := runCreate(t, ask); problem.From(s.Err).Code != problem.InvalidBag {
		t.Errorf("a manifest of an algorithm that is no longer asked for: %v", s.Err)
	}
}

func TestTheDefaultAlgorithmOfABagIsThatOfTheRFC(t *testing.T) {
	root := treetest.Make(t, "data/a=1")
	_, s := runCreate(t, bagOf(root))
	if _, err := os.Stat(root + "/manifest-sha512.txt"); err != nil || s.Algorithms[0] != digest.SHA512 {
		t.Errorf("%v, %+v", err, s)
	}
	mustVerify(t, root)
}

func TestEveryAlgorithmMakesABagThatVerifies(t *testing.T) {
	for _, a := range digest.All() {
		if !a.Listed() {
			continue
		}
		root := treetest.Make(t, "data/a=1")
		ask := bagOf(root)
		ask.Algorithms = given(a)
		if _, s := runCreate(t, ask); s.Err != nil {
			t.Errorf("%v: %v", a, s.Err)
			continue
		}
		mustVerify(t, root)
	}
}

func TestForceBringsABagUpToDate(t *testing.T) {
	root := treetest.Make(t, "data/a=1")
	runCreate(t, bagOf(root))
	if err := os.WriteFile(root+"/data/b", []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, s := runCreate(t, bagOf(root)); s.Err == nil || problem.From(s.Err).Code != problem.OutputExists {
		t.Errorf("%v", s.Err)
	}
	ask := bagOf(root)
	ask.Force = true
	if _, s := runCreate(t, ask); s.Err != nil {
		t.Error(s.Err)
	}
	mustVerify(t, root)
}

func TestABagIsNotMadeOf(t *testing.T) {
	for name, tt := range map[string]struct {
		specs   []string
		inPlace bool
		code    problem.Code
	}{
		"no payload directory":           {[]string{"a=1"}, false, problem.InvalidBag},
		"an empty payload":               {[]string{"data/"}, false, problem.NoFiles},
		"an empty directory":             {nil, true, problem.NoFiles},
		"a bag":                          {[]string{"bagit.txt=", "data/a=1"}, true, problem.InvalidBag},
		"a payload that is a link":       {[]string{"d/a=1", "data -> d"}, false, problem.InvalidBag},
		"a broken link":                  {[]string{"data/a=1", "data/l -> x"}, false, problem.InvalidBag},
		"a link to a directory":          {[]string{"a=1", "d/b=1", "l -> d"}, true, problem.InvalidBag},
		"a link that leads out":          {[]string{"a=1", "l -> ../x"}, true, problem.InvalidBag},
		"a link to what is written":      {[]string{"data/a=1", "bag-info.txt=Source-Organization: x\n", "data/l -> ../bag-info.txt"}, false, problem.InvalidBag},
		"a marker without a move":        {[]string{"a=1", marker + "="}, true, problem.InvalidBag},
		"an absolute link":               {[]string{"a=1", "l -> ROOT/a"}, true, problem.InvalidBag},
		"another manifest":               {[]string{"data/a=1", "manifest-md5.txt="}, false, problem.InvalidBag},
		"files that are to be fetched":   {[]string{"data/a=1", "fetch.txt="}, false, problem.InvalidBag},
		"a bag-info.txt in another code": {[]string{"data/a=1", "bag-info.txt=\xe9"}, false, problem.InvalidBag},
	} {
		t.Run(name, func(t *testing.T) {
			root := treetest.Make(t, tt.specs...)
			before := filesOf(t, root)
			ask := bagOf(root)
			ask.InPlace = tt.inPlace
			_, s := runCreate(t, ask)
			if s.Err == nil || problem.From(s.Err).Code != tt.code {
				t.Errorf("want %v, got %v", tt.code, s.Err)
			}
			delete(before, "manifest-sha512.txt")
			for name, text := range before {
				if got := filesOf(t, root)[name]; text != got {
					t.Errorf("%s was %q and is %q", name, text, got)
				}
			}
		})
	}
}

func TestANameThatIsNotUTF8IsInNoBag(t *testing.T) {
	root := treetest.Make(t, "a=1", "b\xe9=1")
	results, s := runCreate(t, inPlace(root))
	if s.OK || len(results) != 1 || verdict.Unreadable != results[0].Status {
		t.Errorf("%+v %v", results, s.Err)
	}
	if _, err := os.Stat(root + "/a"); err != nil {
		t.Error(err)
	}
}

func TestOptionsThatABagCanNotHaveAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Request){
		"output":         func(r *Request) { r.Output = "x" },
		"all":            func(r *Request) { r.All = true },
		"allow_links_to": func(r *Request) { r.AllowLinksTo = []string{"/"} },
		"force":          func(r *Request) { r.Force = true },
		"in_place":       func(r *Request) { r.Bag = false },
	} {
		ask := inPlace(t.TempDir())
		change(&ask)
		if _, err := Start(t.Context(), ask); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// tricky holds the files of a directory that becomes a bag in place.
var tricky = map[string]string{
	"a": "1", "d/b": "2", "data": "a file", "manifest-sha512.txt": "no manifest", "bag-info.txt": "no info", "SHA256SUMS": "x", ".hidden/c": "3",
}

func makeTricky(t *testing.T) string {
	t.Helper()
	var specs []string
	for name, text := range tricky {
		specs = append(specs, name+"="+text)
	}
	return treetest.Make(t, specs...)
}

// filesOf returns the texts of all files beneath a directory.
func filesOf(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			name, _ := filepath.Rel(root, path)
			all[filepath.ToSlash(name)] = treetest.Read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// mustHoldTricky fails the test unless all files are in the payload, and nothing else.
func mustHoldTricky(t *testing.T, root string) {
	t.Helper()
	got := filesOf(t, filepath.Join(root, "data"))
	for name, text := range tricky {
		if text != got[name] {
			t.Errorf("want %q in data/%s, got %q", text, name, got[name])
		}
	}
	if len(tricky) != len(got) {
		t.Errorf("the payload is %v", got)
	}
	entries, _ := os.ReadDir(root)
	if len(entries) != 5 {
		t.Errorf("the bag holds %v", entries)
	}
}

func TestADirectoryBecomesABagInPlace(t *testing.T) {
	root := makeTricky(t)
	if err := os.Chmod(root, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, s := runCreate(t, inPlace(root)); s.Err != nil {
		t.Fatal(s.Err)
	}
	mustHoldTricky(t, root)
	mustVerify(t, root)
	if info, _ := os.Stat(root + "/data"); os.PathSeparator == '/' && info.Mode().Perm() != 0o750 {
		t.Errorf("the payload has mode %v", info.Mode())
	}
}

// steps returns the steps of making a bag in place.
func steps(t *testing.T) (all []string) {
	t.Helper()
	t.Cleanup(func() { before = func(string) error { return nil } })
	before = func(step string) error {
		all = append(all, step)
		return nil
	}
	if _, s := runCreate(t, inPlace(makeTricky(t))); s.Err != nil {
		t.Fatal(s.Err)
	}
	return all
}

func TestAStepThatFailsUndoesTheMoveOrIsGoneOnWith(t *testing.T) {
	all := steps(t)
	moved := slices.Index(all, "rename "+staging)
	for i, step := range all {
		t.Run(fmt.Sprintf("%d %s", i, step), func(t *testing.T) {
			root := makeTricky(t)
			n := 0
			before = func(string) error {
				if n++; n == i+1 {
					return errors.New("injected")
				}
				return nil
			}
			_, s := runCreate(t, inPlace(root))
			if s.Err == nil || problem.From(s.Err).Code != problem.OutputUnwritable || !strings.Contains(s.Err.Error(), "injected") {
				t.Fatalf("%v", s.Err)
			}
			if i <= moved {
				if got := filesOf(t, root); !sameFiles(tricky, got) {
					t.Errorf("not undone: %v", got)
				}
			}
			before = func(string) error { return nil }
			if _, s := runCreate(t, inPlace(root)); s.Err != nil {
				t.Fatal(s.Err)
			}
			mustHoldTricky(t, root)
			mustVerify(t, root)
		})
	}
}

func sameFiles(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, text := range a {
		if b[name] != text {
			return false
		}
	}
	return true
}

func TestAMoveAndItsUndoThatBothFailAreGoneOnWith(t *testing.T) {
	for i, step := range steps(t) {
		for _, j := range []int{i + 2, i + 5} {
			root := makeTricky(t)
			n := 0
			before = func(string) error {
				if n++; n == i+1 || n == j {
					return errors.New("injected")
				}
				return nil
			}
			runCreate(t, inPlace(root))
			before = func(string) error { return nil }
			if _, s := runCreate(t, inPlace(root)); s.Err != nil {
				t.Fatalf("%s, then step %d: %v", step, j, s.Err)
			}
			mustHoldTricky(t, root)
			mustVerify(t, root)
		}
	}
}

const (
	victimRoot = "CHECKSIG_TEST_BAG"
	victimStep = "CHECKSIG_TEST_STEP"
)

// TestVictim is not a test, but the process that TestARunThatIsKilledIsGoneOnWith kills.
func TestVictim(t *testing.T) {
	root := os.Getenv(victimRoot)
	if root == "" {
		t.Skip("runs in a process of its own")
	}
	last, _ := strconv.Atoi(os.Getenv(victimStep))
	n := 0
	before = func(string) error {
		if n++; n == last {
			self, _ := os.FindProcess(os.Getpid())
			self.Kill()
			select {}
		}
		return nil
	}
	runCreate(t, inPlace(root))
}

func victim(t *testing.T, root string, step int) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	c.Env = append(os.Environ(), victimRoot+"="+root, fmt.Sprintf("%s=%d", victimStep, step))
	return c
}

func TestARunThatIsKilledIsGoneOnWith(t *testing.T) {
	for i, step := range steps(t) {
		t.Run(fmt.Sprintf("%d %s", i, step), func(t *testing.T) {
			root := makeTricky(t)
			if err := victim(t, root, i+1).Run(); err == nil {
				t.Fatal("the process was not killed")
			}
			texts := map[string]int{}
			for _, text := range filesOf(t, root) {
				texts[text]++
			}
			for name, text := range tricky {
				if texts[text] == 0 {
					t.Errorf("%s is lost", name)
				}
			}
			if _, err := os.Stat(root + "/bagit.txt"); err == nil && !strings.HasPrefix(step, "remove") {
				t.Error("the directory looks like a bag")
			}
			before = func(string) error { return nil }
			if _, s := runCreate(t, inPlace(root)); s.Err != nil {
				t.Fatal(s.Err)
			}
			mustHoldTricky(t, root)
			mustVerify(t, root)
		})
	}
}

func TestWithoutInPlaceAnInterruptedMoveIsAnErrorThatSaysSo(t *testing.T) {
	root := treetest.Make(t, "data/a=1", staging+"/b=2")
	if _, s := runCreate(t, bagOf(root)); s.Err == nil || !strings.Contains(s.Err.Error(), "interrupted") {
		t.Errorf("%v", s.Err)
	}
}

func TestAUsersFileNamedLikeTheMarkerIsKept(t *testing.T) {
	for _, files := range [][]string{
		{"data/a=1", marker + "=mine"},
		{"a=1", marker + "=mine"},
		{"a=1", staging + "/b=2", marker + "=mine"},
		{"data/a=1", marker + "/"},
	} {
		for _, r := range []func(string) Request{inPlace, bagOf} {
			root := treetest.Make(t, files...)
			_, s := runCreate(t, r(root))
			if s.Err == nil || problem.From(s.Err).Code != problem.InvalidBag || !strings.Contains(s.Err.Error(), marker+": not written by checksig") {
				t.Errorf("%q: %v", files, s.Err)
			}
			for _, file := range files {
				if name, content, isFile := strings.Cut(file, "="); isFile && content != treetest.Read(t, root+"/"+name) {
					t.Errorf("%q: %s is changed", files, name)
				}
			}
			if _, err := os.Stat(root + "/bagit.txt"); err == nil {
				t.Errorf("%q: a bag was written", files)
			}
		}
	}
}

func TestNothingIsReplacedByAMove(t *testing.T) {
	root := treetest.Make(t, "a=new", staging+"/a=old")
	if _, s := runCreate(t, inPlace(root)); s.Err == nil || !strings.Contains(s.Err.Error(), "exists already") {
		t.Errorf("%v", s.Err)
	}
	if treetest.Read(t, root+"/a") != "new" || treetest.Read(t, root+"/"+staging+"/a") != "old" {
		t.Error("a file was replaced")
	}
}
