package list_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var (
	testFunc  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	namedTest = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)`")
	ruleStart = regexp.MustCompile(`^(\d+)\. `)
)

// The rules in docs/format.md are numbered consecutively, each names a test, and
// every named test exists.
func TestFormatDocNamesItsTests(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "format.md"))
	if os.IsNotExist(err) {
		t.Skip("docs/format.md is missing")
	} else if err != nil {
		t.Fatal(err)
	}
	tests := declaredTests(t)
	rule, named := 0, true
	for line := range bytes.Lines(doc) {
		if m := ruleStart.FindSubmatch(line); m != nil {
			if n, _ := strconv.Atoi(string(m[1])); n != rule+1 || !named {
				t.Errorf("rule %d follows rule %d, and rule %[2]d names a test: %[3]v", n, rule, named)
			}
			rule, named = rule+1, false
		}
		for _, m := range namedTest.FindAllSubmatch(line, -1) {
			named = true
			if !tests[string(m[1])] {
				t.Errorf("docs/format.md names %s, which is not a test", m[1])
			}
		}
	}
	if rule == 0 {
		t.Error("docs/format.md has no rules")
	}
}

func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*_test.go", "../bag/*_test.go", "../verify/bag_test.go", "../create/*_test.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	tests := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testFunc.FindAllSubmatch(text, -1) {
			tests[string(m[1])] = true
		}
	}
	return tests
}
