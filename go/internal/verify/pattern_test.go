package verify

import (
	"path"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var patternTests = []struct {
	pattern  string
	matches  []string
	excludes []string
}{
	{"a.iso", []string{"a.iso", "d/a.iso", "d/e/a.iso", "/d/a.iso"}, []string{"a.iso/x", "xa.iso", "b.iso"}},
	{"*.iso", []string{"a.iso", "d/a.iso", ".iso"}, []string{"a.iso.txt", "a.iso/b"}},
	{"./*.iso", []string{"d/a.iso"}, []string{"a.txt"}},
	{"/*.iso", []string{"a.iso"}, []string{"d/a.iso"}},
	{"d/*.iso", []string{"d/a.iso"}, []string{"a.iso", "d/e/a.iso", "x/d/a.iso"}},
	{"d/**", []string{"d/a", "d/e/a"}, []string{"a", "x/d/a"}},
	{"**/e/*", []string{"e/a", "d/e/a", "c/d/e/a"}, []string{"e", "d/a", "e/f/a"}},
	{"d/**/a", []string{"d/a", "d/e/a", "d/e/f/a", "d/a/b/a"}, []string{"d/b", "a", "d/a/b"}},
	{"?[ab]", []string{"xa", "d/yb"}, []string{"a", "xc", "d/a"}},
	{"[!a]", []string{"b", "d/b", "!"}, []string{"a", "d/a"}},
	{"[^a]", []string{"b", "d/b", "!"}, []string{"a", "d/a"}},
	{"d/[!a]?[!b]", []string{"d/bxa"}, []string{"d/axa", "d/bxb"}},
	{`\[!a]`, []string{"[!a]"}, []string{"b", "a", "!"}},
	{"[b[!]", []string{"b", "[", "!"}, []string{"a"}},
	{"[]a]", []string{"]", "a", "d/]"}, []string{"b", "[]a]"}},
	{"[!]a]", []string{"b"}, []string{"]", "a"}},
	{"[^]a]", []string{"b"}, []string{"]", "a"}},
	{"[a-]", []string{"a", "-"}, []string{"b"}},
	{"[-a]", []string{"a", "-"}, []string{"b"}},
	{"[!-a]", []string{"b"}, []string{"a", "-"}},
	{"[a-c-e]", []string{"b", "-", "e"}, []string{"d"}},
	{"[]-a]", []string{"]", "^", "a"}, []string{"-", "b"}},
	{"[--0]", []string{"-", ".", "0"}, []string{"1"}},
	{`[\]\-a]`, []string{"]", "-", "a"}, []string{`\`, "^"}},
	{`[\!a]`, []string{"!", "a"}, []string{"b"}},
	{`[A-\]]`, []string{"A", "Z", "]"}, []string{"a", "-"}},
	{"[[:digit:]x]", []string{"7", "x"}, []string{"a", ":", "\u0663"}},
	{"[![:digit:]]", []string{"a"}, []string{"7"}},
	{"[[:alpha:]]*", []string{"a1", "é", "д1"}, []string{"1a", "_"}},
	{"[[:alnum:]_-]", []string{"a", "1", "_", "-"}, []string{"."}},
	{"[[:upper:]][[:lower:]]", []string{"Aa"}, []string{"aA"}},
	{"[[:space:]]", []string{" ", "\t", "\n"}, []string{"a"}},
	{"[[:blank:]]", []string{" ", "\t"}, []string{"\n"}},
	{"[[:cntrl:]]", []string{"\x01", "\n"}, []string{"a", " "}},
	{"[[:punct:]]", []string{".", "~", "[", "-"}, []string{"a", " ", "1"}},
	{"[[:graph:]]", []string{".", "a", "1"}, []string{" ", "\n"}},
	{"[[:print:]]", []string{".", "a", " "}, []string{"\n"}},
	{"[[:xdigit:]]", []string{"a", "F", "9"}, []string{"g"}},
	{"[[:alpha:]-z]", []string{"b", "-", "z"}, []string{"1"}},
	{"[:alpha:]", []string{":", "a"}, []string{"b"}},
	{"[[a]", []string{"[", "a"}, []string{"]"}},
	{"{a,b}", []string{"{a,b}"}, []string{"a", "b"}},
	{"./a", []string{"a", "d/a"}, []string{"b"}},
	{"././/a", []string{"a", "d/a"}, []string{"b"}},
	{"/a", []string{"a", "/a"}, []string{"d/a"}},
	{"d//./a", []string{"d/a"}, []string{"a"}},
	{"../a", []string{"../a"}, []string{"a"}},
	{".", []string{"."}, []string{"a"}},
	{"?.iso", []string{"é.iso", "\xff.iso"}, []string{"éé.iso"}},
	{"\xff*", []string{"\xff", "\xffa"}, []string{"\xfe", "\ufffd"}},
	{"*.*", []string{"a.b", ".a"}, []string{"a"}},
	{"**", []string{"a", "d/a"}, nil},
	{"**/**/**/**/**/x", []string{"x", "a/x", strings.Repeat("a/", 1000) + "x"}, []string{strings.Repeat("a/", 1000)}},
}

func TestPatterns(t *testing.T) {
	for _, tt := range patternTests {
		p, err := NewPattern(tt.pattern)
		if err != nil {
			t.Fatalf("%q: %v", tt.pattern, err)
		}
		for _, name := range tt.matches {
			if !p.matches(name) {
				t.Errorf("%q doesn't match %q", tt.pattern, name)
			}
		}
		for _, name := range tt.excludes {
			if p.matches(name) {
				t.Errorf("%q matches %q", tt.pattern, name)
			}
		}
	}
}

func TestWhatIsNoPatternIsRefusedWithTheReason(t *testing.T) {
	for _, tt := range []struct{ pattern, reason string }{
		{"", "empty"},
		{"./", "empty"},
		{"d/", "ends with a slash"},
		{"[", `"[" without "]"`},
		{"a/[", `"[" without "]"`},
		{"[]", `"[" without "]"`},
		{"[!]", `"[" without "]"`},
		{"[a/]", `"[" without "]"`},
		{`[\`, `"[" without "]"`},
		{"[a-", `"[" without "]"`},
		{`\`, "backslash"},
		{"[z-a]", "z-a is in the wrong order"},
		{"[[:alpha:]", `"[" without "]"`},
		{"[[:alpha]]", `"[:" without ":]"`},
		{"[[:word:]]", `unknown class "[:word:]"`},
		{"[[.a.]]", `"[.a.]" is not supported`},
		{"[[=a=]]", `"[=a=]" is not supported`},
		{"[a-[:digit:]]", "a range can't end with a class"},
	} {
		if p, err := NewPattern(tt.pattern); err == nil || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%q: %+v, %v; want %q", tt.pattern, p, err, tt.reason)
		}
	}
}

// alike reports whether package path reads a pattern as POSIX does.
func alike(pattern string) bool {
	return utf8.ValidString(pattern) && !strings.ContainsAny(pattern, "/-") && !strings.Contains(pattern, "**") &&
		!strings.Contains(pattern, "[]") && !strings.Contains(pattern, "[^]") && !strings.Contains(pattern, "[!") &&
		!strings.Contains(pattern, "[:") && !strings.Contains(pattern, "[.") && !strings.Contains(pattern, "[=") && pattern != "."
}

func FuzzPattern(f *testing.F) {
	for _, tt := range patternTests {
		for _, name := range append(tt.matches, tt.excludes...) {
			f.Add(tt.pattern, name)
		}
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		p, err := NewPattern(text)
		if name = path.Clean(name); err != nil || name == "." || strings.HasPrefix(name, "/") {
			return
		}
		got := p.matches(name)
		if exact, err := NewPattern(quoted(name)); err != nil || !exact.matches(name) {
			t.Errorf("%q does not match itself: %v", name, err)
		}
		if want, err := path.Match(text, path.Base(name)); alike(text) && err == nil && utf8.ValidString(name) && got != want {
			t.Errorf("%q matches %q: %v, want %v", text, name, got, want)
		}
	})
}

// quoted returns the pattern for one name.
func quoted(name string) string {
	return "/" + regexp.MustCompile(`[*?[\\]`).ReplaceAllString(name, `\$0`)
}

func TestAPatternOfManyStarsTakesLittleTime(t *testing.T) {
	p, err := NewPattern(strings.Repeat("a*", 1000) + "b")
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if p.matches(strings.Repeat("a", 5000)) || time.Since(started) > 10*time.Second {
		t.Errorf("matches, or took %v", time.Since(started))
	}
}
