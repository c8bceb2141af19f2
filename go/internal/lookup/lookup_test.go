package lookup

import (
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestListsBeneathARootAreFoundByTheirNames(t *testing.T) {
	root := treetest.Make(t, "b.txt=", "a/x/y.md5=", "a-b/MD5SUMS=", "a/SHA256SUMS=", "a/data=", "md5sum.txt=", "a/sums.sha1 -> data")
	j, err := Beneath(t.Context(), job.Request{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	results, s := jobtest.Drain(j)
	want := []string{"md5sum.txt ok", "a/SHA256SUMS ok", "a/sums.sha1 ok", "a/x/y.md5 ok", "a-b/MD5SUMS ok"}
	if got := jobtest.Briefs(results); !slices.Equal(got, want) || !s.OK {
		t.Errorf("got %q, %+v; want %q", got, s, want)
	}
}

func TestAListIsRecognisedByItsNameOrItsContent(t *testing.T) {
	line := treetest.SHA256("") + "  name\n"
	long := make([]byte, lookedAt)
	for i := range long {
		long[i] = '\n'
	}
	root := treetest.Make(t, "SHA256SUMS=nonsense", "x.md5=", "x.b3=", "foreign=# BLAKE2S HASH\n"+line, "list="+line, "late=# a list\nwhat\n"+line,
		"too-late="+string(long)+line, "data=\x00\x01", "empty=", "d/")
	names := []string{"SHA256SUMS", "x.md5", "x.b3", "foreign", "list", "late", "too-late", "data", "empty", "d", "gone"}
	j, err := Recognise(t.Context(), root, names)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	results, _ := jobtest.Drain(j)
	for i, r := range results {
		if r.Path != names[i] {
			t.Errorf("result %d is about %q, want %q", i, r.Path, names[i])
		}
		if !r.Fails {
			got = append(got, r.Path+" by "+r.Detail)
		}
	}
	if want := []string{"SHA256SUMS by name", "x.md5 by name", "x.b3 by name", "foreign by content", "list by content", "late by content"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
