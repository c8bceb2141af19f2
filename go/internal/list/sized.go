package list

import (
	"fmt"
	"strconv"
	"strings"
)

// Sized is the format of md5deep -z and sha256deep -z: a size, two spaces, and a line
// of [Coreutils].
var Sized = Format{Name: "sized", lines: true, entry: (*parser).sized, comments: '#', write: sizedLine}

func (p *parser) sized(s string) (Entry, string) {
	text, rest, ok := strings.Cut(s, "  ")
	size, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || !isDigits(text) {
		return Entry{}, badSize
	}
	digits := hexDigits(rest)
	if digits < shortest {
		return Entry{}, notADigest
	}
	e, reason := p.untaggedEntry(rest, digits, false)
	if reason == "" {
		e.SetSize(size)
	}
	return e, reason
}

func sizedLine(e *Entry) []byte {
	size, ok := e.Size()
	if !ok || !isOneLine(e.Name) || len(e.Hex) < shortest {
		return nil
	}
	return fmt.Appendf(nil, "%10d  %s  %s\n", size, e.Hex, e.Name)
}
