package list_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

func ExampleParse() {
	list, err := list.Parse(strings.NewReader(
		"# release 1.2\n"+
			"900150983cd24fb0d6963f7d28e17f72  notes.txt\n"+
			"SHA1 (my file) = a9993e364706816aba3e25717850c26c9cd0d89d\n"+
			"900150983cd24fb0d6963f7d28e17f72 other.txt\n"), list.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range list.Entries {
		fmt.Printf("%d: %v of %q\n", e.Line, e.Algorithm, e.Name)
	}
	for _, m := range list.Malformed {
		fmt.Printf("%d: %s\n", m.Line, m.Reason)
	}
	// Output:
	// 2: md5 of "notes.txt"
	// 3: sha1 of "my file"
	// 4: only one space between digest and name, but the lines before have two spaces, or a space and "*"
}

func TestLinesCountFromTheStartOfTheFile(t *testing.T) {
	got := parse(t, md5Hex+"  a\nprose\n", list.Options{LinesBefore: 2})
	if a, b := got.Entries[0].Line, got.Malformed[0].Line; a != 3 || b != 4 {
		t.Errorf("got lines %d and %d, want 3 and 4", a, b)
	}
}

// Comments and blank lines are skipped but counted. A comment has its "#" at the
// very start of the line.
func TestCommentsAndBlankLines(t *testing.T) {
	const text = "# " + md5Hex + "  comment\n#\n\n \t \n\r\n \r\n" + md5Hex + "  a\n  # b\n\n"
	got := parse(t, text, list.Options{})
	want := &list.List{
		Entries: []list.Entry{{Name: "a", Hex: md5Hex, Line: 7, Algorithm: digest.MD5}},
		Malformed: []list.Malformed{{Line: 8, Text: "  # b",
			Reason: "comments must start at the beginning of the line"}},
		Format: &list.Coreutils,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Parse(%q) = %+v, want %+v", text, *got, *want)
	}
}

// One list may mix formats, algorithms and line ends.
func TestMixedList(t *testing.T) {
	const text = "MD5 (a) = " + md5Hex + "\r\n" + sha1Hex + " *b\nSHA256 (c) = " + sha256Hex + "\nMD5 (d) = " + md5Hex
	got := parse(t, text, list.Options{})
	want := &list.List{Entries: []list.Entry{
		{Name: "a", Hex: md5Hex, Line: 1, Algorithm: digest.MD5},
		{Name: "b", Hex: sha1Hex, Line: 2, Algorithm: digest.SHA1},
		{Name: "c", Hex: sha256Hex, Line: 3, Algorithm: digest.SHA256},
		{Name: "d", Hex: md5Hex, Line: 4, Algorithm: digest.MD5},
	}, Format: &list.Coreutils}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Parse(%q) = %+v, want %+v", text, *got, *want)
	}
}

// Only one carriage return belongs to the line end; a second one is part of the
// name.
func TestOneCarriageReturnIsDropped(t *testing.T) {
	got := parse(t, md5Hex+"  a\r\r\n", list.Options{})
	if len(got.Entries) != 1 || got.Entries[0].Name != "a\r" {
		t.Errorf("Parse = %+v, want the name %q", *got, "a\r")
	}
}

// A list without entries parses without error; the caller reports that there is
// nothing to verify.
func TestListWithoutEntries(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "\ufeff"} {
		if got := parse(t, text, list.Options{}); !reflect.DeepEqual(got, &list.List{}) {
			t.Errorf("Parse(%q) = %+v, want an empty list", text, *got)
		}
	}
}

// A byte order mark between two joined lists gets a reason of its own.
func TestByteOrderMarkInTheMiddle(t *testing.T) {
	got := parse(t, md5Hex+"  a\n\ufeff"+md5Hex[:8]+"  b\n", list.Options{})
	const want = "byte order mark (U+FEFF) in the middle of the list; are these two lists joined together?"
	if len(got.Malformed) != 1 || got.Malformed[0].Line != 2 || got.Malformed[0].Reason != want {
		t.Errorf("Parse = %+v, want line 2 malformed: %s", *got, want)
	}
}

// A text with more than 1,000 malformed lines and no entry is not a list. After one
// entry, every malformed line is reported.
func TestGarbageIsNotAList(t *testing.T) {
	garbage := strings.Repeat("garbage\n", 1000)
	parse(t, garbage, list.Options{})
	if got := parse(t, md5Hex+"  a\n"+garbage+garbage, list.Options{}); len(got.Malformed) != 2000 {
		t.Errorf("%d malformed lines, want 2000", len(got.Malformed))
	}
	wantError(t, "# comment\n"+garbage+"garbage\n"+md5Hex+"  a\n", list.Error{
		Reason: "not a checksum list: no valid entry in 1001 lines; line 2: " +
			`expected a digest or a tag such as "SHA256 ("`})
}

