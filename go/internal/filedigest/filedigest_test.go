package filedigest

import (
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

func TestAFileHasADigestOrAReason(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       verdict.Result
	}{
		{"a file", "a", verdict.Result{Path: "a", Algorithm: digest.SHA256, Actual: treetest.SHA256("in"), Size: 2}},
		{"a missing file", "b", verdict.Result{Path: "b", Status: verdict.Missing, Fails: true, Algorithm: digest.SHA256, Size: -1, Detail: "no such file or directory"}},
		{"a directory", "d", verdict.Result{Path: "d", Status: verdict.NotRegular, Fails: true, Algorithm: digest.SHA256, Size: -1, Detail: "is a directory"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, "a=in", "d/")
			j, err := Start(t.Context(), Request{job.Request{Root: root}, tt.file, digest.SHA256})
			if err != nil {
				t.Fatal(err)
			}
			results, s := jobtest.Drain(j)
			if len(results) != 1 || results[0] != tt.want || s.OK != !tt.want.Fails || s.Counts[tt.want.Status] != 1 {
				t.Errorf("got %+v, %+v; want %+v", results, s, tt.want)
			}
		})
	}
}

func TestAnIncompleteRequestIsRefused(t *testing.T) {
	for _, r := range []Request{
		{job.Request{Root: "."}, "", digest.SHA256},
		{job.Request{Root: "."}, "a", digest.Unknown},
		{job.Request{}, "a", digest.SHA256},
	} {
		if _, err := Start(t.Context(), r); err == nil {
			t.Errorf("%+v is accepted", r)
		}
	}
}
