package problem

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quoted returns a file name or a pattern for a message: as it is, or as $'…' if that
// could mislead. A shell reads that back as the same name. It is what shell_quoted of the
// Python package returns, so a name looks the same in a message and in a verdict.
func Quoted(name string) string {
	if isPlain(name) {
		return name
	}
	var b strings.Builder
	b.WriteString("$'")
	for rest := name; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		b.WriteString(escaped(r, rest[:size]))
		rest = rest[size:]
	}
	return b.String() + "'"
}

func isPlain(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, isHidden) < 0 &&
		strings.TrimSpace(name) == name && !strings.HasPrefix(name, "$'")
}

func isHidden(r rune) bool { return !unicode.IsPrint(r) }

var short = map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`, '\\': `\\`, '\'': `\'`}

func escaped(r rune, bytes string) string {
	switch text, isShort := short[r]; {
	case isShort:
		return text
	case r == utf8.RuneError && len(bytes) == 1:
		return fmt.Sprintf(`\x%02x`, bytes[0])
	case unicode.IsPrint(r):
		return bytes
	case r < utf8.RuneSelf:
		return fmt.Sprintf(`\%03o`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}
