package verify

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestWhatIsSmallAndAtHandIsVerifiedInTheCall(t *testing.T) {
	in := treetest.SHA256("in")
	many := ""
	for i := range maxInCall + 1 {
		many += fmt.Sprintf("%s  f%d\n", in, i)
	}
	top := treetest.Make(t, "root/a=in", "root/b=out", "root/d/", "root/l -> a", "root/f0=in", "other=in",
		"root/large="+strings.Repeat("x", tree.AtHandSize+1), "root/SHA256SUMS="+in+"  a\n")
	if !tree.IsFileAtHand(top + "/root/a") {
		t.Skip("this kernel or this file system doesn't tell")
	}
	for _, tt := range []struct {
		name   string
		list   string // its text; "": the request says what is verified
		ask    Request
		inCall bool
	}{
		{"one file", in + "  a\n", Request{}, true},
		{"one file, reported", in + "  a\n", Request{KeepAll: true}, true},
		{"a file that differs", in + "  b\n", Request{}, true},
		{"several", in + "  a\n" + in + "  b\n" + in + "  f0\n", Request{KeepAll: true}, true},
		{"the same file twice", in + "  a\n" + in + "  ./a\n", Request{KeepAll: true}, true},
		{"malformed lines", "what\n" + in + "  a\nwhat\n", Request{}, true},
		{"no list", "what\n", Request{}, true},
		{"a list as the root", "", Request{Request: job.Request{Root: top + "/root/SHA256SUMS"}, KeepAll: true}, true},
		{"lists to be found", "", Request{Request: job.Request{Root: top + "/root"}, KeepAll: true}, false},
		{"a missing file", in + "  none\n", Request{}, false},
		{"a directory", in + "  d\n", Request{}, false},
		{"a link", in + "  l\n", Request{KeepAll: true}, false},
		{"a file outside", in + "  ../other\n", Request{}, false},
		{"a large file", in + "  a\n" + in + "  large\n", Request{}, false},
		{"many files", many, Request{}, false},
		{"several algorithms", in + "  a\n" + strings.Repeat("0", 32) + "  a\n", Request{KeepAll: true}, false},
		{"an algorithm that is not supported", in + "  a\nSM3 (a) = " + in + "\n", Request{}, false},
		{"a file without a digest", "a,sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0,\nb,,\n", Request{}, false},
		{"extra files", in + "  a\n", Request{Extra: AllExtra}, false},
		{"a selection", in + "  a\n", Request{Only: []string{"a"}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ask := tt.ask
			if tt.list != "" {
				list := treetest.Make(t, "RECORD="+tt.list)
				ask.Root, ask.Lists = top+"/root", []List{{Path: list + "/RECORD"}}
			}
			j, err := Start(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if j.InCall() != tt.inCall {
				t.Errorf("in the call: %v, want %v", j.InCall(), tt.inCall)
			}
			results, s := jobtest.Drain(j)
			ask.Sizes = true // takes longer
			j, err = Start(t.Context(), ask)
			if err != nil || j.InCall() {
				t.Fatalf("in the call: %v, %v", j.InCall(), err)
			}
			want, summary := jobtest.Drain(j)
			s.Elapsed, summary.Elapsed = 0, 0
			if !reflect.DeepEqual(results, want) || !reflect.DeepEqual(s, summary) {
				t.Errorf("got  %+v, %+v\nwant %+v, %+v", results, s, want, summary)
			}
		})
	}
}
