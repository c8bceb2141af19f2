package verify

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// line returns a line of a list for a file with this text.
func line(name, text string) string { return treetest.SHA256(text) + "  " + name + "\n" }

func movedBriefs(results []verdict.Result) []string {
	all := []string{}
	for _, r := range results {
		text := jobtest.Briefs([]verdict.Result{r})[0]
		if r.Status == verdict.Moved {
			text = fmt.Sprintf("%s -> %s", r.Path, r.MovedTo)
		}
		if r.MovedWith != "" {
			text += " with " + r.MovedWith
		}
		all = append(all, text)
	}
	return all
}

func TestAMissingFileIsFoundAmongThoseThatNoListNames(t *testing.T) {
	md5Of := func(text string) string { sum := md5.Sum([]byte(text)); return hex.EncodeToString(sum[:]) }
	crcOf := func(text string) string { return fmt.Sprintf("%08X", crc32.ChecksumIEEE([]byte(text))) }
	for _, tt := range []struct {
		name  string
		specs []string
		want  []string
	}{
		{"renamed", []string{"SHA256SUMS=" + line("a", "1"), "b=1"}, []string{"a -> b"}},
		{"other content", []string{"SHA256SUMS=" + line("a", "1"), "b=2"}, []string{"a missing", "b extra"}},
		{"the same base first", []string{"SHA256SUMS=" + line("a", "1"), "b=1", "d/a=1"}, []string{"a -> d/a", "b extra"}},
		{"the first by name", []string{"SHA256SUMS=" + line("a", "1"), "c=1", "b=1"}, []string{"a -> b", "c extra"}},
		{"each is used once", []string{"SHA256SUMS=" + line("a", "1") + line("b", "1"), "c=1"}, []string{"a -> c", "b missing"}},
		{"a listed file is no copy", []string{"SHA256SUMS=" + line("a", "1") + line("b", "1"), "b=1"}, []string{"a missing"}},
		{"in the order of the list, at the end", []string{"SHA256SUMS=" + line("z", "1") + line("m", "3") + line("a", "2"), "m=4", "x=1", "y=2"},
			[]string{"m mismatch", "z -> x", "a -> y"}},
		{"an empty file", []string{"SHA256SUMS=" + line("a", ""), "b="}, []string{"a missing", "b extra"}},
		{"an empty file of the same base", []string{"SHA256SUMS=" + line("a", ""), "d/a="}, []string{"a -> d/a"}},
		{"a link is no file", []string{"SHA256SUMS=" + line("a", "1") + line("b", "1"), "b=1", "c -> b"}, []string{"a missing", "c extra"}},
		{"MD5", []string{"MD5SUMS=" + md5Of("1") + "  a\n", "b=1"}, []string{"a -> b"}},
		{"CRC-32 is no evidence", []string{"x.sfv=a " + crcOf("1") + "\n", "b=1"}, []string{"a missing", "b extra"}},
		{"CRC-32 and the base are", []string{"x.sfv=a " + crcOf("1") + "\n", "d/a=1"}, []string{"a -> d/a"}},
		{"two lists", []string{"SHA256SUMS=" + line("a", "1"), "MD5SUMS=" + md5Of("1") + "  ./a\n", "b=1"}, []string{"./a -> b", "a -> b"}},
		{"two lists that disagree", []string{"SHA256SUMS=" + line("a", "1"), "MD5SUMS=" + md5Of("2") + "  a\n", "b=1", "c=2"},
			[]string{"a missing", "a missing", "b extra", "c extra"}},
		{"one list that disagrees", []string{"SHA256SUMS=" + line("a", "1") + line("a", "2"), "b=1", "c=2"},
			[]string{"a missing", "a missing", "b extra", "c extra"}},
		{"a directory", []string{"SHA256SUMS=" + line("old/a", "1") + line("old/d/b", "2"), "new/a=1", "new/d/b=2"},
			[]string{"old/a -> new/a with old", "old/d/b -> new/d/b with old"}},
		{"a directory of which one file stays", []string{"SHA256SUMS=" + line("old/a", "1") + line("old/b", "2") + line("old/c", "3"), "new/a=1", "new/b=2", "old/c=3"},
			[]string{"old/a -> new/a", "old/b -> new/b"}},
		{"a directory of which one file is lost", []string{"SHA256SUMS=" + line("old/a", "1") + line("old/b", "2") + line("old/c", "3"), "new/a=1", "new/b=2"},
			[]string{"old/a -> new/a with old", "old/b -> new/b with old", "old/c missing"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, tt.specs...)
			for _, jobs := range []int{1, 4} {
				results, s := run(t, Request{Request: job.Request{Root: root, Workers: jobs}, Extra: AllExtra, Moved: true})
				got := movedBriefs(results)
				if tt.name == "two lists that disagree" {
					slices.Sort(got)
				}
				if !slices.Equal(got, tt.want) || s.OK {
					t.Errorf("got %q, ok %v; want %q", got, s.OK, tt.want)
				}
				var counts verdict.Counts
				for _, r := range results {
					counts[r.Status]++
				}
				if counts[verdict.OK] = s.Counts[verdict.OK]; counts != s.Counts {
					t.Errorf("counts %v of %q", s.Counts, got)
				}
			}
		})
	}
}

