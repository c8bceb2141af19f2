package tree

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Errors for names on Windows.
var (
	errNotUnicode = errors.New("the name is not UTF-8, so no file can have it on Windows")
	errNoName     = errors.New(`no file can have this name on Windows: it contains one of <>:"|?* or a control character`)
	errTrimmed    = errors.New("ambiguous name: Windows ignores a dot or space at the end of a name")
)

// checkWindowsName refuses names that no file can have on Windows, or that mean
// another file there: bytes that are not UTF-8 turn into U+FFFD, and "f." and "f "
// into "f". It accepts names that lead outside the root by a drive or a separator at
// the start, because opening these fails with ErrOutside.
func checkWindowsName(name string) error {
	if !utf8.ValidString(name) {
		return errNotUnicode
	}
	if hasDrive(name) || strings.IndexAny(name, `/\`) == 0 {
		return nil
	}
	for element := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		switch last := element[len(element)-1]; {
		case element == "." || element == "..":
		case strings.ContainsFunc(element, isForbidden):
			return errNoName
		case last == '.' || last == ' ':
			return errTrimmed
		}
	}
	return nil
}

func isForbidden(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"|?*`, r) }

// hasDrive reports whether a name begins with a drive, such as `C:\x` or "C:x".
func hasDrive(name string) bool {
	return len(name) > 1 && name[1] == ':' && (name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z')
}