// endless repeats a text, far longer than anyone should read.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 64<<20 {
		return 0, io.EOF
	}
	n := copy(p, e.text[e.read%len(e.text):])
	e.read += n
	return n, nil
}

// A stream of garbage may have no end, and not even lines.
func TestBinaryGarbageIsNotAList(t *testing.T) {
	binary := strings.Repeat(strings.Repeat("xy\x00", 333)+"\n", 70)
	for _, garbage := range []string{binary + "\n", strings.Repeat("xy\x00", list.MaxLine), "x\x00\n" + strings.Repeat("x", list.MaxLine+2)} {
		for _, piece := range []int{1 << 20, 4 << 10} {
			r := &endless{text: garbage}
			_, err := list.ParseBlocks(r, list.Options{}, piece)
			if e := (*list.Error)(nil); !errors.As(err, &e) || !strings.Contains(e.Reason, "NUL bytes and no valid entry; line 1: ") {
				t.Errorf("%.20q: error %v", garbage, err)
			}
			if r.read > 4<<20 {
				t.Errorf("%.20q: %d bytes are read", garbage, r.read)
			}
		}
	}
	for _, text := range []string{strings.Repeat("\x00", list.MaxLine-1), "\x00\n" + strings.Repeat("x\n", 900), strings.Repeat("x\x01", list.MaxLine)} {
		parse(t, text, list.Options{})
	}
	parse(t, md5Hex+"  a\n"+binary, list.Options{})
}

// More than a million malformed lines are refused: each takes far more memory than
// its text.
func TestMalformedLinesAreLimited(t *testing.T) {
	bad := md5Hex + "  a\n" + strings.Repeat("x\n", 1_000_000)
	if got := parse(t, bad, list.Options{}); len(got.Malformed) != 1_000_000 {
		t.Errorf("%d malformed lines, want 1,000,000", len(got.Malformed))
	}
	wantError(t, bad+"x\n", list.Error{
		Reason: "more than 1000000 malformed lines; line 2: " +
			`expected a digest or a tag such as "SHA256 ("`})
}

// The number of different reasons is limited; after that, all lines get the same
// one.
func TestReasonsAreLimited(t *testing.T) {
	var text strings.Builder
	text.WriteString(md5Hex + "  a\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "X%d (a) = 00\n", i)
	}
	got := parse(t, text.String(), list.Options{})
	reasons := map[string]bool{}
	for _, m := range got.Malformed {
		reasons[m.Reason] = true
	}
	if len(got.Malformed) != 2000 || len(reasons) != 1001 ||
		!reasons["can't be read; more than 1,000 lines before this one had different reasons"] {
		t.Errorf("%d malformed lines, %d reasons; want 2000, 1001", len(got.Malformed), len(reasons))
	}
}

// A list with more lines than an int32 can number is refused.
func TestLinesAreLimited(t *testing.T) {
	if err := list.ParseAfter(math.MaxInt32-2, "\n\n"); err != nil {
		t.Errorf("2,147,483,647 lines: %v", err)
	}
	err := list.ParseAfter(math.MaxInt32-2, "\n\n\n")
	if err == nil || err.Error() != "the list has more than 2,147,483,647 lines" {
		t.Errorf("one line more: %v", err)
	}
}

// Errors of the reader are returned wrapped and without a list, even
// io.ErrUnexpectedEOF.
func TestReaderError(t *testing.T) {
	for _, cause := range []error{errors.New("disk on fire"), io.ErrUnexpectedEOF} {
		r := io.MultiReader(strings.NewReader(md5Hex+"  a\n"), iotest.ErrReader(cause))
		got, err := list.Parse(r, list.Options{})
		if got != nil || !errors.Is(err, cause) || err.Error() != "reading the list: "+cause.Error() {
			t.Errorf("Parse = %v, %v; want %v wrapped", got, err, cause)
		}
	}
}

func TestErrorNamesItsLine(t *testing.T) {
	if got := (&list.Error{Line: 3, Reason: "why"}).Error(); got != "line 3: why" {
		t.Errorf("Error() = %q", got)
	}
}

func wantError(t *testing.T, text string, want list.Error) {
	t.Helper()
	l, err := list.Parse(strings.NewReader(text), list.Options{})
	var got *list.Error
	if errors.As(err, &got) {
		want.Damaged = got.Damaged
	}
	if got == nil || *got != want || l != nil {
		t.Errorf("Parse(%.40q) = %v, %v; want %v", text, l, err, want)
	}
}
