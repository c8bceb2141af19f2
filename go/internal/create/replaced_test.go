package create

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

func changesOf(r job.Replaced) []string {
	all := []string{}
	for _, change := range r.First {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%v %s %s", change.Status, change.Path, change.MovedTo)))
	}
	return all
}

func TestAListIsComparedWithTheOneThatItReplaces(t *testing.T) {
	line := func(name, text string) string { return treetest.SHA256(text) + "  " + name + "\n" }
	for _, tt := range []struct {
		name, output, old string
		want              []string
		same              int64
		warns             bool
	}{
		{"the same", "SHA256SUMS", line("./a", "1") + line("b", "2"), []string{}, 2, false},
		{"changes", "SHA256SUMS", line("a", "0") + line("c", "3") + line("d", "2"), []string{"mismatch a", "missing c", "moved d b"}, 0, false},
		{"added", "SHA256SUMS", line("a", "1"), []string{"extra b"}, 1, false},
		{"another algorithm", "x.md5", "d41d8cd98f00b204e9800998ecf8427e  a\n", []string{"mismatch a", "extra b"}, 0, false},
		{"other algorithms", "x.list", line("a", "1") + line("b", "2"), []string{"unsupported a", "unsupported b"}, 0, false},
		{"a malformed line", "SHA256SUMS", line("a", "1") + line("b", "2") + "what\n", []string{}, 2, true},
		{"sizes", "x.hashdeep", "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n9," + treetest.SHA256("1") + ",a\n1," + treetest.SHA256("2") + ",b\n", []string{"mismatch a"}, 1, false},
	} {
		root := treetest.Make(t, "a=1", "b=2")
		path := filepath.Join(root, tt.output)
		if err := os.WriteFile(path, []byte(tt.old), 0o644); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1_700_000_000, 0)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		request := Request{Request: job.Request{Root: root}, Output: path, Force: true}
		if tt.output == "x.list" {
			request.Algorithms = []digest.Algorithm{digest.SHA1}
		}
		if tt.output == "x.hashdeep" {
			request.Algorithms = []digest.Algorithm{digest.SHA256}
		}
		j, err := Start(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		_, s := jobtest.Drain(j)
		if s.Err != nil || len(s.Replaced) != 1 {
			t.Errorf("%s: %+v", tt.name, s)
			continue
		}
		r := s.Replaced[0]
		if got := changesOf(r); !slices.Equal(got, tt.want) || r.Counts[verdict.OK] != tt.same || r.Path != path || r.Modified != at.Unix() {
			t.Errorf("%s: got %q, %+v; want %q", tt.name, got, r, tt.want)
		}
		if warned := slices.ContainsFunc(s.Warnings, func(w problem.Warning) bool { return w.Code == problem.OldListUnread }); warned != tt.warns {
			t.Errorf("%s: warnings %v", tt.name, s.Warnings)
		}
	}
}

func TestNothingIsComparedWithoutAnOldList(t *testing.T) {
	for _, old := range []string{"", "SHA256SUMS="} {
		specs := []string{"a=1"}
		if old != "" {
			specs = append(specs, old)
		}
		j, err := Start(t.Context(), Request{Request: job.Request{Root: treetest.Make(t, specs...)}, Force: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, s := jobtest.Drain(j); s.Err != nil || len(s.Replaced) != 0 || len(s.Warnings) != 0 {
			t.Errorf("%q: %+v", old, s)
		}
	}
}
