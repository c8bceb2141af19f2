package create

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

func listed(t *testing.T, path string) (names []string) {
	t.Helper()
	for line := range strings.Lines(treetest.Read(t, path)) {
		_, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		names = append(names, name)
	}
	return names
}

func TestCreateLeavesOutOtherListsAndSignatures(t *testing.T) {
	entry := treetest.SHA256("1") + "  a\n"
	root := treetest.Make(t, "a=1", "checksums.txt="+entry, "checksums.txt.asc=s", "d/SHA1SUMS="+entry, "MD5SUMS=prose",
		"SHA256SUMS.sig=s", "a.sig=s", "B3SUMS="+entry)
	c := Request{Request: job.Request{Root: root}}
	_, s := runCreate(t, c)
	if got, want := listed(t, s.Output), []string{"MD5SUMS", "a", "a.sig", "d/SHA1SUMS"}; !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	want := problem.Warning{Code: problem.ListsLeftOut, Text: "4 files left out, checksum lists or their signatures (--all lists them): " +
		`B3SUMS, SHA256SUMS.sig, checksums.txt, checksums.txt.asc`}
	if !slices.Equal(s.Warnings, []problem.Warning{want}) {
		t.Errorf("warnings are %q, want %q", s.Warnings, want)
	}
	c.All, c.Force = true, true
	_, s = runCreate(t, c)
	if got := listed(t, s.Output); len(got) != 8 || len(s.Warnings) > 0 {
		t.Errorf("with all: listed %q, warnings %q", got, s.Warnings)
	}
}

func TestALinkToAListThatIsReplacedIsLeftOut(t *testing.T) {
	root := treetest.Make(t, "a=1", "d/latest -> ../SHA256SUMS", "to-a -> a")
	c := Request{Request: job.Request{Root: root}}
	for range 2 {
		_, s := runCreate(t, c)
		if got, want := listed(t, s.Output), []string{"a", "to-a"}; !slices.Equal(got, want) {
			t.Errorf("listed %q, want %q", got, want)
		}
		if len(s.Warnings) != 1 || s.Warnings[0].Code != problem.FilesLeftOut || !strings.Contains(s.Warnings[0].Text, "d/latest") {
			t.Errorf("warnings are %q, want one that names the link", s.Warnings)
		}
		c.Force = true
	}
}

func TestSeveralListsCanBeWrittenAnew(t *testing.T) {
	root := treetest.Make(t, "a=1")
	write := func() {
		for _, a := range []digest.Algorithm{digest.SHA256, digest.SHA512, digest.SHA3_256} {
			if _, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: given(a), Force: true}); !s.OK {
				t.Fatal(s.Err)
			}
		}
	}
	write()
	if err := os.WriteFile(root+"/a", []byte("2"), 0o644); err != nil {
		t.Fatal(err)
	}
	write()
	if results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}}); !s.OK || s.Counts[verdict.OK] != 3 {
		t.Errorf("got %+v, %v", results, s.Counts)
	}
}

func TestADirectoryOfListsHasNoFilesToList(t *testing.T) {
	root := treetest.Make(t, "MD5SUMS=d41d8cd98f00b204e9800998ecf8427e  a\n")
	_, s := runCreate(t, Request{Request: job.Request{Root: root}})
	want := `not written: no files to list but MD5SUMS (--all lists them)`
	if got := problem.From(s.Err); got.Code != problem.NoFiles || got.Reason != want {
		t.Errorf("error %v, want %s", got, want)
	}
}

// A list that contained such a line could not be verified.
func TestAFileWhoseLineIsTooLongPreventsTheList(t *testing.T) {
	const levels = 260
	for _, length := range []int{list.MaxLine - 2*digest.MaxSize - 2, list.MaxLine - 2*digest.MaxSize - 1} {
		root := treetest.Make(t, "a=1")
		name := strings.Repeat("n", 250)
		treetest.Deep(t, root, name, levels, func(level int, d *os.Root) error {
			if level < levels {
				return nil
			}
			return d.WriteFile(strings.Repeat("f", length-levels*251), []byte("1"), 0o644)
		})
		results, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA512}})
		if length+2*digest.MaxSize+2 > list.MaxLine {
			if s.OK || s.Output != "" || len(results) != 1 || results[0].Detail != compose.TooLong || !results[0].Fails {
				t.Errorf("a name of %d bytes: %.20v, %+v", length, results, s)
			}
			continue
		}
		if _, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}}); !s.OK || s.Counts[verdict.OK] != 2 {
			t.Errorf("a name of %d bytes: %+v", length, s)
		}
	}
}
