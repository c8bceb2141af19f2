package difference

import (
	"context"
	"encoding/base64"
	encoded "encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// outcome is all that a job says of two lists.
type outcome struct {
	results []verdict.Result
	summary job.Summary
	reason  string
	files   int64 // of the progress, if there is a verdict
}

// of compares two texts. With whole, both are read into memory first.
func of(t testing.TB, old, new string, r Request, whole bool) (o outcome) {
	t.Helper()
	r.Old, r.New = verify.List{Path: "old", Content: []byte(old)}, verify.List{Path: "new", Content: []byte(new)}
	c, err := settle(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range c.sides {
		side.whole = side.whole || whole
	}
	j, err := job.Start(t.Context(), c.run)
	if err != nil {
		t.Fatal(err)
	}
	results, s := jobtest.Drain(j)
	s.Elapsed = 0
	if s.Err != nil {
		o.reason, s.Err = fmt.Sprintf("%#v", problem.From(s.Err)), nil
	}
	o.results, o.summary = results, *s
	if o.reason == "" {
		o.files = j.Meter.Files.Load()
	}
	return o
}

func mustAgree(t *testing.T, what, old, new string, r Request) {
	t.Helper()
	streamed, whole := of(t, old, new, r, false), of(t, old, new, r, true)
	if !reflect.DeepEqual(streamed, whole) {
		t.Errorf("%s:\nstreamed  %.2000s\nin memory %.2000s\nold %.500q\nnew %.500q", what, fmt.Sprintf("%+v", streamed), fmt.Sprintf("%+v", whole), old, new)
	}
}

// randomText returns a list, whose lines may be sorted. Few names make most of them repeat.
func randomText(r *rand.Rand) string {
	names := []string{"a", "./a", "a//b", "a/b", "a/b/c", "a.b", "d/x", "d/y", "e/x", "e/y", "d/../a", "z", "z/1", "z/2", "y/1", "y/2"}
	format := r.IntN(4)
	var lines []string
	for range r.IntN(10) {
		name, text := names[r.IntN(len(names))], strings.Repeat("x", r.IntN(4))
		hex := treetest.SHA256(text)
		switch {
		case format == 1:
			lines = append(lines, fmt.Sprintf("%s,sha256=%s,%s", name, urlBase64(hex), []string{"", "1", "2"}[r.IntN(3)]))
			if r.IntN(4) == 0 {
				lines = append(lines, name+",,")
			}
		case format == 2:
			lines = append(lines, fmt.Sprintf("SIZE (%s) = %d", name, r.IntN(3)), fmt.Sprintf("SHA256 (%s) = %s", name, hex))
		case r.IntN(8) == 0:
			lines = append(lines, fmt.Sprintf("SM3 (%s) = %s", name, hex))
		case r.IntN(8) == 0:
			lines = append(lines, fmt.Sprintf("MD5 (%s) = %s", name, hex[:32]))
		case r.IntN(40) == 0:
			lines = append(lines, "what is "+name)
		default:
			lines = append(lines, hex+"  "+name)
		}
	}
	if kind := r.IntN(4); kind > 0 {
		sortLines(lines)
		if kind == 1 && len(lines) > 1 {
			lines[0], lines[len(lines)-1] = lines[len(lines)-1], lines[0]
		}
	}
	return strings.Join(append(lines, ""), "\n")
}

func urlBase64(digits string) string {
	raw, err := encoded.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// sortLines sorts lines by the names in them.
func sortLines(lines []string) {
	nameOf := func(line string) string {
		if _, name, ok := strings.Cut(line, "  "); ok {
			return Clean(name)
		}
		if _, rest, ok := strings.Cut(line, "("); ok {
			name, _, _ := strings.Cut(rest, ")")
			return Clean(name)
		}
		name, _, _ := strings.Cut(line, ",")
		return Clean(name)
	}
	for i := range lines {
		for k := i; k > 0 && nameOf(lines[k]) < nameOf(lines[k-1]); k-- {
			lines[k], lines[k-1] = lines[k-1], lines[k]
		}
	}
}

func checkStream(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	old := randomText(r)
	new := old
	if r.IntN(4) > 0 {
		new = randomText(r)
	}
	request := Request{Lenient: r.IntN(2) == 0}
	if r.IntN(4) == 0 {
		request.Exclude = []string{[]string{"a", "z/", "*.b", "*"}[r.IntN(4)]}
	}
	mustAgree(t, fmt.Sprintf("seed %d", seed), old, new, request)
}

func TestListsComparedAsTheyAreReadGiveWhatTheyGiveInMemory(t *testing.T) {
	for seed := range uint64(1000) {
		checkStream(t, seed)
	}
}

func FuzzListsComparedAsTheyAreReadGiveWhatTheyGiveInMemory(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(checkStream)
}

func FuzzAnyTextsComparedAsTheyAreReadGiveWhatTheyGiveInMemory(f *testing.F) {
	hex := treetest.SHA256("")
	for _, text := range []string{
		"", "what\n", hex + "  a\n" + hex + "  b\n", hex + "  b\n" + hex + "  a\n", "SM3 (a) = " + hex + "\n", hex + "\n", hex + "  a\x00" + hex + "  b\x00",
		"#mtree\na type=file sha256digest=" + hex + "\nb type=file\nc type=link\n", "DIST a 1 SHA256 " + hex + "\nDATA b 1 SHA256 " + hex + "\n",
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + hex + "  a\n-----BEGIN PGP SIGNATURE-----\n",
	} {
		f.Add(text, hex+"  a\n", true)
		f.Add(hex+"  a\n", text, false)
	}
	f.Fuzz(func(t *testing.T, old, new string, lenient bool) {
		if old != "" && new != "" {
			mustAgree(t, "these texts", old, new, Request{Lenient: lenient})
		}
	})
}

// longText returns a sorted list of several chunks, in which edit changes lines.
func longText(edit func(i int, line string) string) string {
	var text strings.Builder
	for i := range 3*chunk + 10 {
		text.WriteString(edit(i, line(fmt.Sprintf("d%d/f%05d", i/1000, i), fmt.Sprint(i%977))))
	}
	return text.String()
}

func TestLongListsAreComparedAsTheyAreReadToo(t *testing.T) {
	same := func(_ int, line string) string { return line }
	at := func(where int, text string) func(int, string) string {
		return func(i int, line string) string {
			if i == where {
				return strings.ReplaceAll(text, "{}", line)
			}
			return line
		}
	}
	extra := line("d1/f01023", "other")
	for name, edit := range map[string]func(int, string) string{
		"the same":                          same,
		"a line less":                       at(chunk, ""),
		"a name in two chunks":              at(chunk-1, "{}"+extra),
		"a name that fills more than one":   at(chunk-1, strings.Repeat(extra, 2*chunk)),
		"unsorted in the middle":            at(2*chunk, "{}"+line("a", "1")),
		"unsorted at the end":               at(3*chunk+9, "{}"+line("a", "1")),
		"unsorted at the start":             at(0, line("z", "1")+"{}"),
		"malformed":                         at(5, "what\n{}"),
		"a NUL":                             at(2*chunk, "\x00\n{}"),
		"an unsupported algorithm, sorted":  at(chunk, "SM3 (d1/f01024) = "+treetest.SHA256("")+"\n"),
		"an unsupported one, out of place":  at(chunk, "SM3 (a) = "+treetest.SHA256("")+"\n"),
		"half of it moved":                  func(i int, line string) string { return strings.Replace(line, "  d1", "  n", 1) },
		"half of it moved, and the new one": func(i int, line string) string { return strings.Replace(line, "  d1", "  d1/new", 1) },
	} {
		old, new := longText(same), longText(edit)
		mustAgree(t, name, old, new, Request{})
		mustAgree(t, name+", back", new, old, Request{Lenient: true})
		mustAgree(t, name+", both", new, new, Request{})
		mustAgree(t, name+", excluded", old, new, Request{Exclude: []string{"d1/", "/a"}})
		mustAgree(t, name+", to nothing", old, "what\n", Request{})
		mustAgree(t, name+", from nothing", "what\n", new, Request{})
	}
}

// What is kept of a list that is compared as it is read is what differs, although each of
// its names is a part of a block of a megabyte.
func TestOnlyWhatDiffersIsKept(t *testing.T) {
	const lines = 200_000
	root := t.TempDir()
	write := func(name string, differs func(i int) bool) {
		var text strings.Builder
		for i := range lines {
			content := fmt.Sprint(i)
			if differs(i) {
				content = name
			}
			text.WriteString(line(fmt.Sprintf("directory/file-%07d", i), content))
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("old", func(int) bool { return false })
	write("new", func(i int) bool { return i%1000 == 0 })
	c, err := settle(Request{Directory: root, Old: verify.List{Path: "old"}, New: verify.List{Path: "new"}})
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	var d *Difference
	j, err := job.Start(t.Context(), func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
		d, _, err = c.attempt(ctx, j)
		return s, err
	})
	if err != nil {
		t.Fatal(err)
	}
	jobtest.Drain(j)
	kept := heap() - before
	if d == nil || len(d.Changes) != lines/1000 || d.Counts[verdict.OK] != lines-lines/1000 {
		t.Fatalf("got %+v", d)
	}
	if most := int64(1 << 20); kept > most {
		t.Errorf("%d bytes are kept, want at most %d", kept, most)
	}
	runtime.KeepAlive(d)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A directory is there if the new list has any name in it, however far from the old one.
func TestADirectoryIsGoneIfTheNewListHasNothingInIt(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"o/a o/b", "n/a n/b", "o o"},
		{"o/a o/b", "n/a n/b o/0", " "},
		{"o/a o/b", "n/a n/b o/z/z", " "},
		{"o/a o/b", "n/a n/b o.z o0", "o o"},
		{"x/o/a x/o/b", "n/o/a n/o/b x/p", "x/o x/o"},
		{"x/o/a x/o/b", "n/o/a n/o/b", "x x"},
	} {
		text := func(names string) string {
			var all strings.Builder
			for _, name := range strings.Fields(names) {
				all.WriteString(line(name, name[len(name)-1:]))
			}
			return all.String()
		}
		mustAgree(t, tt.new, text(tt.old), text(tt.new), Request{})
		var got []string
		for _, r := range of(t, text(tt.old), text(tt.new), Request{}, false).results {
			if r.Status == verdict.Moved {
				got = append(got, r.MovedWith)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s to %s: renamed %q, want %q", tt.old, tt.new, got, tt.want)
		}
	}
}
