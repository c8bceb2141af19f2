package compose_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/treetest"
)

var sha = treetest.SHA256("1")

func TestCheckNamesTheFirstEntryThatAReaderWouldNotFind(t *testing.T) {
	w := compose.Writer{To: &list.Coreutils, Name: "list"}
	entries := []list.Entry{{Name: "a", Hex: sha, Algorithm: digest.SHA256}, {Name: "b", Hex: sha, Algorithm: digest.SHA256}}
	for _, tt := range []struct {
		text   string
		number int
		why    string
	}{
		{sha + "  a\n" + sha + "  b\n", -1, ""},
		{strings.ToUpper(sha) + "  ./a\nSHA256 (b) = " + sha + "\n", -1, ""},
		{sha + "  a\n", 1, "the line would be malformed"},
		{sha + "  a\n" + sha + "  c\n", 1, "the name would be read as c"},
		{sha + "  a\n" + "SHA3-256 (b) = " + sha + "\n", 1, "its digest would be read as sha3-256"},
		{sha + "  a\n" + treetest.SHA256("2") + "  b\n", 1, "its digest would be read as sha256"},
		{sha + "  a\n" + sha + "  b\nprose\n", 0, "the list would have malformed lines"},
		{sha + "  a\n" + sha + "  b\n" + sha + "  c\n", 0, "the list would have malformed lines"},
		{sha + " a\n" + sha + " b\n", 0, "the list would be read as one of the format one-space"},
		{strings.Repeat("prose\n", 2000), 0, "the list would be refused: "},
	} {
		number, why := w.Check([]byte(tt.text), true, 2, func(i int) *list.Entry { return &entries[i] })
		if number != tt.number || !strings.HasPrefix(why, tt.why) || why != "" && tt.why == "" {
			t.Errorf("%.200q: %d, %q; want %d, %q", tt.text, number, why, tt.number, tt.why)
		}
	}
}

// It is read by the format and the header of its list.
func TestTheRestOfAListIsCheckedAlone(t *testing.T) {
	w := compose.Writer{To: &list.Hashdeep, Name: "list"}
	for i, name := range []string{"a", "b"} {
		e := &compose.Entries(w.To, name, 0, 1, []list.Digest{{Algorithm: digest.SHA256, Hex: sha}})[0]
		lines, _ := w.Lines(e)
		if number, why := w.Check(lines, i == 0, 1, func(int) *list.Entry { return e }); number >= 0 {
			t.Errorf("%q: %d, %s", lines, number, why)
		}
		e.Name = "c"
		if number, _ := w.Check(lines, i == 0, 1, func(int) *list.Entry { return e }); number != 0 {
			t.Errorf("%q is taken for the line of another file", lines)
		}
	}
}

func TestALineSaysItsAlgorithmWhereTheListDoesNot(t *testing.T) {
	for _, tt := range []struct {
		w    compose.Writer
		a    digest.Algorithm
		want string
	}{
		{compose.Writer{To: &list.Coreutils, Name: "list"}, digest.SHA256, sha + "  a\n"},
		{compose.Writer{To: &list.Coreutils, Name: "list", Tagged: true}, digest.SHA256, "SHA256 (a) = " + sha + "\n"},
		{compose.Writer{To: &list.Coreutils, Name: "list"}, digest.SHA3_256, "SHA3-256 (a) = " + sha + "\n"},
		{compose.Writer{To: &list.Coreutils, Name: "x.sha3"}, digest.SHA3_256, sha + "  a\n"},
		{compose.Writer{To: &list.OneSpace, Name: "list"}, digest.SHA3_256, sha + " a\n"},
	} {
		lines, why := tt.w.Lines(&list.Entry{Name: "a", Hex: sha, Algorithm: tt.a})
		if string(lines) != tt.want || why != "" {
			t.Errorf("got %q, %q; want %q", lines, why, tt.want)
		}
		if tells := tt.w.To == &list.Coreutils; tt.w.Tells(tt.a) != tells || !tt.w.Has(tt.a) {
			t.Errorf("%s, %v: want that a reader knows the algorithm: %v", tt.w.To.Name, tt.a, tells)
		}
	}
}

func TestAHeaderIsWrittenOnce(t *testing.T) {
	w := compose.Writer{To: &list.Hashdeep, Name: "list"}
	var text string
	for _, name := range []string{"a", "b"} {
		e := compose.Entries(w.To, name, 0, 1, []list.Digest{{Algorithm: digest.SHA256, Hex: sha}, {Algorithm: digest.MD5, Hex: sha[:32]}})
		if len(e) != 1 {
			t.Fatalf("%d entries", len(e))
		}
		lines, why := w.Lines(&e[0])
		if text += string(lines); why != "" {
			t.Fatal(why)
		}
	}
	want := "%%%% HASHDEEP-1.0\n%%%% size,sha256,md5,filename\n1," + sha + "," + sha[:32] + ",a\n1," + sha + "," + sha[:32] + ",b\n"
	if text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

func TestAReasonSaysWhyAFormatHasNoLine(t *testing.T) {
	long := strings.Repeat("n", list.MaxLine)
	for _, tt := range []struct {
		to   *list.Format
		name string
		size int64
		a    digest.Algorithm
		want string
	}{
		{&list.Hashdeep, "a", -1, digest.SHA256, "its size is not known"},
		{&list.Hashdeep, "a\n", -1, digest.SHA256, "the name has a line end"},
		{&list.SFV, "a", 1, digest.SHA256, "the format has no digests of sha256"},
		{&list.Gentoo, "\xff", 1, digest.SHA256, "the format can't hold such a name"},
		{&list.Coreutils, long, 1, digest.SHA256, compose.TooLong},
		{&list.Distinfo, long[:list.MaxLine-100], 1, digest.SHA256, ""}, // two lines, neither of which is too long
		{&list.Distinfo, long, 1, digest.SHA256, compose.TooLong},
	} {
		w := compose.Writer{To: tt.to, Name: "list"}
		e := compose.Entries(tt.to, tt.name, 0, tt.size, []list.Digest{{Algorithm: tt.a, Hex: sha}})
		if _, why := w.Lines(&e[0]); why != tt.want {
			t.Errorf("%s, %.10q: %q, want %q", tt.to.Name, tt.name, why, tt.want)
		}
	}
}
