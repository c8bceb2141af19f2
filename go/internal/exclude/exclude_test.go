package exclude_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/exclude"
	"github.com/checksig/checksig/go/internal/tree"
)

func rules(t testing.TB, lines ...string) *exclude.Rules {
	t.Helper()
	r, err := exclude.New(lines)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// manyRules returns the rules of n names and n globs.
func manyRules(t testing.TB, n int) *exclude.Rules {
	t.Helper()
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("name%d", i), fmt.Sprintf("*.end%d", i))
	}
	return rules(t, lines...)
}

// The examples of gitignore(5), and what its rules say of others.
func TestPatternsAreThoseOfGitignore(t *testing.T) {
	for _, tt := range []struct {
		lines    string
		excluded []string
		not      []string
	}{
		{"*.o", []string{"a.o", "d/a.o", ".o", "d.o/x"}, []string{"a.oo", "a.O", "ao"}},
		{"*.tar.gz", []string{"x.tar.gz"}, []string{"x.gz", "tar.gz.x"}},
		{"hello.*", []string{"hello.txt", "a/hello.java"}, []string{"hello"}},
		{"/hello.*", []string{"hello.txt"}, []string{"a/hello.java"}},
		{"foo/", []string{"foo/a", "d/foo/a"}, []string{"foo", "d/foo"}},
		{"doc/frotz", []string{"doc/frotz", "doc/frotz/a"}, []string{"a/doc/frotz"}},
		{"frotz/", []string{"a/frotz/b"}, []string{"a/frotz"}},
		{"foo/*", []string{"foo/test.json", "foo/bar/hello.c"}, []string{"a/foo/x", "foo"}},
		{"**/foo", []string{"foo", "a/foo", "a/b/foo/c"}, []string{"afoo"}},
		{"**/foo/bar", []string{"foo/bar", "a/foo/bar"}, []string{"foo/a/bar"}},
		{"abc/**", []string{"abc/d", "abc/d/e"}, []string{"abc", "x/abc/d"}},
		{"a/**/b", []string{"a/b", "a/x/b", "a/x/y/b"}, []string{"ab", "x/a/b"}},
		{"a?c", []string{"abc"}, []string{"ac", "a/c"}},
		{"[a-c]x", []string{"ax", "d/cx"}, []string{"dx"}},
		{"[!a-c]x", []string{"dx"}, []string{"ax"}},
		{"# no comment\n\n  \n#", nil, []string{"#", "# no comment", "x"}},
		{`\#x`, []string{"#x"}, []string{`\#x`}},
		{`\!x`, []string{"!x"}, []string{"x"}},
		{"x  ", []string{"x"}, []string{"x  "}},
		{`x\ `, []string{"x "}, []string{"x"}},
		{"x\r", []string{"x"}, []string{"x\r"}},
		{"*\n!*.txt", []string{"a", "d/a.txt"}, []string{"a.txt"}},
		{"*.txt\n!keep.txt", []string{"a.txt"}, []string{"keep.txt", "d/keep.txt"}},
		{"!keep.txt\n*.txt", []string{"keep.txt"}, nil},
		{"/*\n!/foo\n/foo/*\n!/foo/bar", []string{"a", "foo/a"}, []string{"foo/bar", "foo/bar/a"}},
		{"d/\n!d/keep", []string{"d/keep"}, nil},
		{"**", []string{"a", "b/c"}, nil},
		{"a", []string{"a", "/a", "./a", "b/../a"}, []string{"../a", "..", "a/../../a"}},
	} {
		r := rules(t, strings.Split(tt.lines, "\n")...)
		excludes := func(name string) bool { return r != nil && r.Excludes(name) }
		for _, name := range tt.excluded {
			if !excludes(name) {
				t.Errorf("%q does not exclude %q", tt.lines, name)
			}
		}
		for _, name := range tt.not {
			if excludes(name) {
				t.Errorf("%q excludes %q", tt.lines, name)
			}
		}
	}
}

