package convert_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/convert"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/listing"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

var (
	sha256 = treetest.SHA256("in")
	md5    = strings.Repeat("0a", 16)
	deep   = "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n2," + md5 + "," + sha256 + ",a\n"
)

func run(t *testing.T, root, text string, to *list.Format, output string, lenient, force bool) ([]verdict.Result, *job.Summary) {
	t.Helper()
	j, err := convert.Start(t.Context(), convert.Request{
		Request: listing.Request{Directory: root, List: verify.List{Path: "LIST", Content: []byte(text)}, Lenient: lenient},
		To:      to, Output: output, Force: force,
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobtest.Drain(j)
}

func TestAListIsWrittenInAnotherFormat(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		to         *list.Format
		output     string
		want       string
	}{
		{"untagged", "SHA256 (a b) = " + sha256 + "\n", &list.Coreutils, "out", sha256 + "  a b\n"},
		{"a line for each digest", deep, &list.Coreutils, "out", md5 + "  a\n" + sha256 + "  a\n"},
		{"tagged where the name says another algorithm for the length", sha256 + "  a\n", &list.Coreutils, "md5_sha3-256sums", "SHA256 (a) = " + sha256 + "\n"},
		{"tagged where the length says another algorithm", "SHA3-256 (a) = " + sha256 + "\n", &list.Coreutils, "out", "SHA3-256 (a) = " + sha256 + "\n"},
		{"untagged where the name says the algorithm", "SHA3-256 (a) = " + sha256 + "\n", &list.OneSpace, "x.sha3-256", sha256 + " a\n"},
		{"escapes", `\` + sha256 + `  a\nb` + "\n", &list.Zero, "out", sha256 + "  a\nb\x00"},
		{"no escapes", sha256 + "  a\nb\x00", &list.Coreutils, "out", `\` + sha256 + `  a\nb` + "\n"},
		{"a header", deep, &list.Hashdeep, "out", deep},
		{"a header for other digests", deep + "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n3," + md5 + ",b\n", &list.Hashdeep, "out",
			deep + "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n3," + md5 + ",b\n"},
		{"SFV", "a 0A0B0C0D\n;\n", &list.Prefixed, "out", "crc32:0a0b0c0d  a\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			text := tt.text
			if tt.name == "SFV" {
				text = "; by hand\n" + text
			}
			results, s := run(t, root, text, tt.to, tt.output, false, false)
			got, err := os.ReadFile(filepath.Join(root, tt.output))
			if err != nil || string(got) != tt.want || !s.OK || s.Err != nil || s.Output != tt.output || len(results) > 0 {
				t.Errorf("got %q, %+v, %v, %v; want %q", got, s, results, err, tt.want)
			}
		})
	}
}

// An entry that a format can't hold is an error that names it, and nothing is written.
func TestAnEntryThatAFormatCantHoldIsAnError(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		to         *list.Format
		line       int32
		want       string
	}{
		{"a line end", sha256 + "  a\n\\" + sha256 + `  a\nb` + "\n", &list.Prefixed, 2, `$'a\nb' can't be in a list of the format prefixed: the name has a line end`},
		{"no size", sha256 + "  a\n", &list.Hashdeep, 1, `a can't be in a list of the format hashdeep: its size is not known`},
		{"no size and a line end", "\\" + sha256 + `  a\nb` + "\n", &list.Hashdeep, 1, `$'a\nb' can't be in a list of the format hashdeep: the name has a line end`},
		{"another algorithm", "# a comment\n" + sha256 + "  a\n", &list.SFV, 2, `a can't be in a list of the format sfv: the format has no digests of sha256`},
		{"an algorithm that is told by its length", "SHA3-256 (a) = " + sha256 + "\n", &list.OneSpace, 1,
			`a can't be in a list of the format one-space: its digest would be read as sha256`},
		{"blanks at the end", "CRC32 (a ) = 0a0b0c0d\n", &list.SFV, 1, `$'a ' can't be in a list of the format sfv: the format can't hold such a name`},
		{"CRC-32C", "CRC32C (a) = 0a0b0c0d\n", &list.SFV, 1, `a can't be in a list of the format sfv: the name of output out.sfv says crc32, but algorithm is crc32c`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			_, s := run(t, root, tt.text, tt.to, "out.sfv", false, false)
			if tt.to != &list.SFV {
				_, s = run(t, root, tt.text, tt.to, "out", false, false)
			}
			e := problem.From(s.Err)
			if s.Err == nil || e.Code != problem.EntryUnwritable || e.Reason != tt.want || e.Line != tt.line || e.Path != "LIST" {
				t.Errorf("got %v, want %q in line %d", s.Err, tt.want, tt.line)
			}
			if left, err := os.ReadDir(root); err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		})
	}
}

// Names and algorithms that create refuses together.
func TestANameThatSaysAnotherAlgorithmIsAnError(t *testing.T) {
	for _, tt := range []struct {
		output, text string
		to           *list.Format
		want         string
	}{
		{"x.md5", sha256 + "  a\n", &list.Coreutils, `x.md5 says md5, but algorithm is sha256`},
		{"x.sha256", deep, &list.Coreutils, `x.sha256 says sha256, but algorithm is md5`},
		{"x.md5", deep, &list.Hashdeep, `x.md5 says md5, but algorithm is md5 and sha256`},
		{"SHA3SUMS", sha256 + "  a\n", &list.Zero, `SHA3SUMS says SHA-3, but algorithm is sha256`},
		{"SM3SUMS", sha256 + "  a\n", &list.Coreutils, `SM3SUMS says SM3, but algorithm is sha256`},
	} {
		root := t.TempDir()
		_, s := run(t, root, tt.text, tt.to, tt.output, false, false)
		e := problem.From(s.Err)
		want := "a can't be in a list of the format " + tt.to.Name + ": the name of output " + tt.want
		if s.Err == nil || e.Code != problem.EntryUnwritable || e.Reason != want {
			t.Errorf("%s: got %v, want %q", tt.output, s.Err, want)
		}
		if left, err := os.ReadDir(root); err != nil || len(left) > 0 {
			t.Errorf("%s: left %v, %v", tt.output, left, err)
		}
	}
}

func TestALineThatFailsKeepsTheListFromBeingWritten(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		lenient    bool
		results    []string
		written    bool
	}{
		{"malformed", sha256 + "  a\nwhat\n", false, []string{"2 malformed"}, false},
		{"malformed, if lenient", sha256 + "  a\nwhat\n", true, []string{"2 malformed"}, true},
		{"unsupported, if lenient", sha256 + "  a\nSM3 (b) = " + sha256 + "\n", true, []string{"b unsupported"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			results, s := run(t, root, tt.text, &list.Coreutils, "out", tt.lenient, false)
			_, err := os.Stat(filepath.Join(root, "out"))
			if got := jobtest.Briefs(results); !slices.Equal(got, tt.results) || s.Err != nil || s.OK != tt.written || (err == nil) != tt.written {
				t.Errorf("got %q, %+v, %v; want %q, %v", got, s, err, tt.results, tt.written)
			}
		})
	}
}

