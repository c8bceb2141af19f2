package create

import (
	"path/filepath"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestOnlyAListOrAnEmptyFileIsReplaced(t *testing.T) {
	entry := treetest.SHA256("2") + "  a\n"
	for _, tt := range []struct {
		name, content string
		replaced      bool
	}{
		{"SHA256SUMS", entry, true},
		{"any", "# a list\n" + entry, true},
		{"damaged", entry[10:] + entry, true},
		{"foreign", "SM3 (a) = " + treetest.SHA256("1") + "\n", true},
		{"empty", "", true},
		{"data", "1", false},
		{"SHA256SUMS", "prose\n", false},
		{"binary", "\x00\xff\x00", false},
		{"list.sha256", "\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, "a=1", tt.name+"="+tt.content)
			path := filepath.Join(root, tt.name)
			_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Output: path, Force: true})
			if got := treetest.Read(t, path) != tt.content; s.OK != tt.replaced || got != tt.replaced {
				t.Errorf("replaced: %v, ok: %v, %v; want %v", got, s.OK, s.Err, tt.replaced)
			}
			if !tt.replaced && problem.From(s.Err).Code != problem.OutputNotAList {
				t.Errorf("the error is %v", s.Err)
			}
		})
	}
}
