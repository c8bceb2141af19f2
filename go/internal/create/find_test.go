package create

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestAListNeverNamesItselfInUpperOrLowerCase(t *testing.T) {
	root := treetest.Caseless(t)
	for _, output := range []string{"SHA256SUMS", "sha256sums", "Sha256Sums"} {
		f, err := findFiles(t.Context(), open(t, root), paths.Path{Shown: output, At: root + "/" + output}, true)
		if err != nil || slices.Contains(f.names, "SHA256SUMS") || len(f.names) != 6 {
			t.Errorf("%s: %+v, %v", output, f, err)
		}
	}
}

func open(t *testing.T, path string) *tree.Root {
	t.Helper()
	root, err := tree.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func TestAWarningNamesAFewOfThoseLeftOut(t *testing.T) {
	for _, tt := range []struct {
		left int
		want string // the end of the warning; "": there is none
	}{
		{0, ""},
		{1, `: "l0" (symbolic link)`},
		{5, `"l3" (symbolic link), "l4" (symbolic link)`},
		{6, `"l4" (symbolic link), …`},
	} {
		specs := []string{"a=1"}
		for i := range tt.left {
			specs = append(specs, fmt.Sprintf("l%d -> nothing", i))
		}
		_, s := runCreate(t, Request{Request: job.Request{Root: treetest.Make(t, specs...)}, Algorithm: digest.SHA256})
		if tt.want == "" {
			if len(s.Warnings) > 0 {
				t.Errorf("warnings are %q", s.Warnings)
			}
		} else if len(s.Warnings) != 1 || s.Warnings[0].Code != problem.FilesLeftOut || !strings.HasSuffix(s.Warnings[0].Text, tt.want) {
			t.Errorf("%d left out: warnings are %q, want %q", tt.left, s.Warnings, tt.want)
		}
	}
}
