package list_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// everyFew lets a span begin after so many entries.
func everyFew(most int64) func(list.Place) bool {
	return func(p list.Place) bool { return p.Span.Entries >= most }
}

// joined reads a list span by span, and returns what they have.
func joined(t testing.TB, text string, o list.Options, c *list.Cutting) *list.List {
	t.Helper()
	all := &list.List{}
	for i := range c.Spans {
		s := &c.Spans[i]
		l, err := s.Read(strings.NewReader(text), o)
		if err != nil {
			t.Fatalf("%q: span %+v: %v", text, *s, err)
		}
		if int64(len(l.Entries)) != s.Entries {
			t.Fatalf("%q: span %+v has %d entries", text, *s, len(l.Entries))
		}
		for _, e := range l.Entries {
			if e.Line < s.Line || e.Name < s.Least || e.Name > s.Most || strings.HasPrefix(e.Name, "./") && !s.Odd {
				t.Fatalf("%q: entry %+v in span %+v", text, e, *s)
			}
		}
		for _, m := range l.Malformed {
			if m.Name != "" && (m.Name < s.Least || m.Name > s.Most) {
				t.Fatalf("%q: the name of %+v is not in span %+v", text, m, *s)
			}
		}
		for _, one := range l.Listed {
			if one.Name < s.Least || one.Name > s.Most {
				t.Fatalf("%q: the name of %+v is not in span %+v", text, one, *s)
			}
		}
		all.Entries = append(all.Entries, l.Entries...)
		all.Malformed = append(all.Malformed, l.Malformed...)
		all.Listed = append(all.Listed, l.Listed...)
	}
	return all
}

// checkSpans compares a list with the spans that it is cut into.
func checkSpans(t testing.TB, text string, o list.Options, most int64) *list.Cutting {
	t.Helper()
	whole, wholeErr := list.Parse(strings.NewReader(text), o)
	c, err := list.Cut(strings.NewReader(text), o, everyFew(most))
	if !reflect.DeepEqual(err, wholeErr) {
		t.Fatalf("%q: cut with %v, read with %v", text, err, wholeErr)
	}
	if err != nil {
		return nil
	}
	got := joined(t, text, o, c)
	if len(whole.Entries)+len(got.Entries) > 0 && !reflect.DeepEqual(got.Entries, whole.Entries) {
		t.Fatalf("%q: the spans have %+v, the list has %+v", text, got.Entries, whole.Entries)
	}
	if len(whole.Malformed)+len(got.Malformed) > 0 && !reflect.DeepEqual(got.Malformed, whole.Malformed) {
		t.Fatalf("%q: the spans have %+v, the list has %+v", text, got.Malformed, whole.Malformed)
	}
	if len(whole.Listed)+len(got.Listed) > 0 && !reflect.DeepEqual(got.Listed, whole.Listed) {
		t.Fatalf("%q: the spans have %+v, the list has %+v", text, got.Listed, whole.Listed)
	}
	if c.Size != int64(len(text)) || c.Entries != int64(len(whole.Entries)) {
		t.Fatalf("%q: %d bytes and %d entries", text, c.Size, c.Entries)
	}
	return c
}