func TestAFileThatMovedHasItsDigestAndSize(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+line("a", "one"), "b=one")
	results, s := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra, Moved: true})
	digest := treetest.SHA256("one")
	want := verdict.Result{
		Path: "a", Status: verdict.Moved, Fails: true, Algorithm: results[0].Algorithm, Expected: digest, Actual: digest, Size: 3,
		Manifest: filepath.Join(root, "SHA256SUMS"), Line: 1, MovedTo: "b",
	}
	if len(results) != 1 || results[0] != want || s.FailedFiles != 1 || s.Lists[0].Failed != 1 {
		t.Errorf("got %+v, %+v", results, s)
	}
}

// Sizes in a list leave few files to be read.
func TestOnlyFilesOfAListedSizeAreRead(t *testing.T) {
	entry := func(name, text string) list.Entry {
		e := list.Entry{Name: name, Hex: treetest.SHA256(text), Algorithm: digest.SHA256}
		e.SetSize(int64(len(text)))
		return e
	}
	root := treetest.Make(t, "b=12", "c=123", "d="+strings.Repeat("x", 1000))
	for sizes, want := range map[bool]int64{false: 2, true: 2} {
		j, err := Start(t.Context(), Request{
			Request: job.Request{Root: root, Sizes: sizes}, Lists: []List{{Entries: []list.Entry{entry("a", "12")}}}, Extra: AllExtra, Moved: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		results, _ := jobtest.Drain(j)
		if got := movedBriefs(results); !slices.Equal(got, []string{"a -> b", "c extra", "d extra"}) || j.Meter.Bytes.Load() != want {
			t.Errorf("got %q, %d bytes read", got, j.Meter.Bytes.Load())
		}
		if total := j.Meter.TotalBytes.Load(); sizes && total != want {
			t.Errorf("%d bytes to read, want %d", total, want)
		}
	}
}

func TestNothingIsReadToFindWhatIsNotMissing(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+line("a", "1"), "a=1", "b=1", "c=12345")
	j, err := Start(t.Context(), Request{Request: job.Request{Root: root}, Extra: AllExtra, Moved: true})
	if err != nil {
		t.Fatal(err)
	}
	if results, _ := jobtest.Drain(j); len(results) != 2 || j.Meter.Bytes.Load() != 1 {
		t.Errorf("%q, %d bytes", movedBriefs(results), j.Meter.Bytes.Load())
	}
}

func TestAMovedFileFailsAlsoWhereMissingOnesMayBe(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+line("a", "1")+line("b", "2")+line("c", "3"), "c=3", "d=1")
	results, s := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra, Moved: true, IgnoreMissing: true})
	if got := movedBriefs(results); !slices.Equal(got, []string{"a -> d"}) || s.OK || s.Counts[verdict.Missing] != 1 || s.Files != 2 {
		t.Errorf("got %q, %+v", got, s)
	}
}

func TestTheFirstFailureEndsTheRunBeforeTheSearch(t *testing.T) {
	root := treetest.Make(t, "SHA256SUMS="+line("a", "1"), "b=1")
	results, _ := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra, Moved: true, FailFast: true})
	if got := movedBriefs(results); !slices.Equal(got, []string{"a missing"}) {
		t.Errorf("got %q", got)
	}
	results, _ = run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra, Moved: true, FailFast: true, IgnoreMissing: true})
	if got := movedBriefs(results); !slices.Equal(got, []string{"a -> b"}) {
		t.Errorf("got %q", got)
	}
}

func TestMovedNeedsExtra(t *testing.T) {
	_, err := Start(t.Context(), Request{Request: job.Request{Root: "."}, Moved: true})
	if err == nil || problem.From(err).Code != problem.InvalidArgument {
		t.Errorf("error %v", err)
	}
}

func TestAFileThatCantBeReadStaysExtra(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	root := treetest.Make(t, "SHA256SUMS="+line("a", "1"), "b=1")
	if err := os.Chmod(filepath.Join(root, "b"), 0); err != nil {
		t.Fatal(err)
	}
	results, _ := run(t, Request{Request: job.Request{Root: root}, Extra: AllExtra, Moved: true})
	if got := movedBriefs(results); !slices.Equal(got, []string{"a missing", "b extra"}) {
		t.Errorf("got %q", got)
	}
}

func TestARenamedDirectoryOfManyFilesIsFound(t *testing.T) {
	var text strings.Builder
	specs := []string{""}
	for i := range 3000 {
		content := fmt.Sprint(i / 2) // two of each
		text.WriteString(line(fmt.Sprintf("old/%d/f", i), content))
		specs = append(specs, fmt.Sprintf("new/%d/f=%s", i, content))
	}
	specs[0] = "SHA256SUMS=" + text.String()
	results, s := run(t, Request{Request: job.Request{Root: treetest.Make(t, specs...)}, Extra: AllExtra, Moved: true, Unordered: true})
	for _, r := range results {
		if r.MovedTo != "new"+strings.TrimPrefix(r.Path, "old") || r.MovedWith != "old" {
			t.Fatalf("got %+v", r)
		}
	}
	if s.Counts[verdict.Moved] != 3000 {
		t.Errorf("counts %v", s.Counts)
	}
}
