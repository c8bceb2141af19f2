package lookup

import (
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestListsBeneathARootAreFoundByTheirNames(t *testing.T) {
	root := treetest.Make(t, "b.txt=", "a/x/y.md5="+treetest.SHA256("")+"  a\n", "a-b/MD5SUMS=", "a/SHA256SUMS="+treetest.SHA256("")+"  a\n", "a/data=",
		"md5sum.txt=see the web site\n", "a/sums.sha1 -> data")
	j, err := Beneath(t.Context(), job.Request{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	results, s := jobtest.Drain(j)
	want := []string{
		"md5sum.txt by name without digest", "a/SHA256SUMS by name", "a/sums.sha1 by name without entry", "a/x/y.md5 by name without entry",
		"a-b/MD5SUMS by name without entry",
	}
	var got []string
	for _, r := range results {
		got = append(got, r.Path+" by "+r.Detail)
	}
	if !slices.Equal(got, want) || !s.OK {
		t.Errorf("got %q, %+v; want %q", got, s, want)
	}
}

func TestABagIsFoundByItsDeclarationAndMore(t *testing.T) {
	line := treetest.SHA256("") + "  a\n"
	root := treetest.Make(t, "bagit.txt=prose", "SHA256SUMS="+line, "b/bagit.txt=", "b/SHA256SUMS="+line, "b/data/x=", "c/d/bagit.txt=", "c/d/manifest-md5.txt=",
		"e/bagit.txt=", "e/metadata/x=")
	j, err := Beneath(t.Context(), job.Request{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	results, _ := jobtest.Drain(j)
	if got, want := jobtest.Briefs(results), []string{"SHA256SUMS ok", "b/bagit.txt ok", "c/d/bagit.txt ok"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnlyListsDirectlyInTheRootAreFound(t *testing.T) {
	line := treetest.SHA256("") + "  name\n"
	for _, tt := range []struct{ specs, want []string }{
		{[]string{"MD5SUMS/", "d/", "d/SHA256SUMS=" + line, "x.sha256=" + line, "SHA256SUMS=" + line, "README.md5=prose", "SHA256SUMS.sig=", "file="},
			[]string{"README.md5 name without digest", "SHA256SUMS name", "x.sha256 name"}},
		{[]string{"bagit.txt=", "SHA256SUMS=" + line}, []string{"bagit.txt bag"}},
		{[]string{"file="}, nil},
	} {
		j, err := Directly(t.Context(), job.Request{Root: treetest.Make(t, tt.specs...)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		results, _ := jobtest.Drain(j)
		for _, r := range results {
			got = append(got, r.Path+" "+r.Detail)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.specs, got, tt.want)
		}
	}
}

// recognised returns those of the files that are recognised, and by what. Each has a result.
func recognised(t *testing.T, root string, files []string, nameAlone bool) (lists []string) {
	t.Helper()
	j, err := Recognise(t.Context(), root, files, nameAlone)
	if err != nil {
		t.Fatal(err)
	}
	results, _ := jobtest.Drain(j)
	if len(results) != len(files) {
		t.Fatalf("%d results for %d files", len(results), len(files))
	}
	for i, r := range results {
		if r.Path != files[i] {
			t.Errorf("result %d is about %q, want %q", i, r.Path, files[i])
		}
		if !r.Fails {
			lists = append(lists, r.Path+" by "+r.Detail)
		}
	}
	return lists
}

func TestAListIsRecognisedByItsNameOrItsContent(t *testing.T) {
	line := treetest.SHA256("") + "  name\n"
	long := make([]byte, lookedAt)
	for i := range long {
		long[i] = '\n'
	}
	root := treetest.Make(t, "SHA256SUMS="+line, "MD5SUMS=nonsense", "x.md5=", "x.b3=", "foreign=# WHIRLPOOL HASH\n"+line, "list="+line, "late=# a list\nwhat\n"+line,
		"too-late="+string(long)+line, "data=\x00\x01", "empty=", "d/")
	names := []string{"SHA256SUMS", "MD5SUMS", "x.md5", "x.b3", "foreign", "list", "late", "too-late", "data", "empty", "d", "gone"}
	got := recognised(t, root, names, false)
	want := []string{
		"SHA256SUMS by name", "MD5SUMS by name without digest", "x.md5 by name without entry", "x.b3 by name without entry",
		"foreign by content", "list by content", "late by content",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAListIsRecognisedByItsNameAlone(t *testing.T) {
	root := treetest.Make(t, "install.sh="+treetest.SHA256("")+"  name\n")
	names := []string{"install.sh", "SHA256SUMS", "SHA256SUMS.asc", "SHA256.sig", "x.sha256", "Fedora-Server-43-x86_64-CHECKSUM", "a.iso.sig", "SM3SUMS"}
	got := recognised(t, root, names, true)
	want := []string{
		"SHA256SUMS by name", "SHA256SUMS.asc by name", "SHA256.sig by name", "x.sha256 by name", "Fedora-Server-43-x86_64-CHECKSUM by name",
		"SM3SUMS by name",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