// Read span by span, a list of every format has the same entries and malformed lines.
func TestSpansHaveWhatTheListHas(t *testing.T) {
	for i, s := range formatSamples {
		o := list.Options{FileName: s.fileName}
		for _, text := range []string{filled(i, nil), filled(i, nil) + filled(i, map[string]string{"name": "b.txt"}), strings.Repeat(filled(i, nil), 5) + "nonsense\n"} {
			checkSpans(t, text, o, 2)
		}
	}
	lines := md5Hex + "  a\n" + md5Hex + " *b\nnonsense\n# comment\n\n" + md5Hex + "  c\n" + md5Hex + "  d\n"
	for name, text := range map[string]string{
		"plain":                 lines,
		"no line end":           strings.TrimSuffix(lines, "\n"),
		"after nonsense":        "nonsense\n\n" + lines,
		"a byte order mark":     "\ufeff" + lines,
		"returns":               strings.ReplaceAll(lines, "\n", "\r\n"),
		"a comment that counts": "# MD5 HASH\n" + lines,
		"two of them":           "# MD5 HASH\n" + lines + "# SHA1 HASH\n" + sha1Hex + "  e\n" + md5Hex + "  f\n",
		"a long line":           lines + strings.Repeat("x", 3*list.MaxLine) + "\n" + lines,
		"a long line first":     strings.Repeat("x", 3*list.MaxLine) + "\n" + lines,
		"signed":                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + lines + "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n",
		"signed in the middle":  lines + "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + lines + "-----BEGIN PGP SIGNATURE-----\n\nabcd\n" + lines,
		"two headers":           "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n1," + md5Hex + ",a\n1," + md5Hex + ",b\n%%%% HASHDEEP-1.0\n%%%% size,sha1,filename\n1," + sha1Hex + ",c\n1," + md5Hex + ",d\n",
		"foreign":               lines + "SM3 (x) = " + sha256Hex + "\n" + lines,
		"wide":                  "\xff\xfe" + strings.Join(strings.Split(lines, ""), "\x00") + "\x00",
		"one space or two":      "md5:" + md5Hex + "  a\nmd5:" + md5Hex + "  b\nmd5:" + md5Hex + " c\nmd5:" + md5Hex + "  d\n",
		"a link":                "#mtree\na type=file md5digest=" + md5Hex + "\nz type=link link=a\nb type=file md5digest=" + md5Hex + "\nc type=file md5digest=" + md5Hex + "\n",
		"NUL":                   strings.ReplaceAll(lines, "\n", "\x00"),
	} {
		t.Run(name, func(t *testing.T) {
			for most := range int64(4) {
				if c := checkSpans(t, text, list.Options{}, most+1); c == nil {
					t.Fatal("it is no list")
				} else if most == 0 && c.Entries > 1 && len(c.Spans) < 2 {
					t.Errorf("it is not cut: %+v", c.Spans)
				}
			}
		})
	}
}

func FuzzSpans(f *testing.F) {
	f.Add([]byte(sample(9)), "", uint8(0), uint8(2))
	f.Add([]byte("# SHA1 HASH\n"+sha1Hex+"  a\n# SHA3-256 HASH\n"+sha256Hex+"  a\n"), "a.DIGESTS", uint8(0), uint8(1))
	for i, s := range formatSamples {
		f.Add([]byte(filled(i, nil)+filled(i, map[string]string{"name": "b"})), s.fileName, uint8(0), uint8(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, fileName string, algorithm, most uint8) {
		o := list.Options{FileName: fileName, Algorithm: digest.Algorithm(algorithm % uint8(1+len(digest.All())))}
		checkSpans(t, string(text), o, max(1, int64(most%8)))
	})
}

// The spans of a long list, whose blocks end anywhere, have all of it.
func TestALongListIsCut(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&text, "%s  %d%s\n", md5Hex, i, strings.Repeat("x", random.IntN(90)))
		if random.IntN(100) == 0 {
			text.WriteString("nonsense\n")
		}
	}
	if c := checkSpans(t, text.String(), list.Options{}, 7_000); len(c.Spans) != 9 {
		t.Errorf("it is cut into %d spans", len(c.Spans))
	}
}

// The sizes of files count where a list has them.
func TestSpansKnowTheSizesOfTheirFiles(t *testing.T) {
	text := "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n"
	for i := range 6 {
		text += fmt.Sprintf("%d,%s,%c\n", 10*i, md5Hex, 'f'-i)
	}
	var sizes []int64
	c, err := list.Cut(strings.NewReader(text), list.Options{}, func(p list.Place) bool { return p.Span.Size+p.Size > 60 })
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Spans {
		sizes = append(sizes, s.Size)
	}
	if want := []int64{60, 40, 50}; !reflect.DeepEqual(sizes, want) {
		t.Errorf("sizes %v, want %v", sizes, want)
	}
	if s := c.Spans[0]; s.Least != "c" || s.Most != "f" {
		t.Errorf("names from %q to %q", s.Least, s.Most)
	}
}