func TestAnExistingFileIsReplacedOnlyIfForced(t *testing.T) {
	old := sha256 + "  old\n"
	root := treetest.Make(t, "out="+old, "d/")
	for _, tt := range []struct {
		output string
		force  bool
		code   problem.Code
		want   string
	}{
		{"out", false, problem.OutputExists, old},
		{"d", true, problem.OutputNotRegular, old},
		{"gone/out", true, problem.OutputUnwritable, old},
		{"out", true, problem.InternalError, sha256 + "  a\n"},
	} {
		_, s := run(t, root, sha256+"  a\n", &list.Coreutils, tt.output, false, tt.force)
		got, err := os.ReadFile(filepath.Join(root, "out"))
		if (s.Err != nil) != (tt.code != problem.InternalError) || s.Err != nil && problem.From(s.Err).Code != tt.code || string(got) != tt.want {
			t.Errorf("%s: got %q, %v, %v; want %q, %v", tt.output, got, s.Err, err, tt.want, tt.code)
		}
	}
}

func TestAFormatThatIsOnlyReadIsRefused(t *testing.T) {
	_, err := convert.Start(t.Context(), convert.Request{To: &list.Bare, Output: "out"})
	if err == nil || !strings.Contains(err.Error(), `"bare" can't be written (known: `) {
		t.Errorf("got %v", err)
	}
}

// Whatever is written is read as what it was, by whoever knows only the list's name; or
// there is an error.
func FuzzText(f *testing.F) {
	f.Add("a", "b", int64(3), "out")
	f.Add(" a", "\\b\n", int64(-1), "x.sfv")
	f.Add("-", "*c", int64(0), "x.sha3-256")
	f.Add(";a", "%%%% HASHDEEP-1.0", int64(0), "x.md5")
	f.Fuzz(func(t *testing.T, first, second string, size int64, name string) {
		name = strings.ReplaceAll(name, "/", "")
		var entries []list.Entry
		for i, n := range []string{first, second} {
			a := []digest.Algorithm{digest.SHA256, digest.CRC32, digest.MD5, digest.SHA3_256}[(len(n)+i)%4]
			e, err := list.NewEntry(i+1, n, []list.Digest{{Algorithm: a, Hex: strings.Repeat("0a", a.Size())}}, list.Options{})
			if err != nil {
				t.Skip()
			}
			if size >= 0 {
				e.SetSize(size)
			}
			entries = append(entries, e)
		}
		for _, to := range list.Formats() {
			if !to.Writes() {
				continue
			}
			text, err := convert.Text(entries, to, name)
			if err != nil {
				continue
			}
			l, err := list.Parse(strings.NewReader(string(text)), list.Options{FileName: name})
			if err != nil || len(l.Entries) != len(entries) || len(l.Malformed) > 0 {
				t.Fatalf("%s: %q is read as %+v, %v", to.Name, text, l, err)
			}
			for i, e := range l.Entries {
				if strings.TrimPrefix(e.Name, "./") != strings.TrimPrefix(entries[i].Name, "./") || e.Algorithm != entries[i].Algorithm {
					t.Fatalf("%s: %q is read as %+v", to.Name, text, l)
				}
			}
		}
	})
}