func TestAPatternThatCantBeReadIsAnError(t *testing.T) {
	for line, reason := range map[string]string{
		"[a": `"[" without "]"`, "!": "nothing after", "/": "no name", "!/": "no name", `a\`: "backslash", "//": "", "[[:what:]]": "unknown class",
	} {
		_, err := exclude.New([]string{"good", line})
		if reason == "" {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), fmt.Sprintf("%q", line)) {
			t.Errorf("%q: got %v, want %s", line, err, reason)
		}
	}
}

func TestNoPatternIsNoRules(t *testing.T) {
	if r := rules(t, "", "# nothing", "   "); r != nil {
		t.Errorf("got %v", r)
	}
}

// git is asked about patterns and names made at random.
func TestGitExcludesTheSame(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("needs git")
	}
	directory := t.TempDir()
	ask := func(input string, arguments ...string) string {
		command := exec.Command(git, append([]string{"-c", "core.excludesFile=" + os.DevNull}, arguments...)...)
		command.Dir, command.Stdin = directory, strings.NewReader(input)
		var errors bytes.Buffer
		command.Stderr = &errors
		out, err := command.Output()
		if failed, ok := err.(*exec.ExitError); err != nil && !(ok && failed.ExitCode() == 1) {
			t.Fatal(err, errors.String())
		}
		return string(out)
	}
	ask("", "init", "-q")
	chance := rand.New(rand.NewPCG(1, 2))
	of := func(all ...string) string { return all[chance.IntN(len(all))] }
	for range 150 {
		var lines, names []string
		for range 1 + chance.IntN(6) {
			line := of("", "", "!") + of("", "/", "**/", "a/", "*/") + of("a", "b", "*", "*.o", "a*", "?", "[ab]", "**", "c.o", "*.a.o", "x?o") + of("", "", "/", "/**", "/*", "/b")
			lines = append(lines, line)
		}
		for range 60 {
			var name []string
			for range 1 + chance.IntN(4) {
				name = append(name, of("a", "b", "c.o", "ab", "x.o", "x.a.o", ".o"))
			}
			names = append(names, strings.Join(name, "/"))
		}
		text := strings.Join(lines, "\n") + "\n"
		if err := os.WriteFile(filepath.Join(directory, ".gitignore"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		theirs := strings.Split(ask(strings.Join(names, "\n")+"\n", "check-ignore", "--no-index", "--stdin"), "\n")
		r := rules(t, lines...)
		for _, name := range names {
			if ours := r.Excludes(name); ours != slices.Contains(theirs, name) {
				t.Errorf("%q: %q is excluded: %t, by git %t", lines, name, ours, !ours)
			}
		}
	}
}

func TestAHostileNameCostsLittle(t *testing.T) {
	r := rules(t, "a/**/b/**/c/**/d", "x/y")
	started := time.Now()
	r.Excludes(strings.Repeat("a/", 1<<15) + "x")
	r.Excludes(strings.Repeat("a/", 999) + "x")
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestManyPatternsCostLittle(t *testing.T) {
	r := manyRules(t, 100)
	name := []byte("some-file.txt")
	if n := testing.AllocsPerRun(100, func() { r.Skips([]byte("a/b/"), name, false) }); n > 0 {
		t.Errorf("%v allocations for a name", n)
	}
}

func BenchmarkSkips(b *testing.B) {
	r := manyRules(b, 50)
	directory, name := []byte("some/directory/"), []byte("some-file.txt")
	for b.Loop() {
		r.Skips(directory, name, false)
	}
}

// pattern is a line by itself, without the "!" in front of it.
type pattern struct {
	rules    *exclude.Rules
	includes bool
}

func patterns(t *testing.T, lines []string) []pattern {
	var all []pattern
	for _, line := range lines {
		text, includes := strings.CutPrefix(line, "!")
		if includes && (strings.HasPrefix(text, "!") || strings.HasPrefix(text, "#")) {
			text = `\` + text
		}
		if one := rules(t, text); one != nil {
			all = append(all, pattern{one, includes})
		}
	}
	return all
}

// lastSkips compares a path with each pattern, the last one first.
func lastSkips(all []pattern, directory, base string, isDirectory bool) bool {
	for _, one := range slices.Backward(all) {
		if one.rules.Skips([]byte(directory), []byte(base), isDirectory) {
			return !one.includes
		}
	}
	return false
}

func FuzzExcludes(f *testing.F) {
	f.Add("*.o\n!keep.o\n/build/", "d/keep.o")
	f.Add("a/**/b", "a/x/y/b")
	f.Add("[a-\\]]\\ ", "\xff/a")
	f.Add(".", ".")
	f.Add("x\n!x/\n!!y\n!#z", "x/#z/!y")
	f.Fuzz(func(t *testing.T, text, name string) {
		lines := strings.Split(text, "\n")
		r, err := exclude.New(lines)
		if err != nil || r == nil || len(name) > 1000 || len(lines) > 100 {
			return
		}
		excluded := r.Excludes(name)
		name = strings.TrimLeft(path.Clean(name), "/")
		elements := strings.Split(name, "/")
		if slices.Contains([]string{"", ".", ".."}, elements[0]) {
			if excluded {
				t.Errorf("%q: %q is not beneath the root and is excluded", text, name)
			}
			return
		}
		all, want := patterns(t, lines), false
		for i := range elements {
			above := strings.Join(append(slices.Clone(elements[:i]), ""), "/")
			want = want || lastSkips(all, above, elements[i], i+1 < len(elements))
		}
		if excluded != want {
			t.Errorf("%q: %q is excluded: %t, by each pattern: %t", text, name, excluded, want)
		}
	})
}

// BenchmarkWalk walks 100,000 files in 1,000 directories, without patterns and with 100.
func BenchmarkWalk(b *testing.B) {
	directory := b.TempDir()
	for i := range 1000 {
		d := filepath.Join(directory, fmt.Sprintf("directory%d", i))
		if err := os.Mkdir(d, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range 100 {
			if err := os.WriteFile(filepath.Join(d, fmt.Sprintf("some-file%d.txt", j)), nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	root, err := tree.Open(directory)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	for _, crew := range []struct {
		name string
		skip func(directory, name []byte, isDirectory bool) bool
	}{{"none", nil}, {"patterns", manyRules(b, 50).Skips}} {
		b.Run(crew.name, func(b *testing.B) {
			for b.Loop() {
				found := 0
				visit := func(nodes []tree.Node) error { found += len(nodes); return nil }
				c := tree.Alone()
				c.Skip = crew.skip
				if err := root.Walk(b.Context(), c, visit, func(string, error) {}); err != nil || found != 100_000 {
					b.Fatal(err, found)
				}
			}
		})
	}
}