// Whatever changes in a list, a span of it is refused if it has another byte than before.
func TestASpanOfAnotherListIsRefused(t *testing.T) {
	text := "# MD5 HASH\n" + md5Hex + "  a\n" + md5Hex + "  b\n" + md5Hex + "  c\n" + md5Hex + "  d\n"
	c, err := list.Cut(strings.NewReader(text), list.Options{}, everyFew(2))
	if err != nil || len(c.Spans) != 2 {
		t.Fatalf("%v, %v", c, err)
	}
	for name, tt := range map[string]struct {
		text    string
		refused [2]bool
	}{
		"the same":         {text, [2]bool{false, false}},
		"shorter":          {text[:len(text)-5], [2]bool{false, true}},
		"empty":            {"", [2]bool{true, true}},
		"another digest":   {strings.Replace(text, "a\n", "x\n", 1), [2]bool{true, true}},
		"in the last part": {strings.Replace(text, "d\n", "x\n", 1), [2]bool{false, true}},
		"moved":            {"\n" + text, [2]bool{true, true}},
		"another head":     {strings.Replace(text, "MD5 HASH", "SM3 HASH", 1), [2]bool{true, true}},
		"binary":           {strings.Repeat("\x00", len(text)), [2]bool{true, true}},
	} {
		for i, s := range c.Spans {
			if _, err := s.Read(strings.NewReader(tt.text), list.Options{}); (err == list.ErrChanged) != tt.refused[i] || err != nil && err != list.ErrChanged {
				t.Errorf("%s: span %d: %v", name, i, err)
			}
		}
	}
}

// changing is a list that another program writes between two reads.
type changing struct {
	*bytes.Reader
	second string
}

func (c *changing) Seek(int64, int) (int64, error) {
	c.Reader = bytes.NewReader([]byte(c.second))
	return 0, nil
}

func TestAListThatChangesWhileItIsCutIsRefused(t *testing.T) {
	first := md5Hex + "  a\n" + md5Hex + "  b\n"
	for _, second := range []string{"", first + md5Hex + "  c\n", strings.Replace(first, "a", "x", 1), first[:40]} {
		_, err := list.Cut(&changing{bytes.NewReader([]byte(first)), second}, list.Options{}, everyFew(1))
		if !errors.Is(err, list.ErrChanged) {
			t.Errorf("%q: %v", second, err)
		}
	}
}

// entriesOf is a list of so many entries, which are made as they are read.
type entriesOf struct{ size, at int64 }

const madeLine = md5Hex + "  a/file/of/a/long/list\n"

func (e *entriesOf) Read(b []byte) (int, error) {
	if e.at >= e.size*int64(len(madeLine)) {
		return 0, io.EOF
	}
	n := copy(b, madeLine[e.at%int64(len(madeLine)):])
	e.at += int64(n)
	return n, nil
}

func (e *entriesOf) Seek(int64, int) (int64, error) {
	e.at = 0
	return 0, nil
}

// The memory for cutting does not grow with the list.
func TestToCutALongListTakesLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	var before, after runtime.MemStats
	most := uint64(0)
	runtime.ReadMemStats(&before)
	c, err := list.Cut(&entriesOf{size: 1_000_000}, list.Options{}, func(p list.Place) bool {
		if p.Done%50_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			most = max(most, after.HeapAlloc-min(before.HeapAlloc, after.HeapAlloc))
		}
		return p.Span.Entries >= 10_000
	})
	if err != nil || len(c.Spans) != 100 {
		t.Fatalf("%v", err)
	}
	if most > 16<<20 {
		t.Errorf("it holds %d bytes", most)
	}
}
