package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// SFV is the format of Simple File Verification: a name, blanks, and its CRC-32.
var SFV = Format{Name: "sfv", lines: true, starts: startsSFV, entry: (*parser).sfv, comments: ';', write: sfvLine, header: sfvHeader}

const crcDigits = 8 // hex digits of a CRC-32

// startsSFV knows such a list by its name or its comments. All its lines must fit.
func startsSFV(p *parser) bool {
	named := strings.HasSuffix(strings.ToLower(p.options.FileName), ".sfv")
	first := strings.TrimLeft(p.sample.text, blanks+"\r\n")
	if !named && !strings.HasPrefix(first, ";") {
		return false
	}
	lines := 0
	for line := range p.sample.lines(';') {
		if _, _, ok := cutSFV(line); !ok {
			return false
		}
		lines++
	}
	return lines > 0
}

func (p *parser) sfv(s string) (Entry, string) {
	name, hex, ok := cutSFV(s)
	if !ok {
		return Entry{}, notSFV
	}
	return Entry{Name: name, Hex: hex, Line: p.line, Algorithm: digest.CRC32}, ""
}

func cutSFV(s string) (name, hex string, ok bool) {
	s = strings.TrimRight(s, blanks)
	i := len(s) - crcDigits
	if i < 2 || hexDigits(s[i:]) != crcDigits || strings.IndexByte(blanks, s[i-1]) < 0 {
		return "", "", false
	}
	name = strings.TrimRight(s[:i], blanks)
	return name, s[i:], name != ""
}

// sfvHeader shows the format whatever the list is called.
func sfvHeader(*Entry) []byte { return []byte("; SFV\n") }

// sfvLine writes a name that may begin like a comment or a byte order mark as
// "./NAME".
func sfvLine(e *Entry) []byte {
	name := e.Name
	switch {
	case len(e.Hex) != crcDigits, !isOneLine(name), strings.Trim(name, blanks) != name:
		return nil
	case strings.IndexByte(";\xef\xfe\xff", name[0]) >= 0:
		name = "./" + name
	}
	return []byte(name + " " + strings.ToUpper(e.Hex) + "\n")
}
