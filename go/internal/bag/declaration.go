package bag

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Version is a version of BagIt.
type Version struct{ Major, Minor int }

// Latest is the version of RFC 8493.
var Latest = Version{1, 0}

func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// IsRFC reports whether it is the version of RFC 8493, or a draft before it.
func (v Version) IsRFC() bool { return v.Major > 0 }

func (v Version) isKnown() bool {
	return v == Latest || v.Major == 0 && v.Minor >= 93 && v.Minor <= 97
}

// InfoName returns the name of the file that says what the bag holds.
func (v Version) InfoName() string {
	if !v.IsRFC() && v.Minor < 96 {
		return "package-info.txt"
	}
	return "bag-info.txt"
}

const (
	versionLabel  = "BagIt-Version"
	encodingLabel = "Tag-File-Character-Encoding"
	mostDeclared  = 4 << 10 // bytes of a declaration
)

// declared reads the declaration, and returns what reads the other tag files.
func declared(open Opener, v *Version) (*reader, error) {
	text, err := readDeclaration(open)
	if err != nil {
		return nil, err
	}
	bad := func(line int, format string, args ...any) (*reader, error) {
		return nil, &Error{Declaration, int32(line), fmt.Sprintf(format, args...)}
	}
	switch {
	case strings.HasPrefix(text, utf8BOM):
		return bad(1, "%s must not begin with a byte order mark", Declaration)
	case !utf8.ValidString(text):
		return bad(0, "%s is not valid UTF-8", Declaration)
	}
	lines := strings.Split(strings.TrimRight(normalLineEnds(text), "\n"), "\n")
	version, ok := labelled(lines, 0, versionLabel)
	if !ok {
		return bad(1, "expected %q", versionLabel+": 1.0")
	}
	if *v, ok = parseVersion(version); !ok {
		return bad(1, "%q is not a version such as 1.0", version)
	}
	if !v.isKnown() {
		return bad(1, "BagIt %v is not supported (supported: 0.93 to 0.97, 1.0)", v)
	}
	encoding, ok := labelled(lines, 1, encodingLabel)
	if !ok {
		return bad(2, "expected %q", encodingLabel+": UTF-8")
	}
	if len(lines) > 2 {
		return bad(3, "%s has more than two lines", Declaration)
	}
	d, ok := decoders[strings.ToLower(encoding)]
	if !ok {
		return bad(2, "the encoding %q is not supported (supported: %s)", encoding, encodings())
	}
	return &reader{open, *v, encoding, d}, nil
}

func readDeclaration(open Opener) (string, error) {
	f, err := open(Declaration)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostDeclared+1))
	if err == nil && len(text) > mostDeclared {
		err = &Error{File: Declaration, Reason: fmt.Sprintf("%s has more than two lines", Declaration)}
	}
	return string(text), err
}

// labelled returns the value of a label in a line.
func labelled(lines []string, i int, label string) (string, bool) {
	if i >= len(lines) {
		return "", false
	}
	rest, ok := strings.CutPrefix(lines[i], label+":")
	value := strings.Trim(rest, blanks)
	return value, ok && value != "" && strings.ContainsRune(blanks, rune(rest[0]))
}

func parseVersion(s string) (v Version, ok bool) {
	major, minor, ok := strings.Cut(s, ".")
	if !ok || !isDigits(major) || !isDigits(minor) {
		return v, false
	}
	var bad, worse error
	v.Major, bad = strconv.Atoi(major)
	v.Minor, worse = strconv.Atoi(minor)
	return v, bad == nil && worse == nil
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

const blanks = " \t"