// What a format can hold of an entry, which some have no place for.
type capacity struct{ several, sizes bool }

var capacities = map[string]capacity{
	"hashdeep": {true, true}, "gentoo": {true, true}, "distinfo": {true, true}, "mtree": {true, true},
	"record": {false, true}, "sized": {false, true},
	"sfv": {}, "zero": {}, "coreutils": {}, "one-space": {}, "base64": {}, "prefixed": {},
}

// A list that is written and read again has the names, the digests, and, in a format that
// has them, the sizes and several digests of each entry.
func TestWhatIsWrittenIsReadAsItWas(t *testing.T) {
	names := []string{
		"a", "d/b c", " blanks ", "\ttab\t", "#hash", "*star", "-", "quo\"d", "comma,", "back\\slash", "=x", "(x) = y", "x) = y",
		"new\nline", "return\r", "\xff\xfe", "\ufeffmark", "日本語", "~", "..a", "./a", "a;b", ";c", "%%%% x", "a\x01b", "a\u0085b", "SIZE (a) = 3",
	}
	algorithms := []digest.Algorithm{digest.MD5, digest.SHA1, digest.SHA224, digest.SHA256, digest.SHA512, digest.SHA3_256, digest.BLAKE3, digest.CRC32}
	written := map[string]int{}
	for _, to := range list.Formats() {
		if !to.Writes() {
			continue
		}
		can, ok := capacities[to.Name]
		if !ok {
			t.Errorf("%s: what it can hold is not said", to.Name)
		}
		if to.WritesSeveral() != can.several {
			t.Errorf("%s: writes several digests: %v, want %v", to.Name, to.WritesSeveral(), can.several)
		}
		output := map[bool]string{true: "out.sfv", false: "out"}[to == &list.SFV] // known by its name alone
		for _, name := range names {
			for i := range algorithms {
				for _, count := range []int{1, 2} {
					e := entry(t, name, algorithms, i, count)
					text, err := convert.Text([]list.Entry{e}, to, output)
					if err != nil {
						if problem.From(err).Code != problem.EntryUnwritable {
							t.Errorf("%s: %q: %v", to.Name, name, err)
						}
						continue
					}
					written[to.Name]++
					wantRead(t, to, text, output, e, can)
				}
			}
		}
	}
	for name := range capacities {
		if least := 7; written[name] < least {
			t.Errorf("%s: %d entries were written, want at least %d", name, written[name], least)
		}
	}
}

// entry returns one with a size, and as many digests as count, from algorithm first on.
func entry(t *testing.T, name string, algorithms []digest.Algorithm, first, count int) list.Entry {
	t.Helper()
	var digests []list.Digest
	for i := range count {
		a := algorithms[(first+i)%len(algorithms)]
		digests = append(digests, list.Digest{Algorithm: a, Hex: strings.Repeat("0a", a.Size())})
	}
	e, err := list.NewEntry(1, name, digests, list.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e.SetSize(1<<40 + 3)
	return e
}

// wantRead checks that a text is read, by whoever knows nothing of it, as an entry.
func wantRead(t *testing.T, to *list.Format, text []byte, output string, e list.Entry, can capacity) {
	t.Helper()
	l, err := list.Parse(bytes.NewReader(text), list.Options{FileName: output})
	if err != nil || len(l.Malformed) > 0 {
		t.Fatalf("%s: %q is read as %+v, %v", to.Name, text, l, err)
	}
	entries := e.Digests()
	if can.several {
		entries = 1
	}
	if len(l.Entries) != entries {
		t.Errorf("%s: %q has %d entries, want %d", to.Name, text, len(l.Entries), entries)
	}
	var digests []list.Digest
	for _, got := range l.Entries {
		size, sized := got.Size()
		if want, _ := e.Size(); sized != can.sizes || sized && size != want {
			t.Errorf("%s: %q has the size %d, %v", to.Name, text, size, sized)
		}
		if got.Name != e.Name && got.Name != "./"+e.Name {
			t.Errorf("%s: %q has the name %q, want %q", to.Name, text, got.Name, e.Name)
		}
		for i := range got.Digests() {
			digests = append(digests, list.Digest{Algorithm: got.Digest(i).Algorithm, Hex: strings.ToLower(got.Digest(i).Hex)})
		}
	}
	for i, got := range digests {
		if got != e.Digest(i) {
			t.Errorf("%s: %q has the digests %v", to.Name, text, digests)
		}
	}
}
