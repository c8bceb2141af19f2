package list_test

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unsafe"

	"github.com/checksig/checksig/go/internal/list"
)

// lineOf returns an untagged line of size bytes.
func lineOf(size int) string {
	return md5Hex + "  " + strings.Repeat("n", size-len(md5Hex)-2)
}

// A line of MaxLine bytes is read and a longer one is malformed, for any block
// size and line end. The lines around it are read.
func TestLongLines(t *testing.T) {
	const reason = "longer than 65,536 bytes"
	for _, size := range []int{list.MaxLine - 1, list.MaxLine, list.MaxLine + 1, list.MaxLine + 2,
		2 * list.MaxLine, 3<<20 + 5} {
		for _, end := range []string{"\n", "\r\n"} {
			text := md5Hex + "  a" + end + lineOf(size) + end + md5Hex + "  b" + end + lineOf(size)
			for _, block := range []int{1, 100, list.MaxLine, 1 << 20} {
				got, err := list.ParseBlocks(strings.NewReader(text), list.Options{}, block)
				if err != nil {
					t.Fatal(err)
				}
				names := []string{}
				for _, e := range got.Entries {
					names = append(names, fmt.Sprintf("%d %.1s %d", e.Line, e.Name, len(e.Name)))
				}
				want := []string{"1 a 1", fmt.Sprintf("2 n %d", size-34), "3 b 1", fmt.Sprintf("4 n %d", size-34)}
				var malformed []list.Malformed
				if size > list.MaxLine {
					want = []string{"1 a 1", "3 b 1"}
					malformed = []list.Malformed{
						{Line: 2, Reason: reason, Text: lineOf(80)}, {Line: 4, Reason: reason, Text: lineOf(80)}}
				}
				if !reflect.DeepEqual(names, want) || !reflect.DeepEqual(got.Malformed, malformed) {
					t.Errorf("lines of %d bytes and %q in blocks of %d: %q, %+v; want %q, %+v",
						size, end, block, names, got.Malformed, want, malformed)
				}
			}
		}
	}
}

// If a block ends after MaxLine bytes and a carriage return, the next bytes decide
// whether the line is too long.
func TestBlockEndsAtACarriageReturn(t *testing.T) {
	for _, tt := range []struct {
		rest    string
		entries int
	}{{"\n", 1}, {"", 1}, {"x\n", 0}, {"x", 0}, {"\r\n", 0}} {
		text := "\n" + lineOf(list.MaxLine) + "\r" + tt.rest
		got, err := list.ParseBlocks(strings.NewReader(text), list.Options{}, 1)
		if err != nil || len(got.Entries) != tt.entries || len(got.Malformed) != 1-tt.entries {
			t.Errorf("with %q after it: %v, %.200v; want %d entries", tt.rest, err, got, tt.entries)
		}
	}
}

// A comment or blank line that is too long is malformed: the result must not depend
// on how much of it was read.
func TestLongCommentIsMalformed(t *testing.T) {
	for _, c := range []string{"#", " "} {
		got := parse(t, strings.Repeat(c, list.MaxLine)+"\n"+strings.Repeat(c, list.MaxLine+1), list.Options{})
		if len(got.Malformed) != 1 || got.Malformed[0].Line != 2 {
			t.Errorf("%q: %+v, want line 2 malformed", c, got.Malformed)
		}
	}
}

// The list does not depend on the pieces in which the stream arrives.
func TestPiecesOfAStreamDoNotMatter(t *testing.T) {
	text := sample(5000)
	want := parse(t, text, list.Options{})
	for name, r := range readers(text) {
		for _, block := range []int{1, 7, 100, 1 << 20} {
			got, err := list.ParseBlocks(r(), list.Options{}, block)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, blocks of %d: %v, a different list", name, block, err)
			}
		}
	}
}

func readers(text string) map[string]func() io.Reader {
	return map[string]func() io.Reader{
		"all at once":       func() io.Reader { return strings.NewReader(text) },
		"byte by byte":      func() io.Reader { return iotest.OneByteReader(strings.NewReader(text)) },
		"half of the asked": func() io.Reader { return iotest.HalfReader(strings.NewReader(text)) },
		"data with the end": func() io.Reader { return iotest.DataErrReader(strings.NewReader(text)) },
	}
}

// sample is a list with every kind of line in turn.
func sample(lines int) string {
	kinds := []string{
		md5Hex + "  a\n", sha1Hex + " *b c\r\n", "SHA256 (d) = " + sha256Hex + "\n", `\` + md5Hex + `  e\nf` + "\n",
		"# comment\n", "\n", "garbage\n", md5Hex + " one space\n", "RMD160 (g) = 00\n",
	}
	var b strings.Builder
	for i := range lines {
		b.WriteString(kinds[i%len(kinds)])
	}
	return b.String()
}

// A line of any length takes only a few MiB of memory.
func TestEndlessLineTakesLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 200 MB")
	}
	const size = 200 << 20 // bytes
	allocated := allocatedBy(func() {
		r := io.MultiReader(io.LimitReader(letters{}, size), strings.NewReader("\n"+md5Hex+"  a"))
		got, err := list.Parse(r, list.Options{})
		if err != nil || len(got.Malformed) != 1 || len(got.Entries) != 1 || got.Entries[0].Line != 2 {
			t.Errorf("Parse = %+v, %v; want line 1 malformed and an entry in line 2", got, err)
		}
	})
	if allocated > 8<<20 {
		t.Errorf("a line of %d bytes took %d bytes of memory, want at most 8 MiB", size, allocated)
	}
}

// letters is an endless stream of the letter a.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for n := copy(p, "a"); n < len(p); {
		n += copy(p[n:], p[:n])
	}
	return len(p), nil
}

// An entry costs no allocation of its own, and at most twice its size in memory
// besides the text of the list.
func TestMemoryOfALongList(t *testing.T) {
	const entries = 100_000
	for _, format := range []string{md5Hex + "  dir/%07d\n", "MD5 (dir/%07d) = " + md5Hex + "\n"} {
		var text bytes.Buffer
		for i := range entries {
			fmt.Fprintf(&text, format, i)
		}
		run := func() {
			l, err := list.Parse(bytes.NewReader(text.Bytes()), list.Options{})
			if err != nil || len(l.Entries) != entries {
				t.Errorf("Parse = %d entries, %v; want %d", len(l.Entries), err, entries)
			}
		}
		if n := testing.AllocsPerRun(1, run); n > 200 {
			t.Errorf("%d entries took %v allocations, want at most 200", entries, n)
		}
		const fixed = 4 << 20 // bytes: read buffer, its growth, the first entries' growth
		limit := uint64(text.Len() + 2*int(unsafe.Sizeof(list.Entry{}))*entries + fixed)
		if n := allocatedBy(run); n > limit {
			t.Errorf("%d bytes of list took %d bytes of memory, want at most %d", text.Len(), n, limit)
		}
	}
}

// A list of one line does not need the buffer of a long one.
func TestShortListTakesLittleMemory(t *testing.T) {
	n := allocatedBy(func() { parse(t, sha256Hex+"  disk.iso\n", list.Options{}) })
	if n > 16<<10 {
		t.Errorf("a list of one line took %d bytes of memory, want at most 16 KiB", n)
	}
}

func allocatedBy(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
