package list

import "strings"

// Zero is the format of sha256sum --zero: lines as those of [Coreutils] that end
// with a NUL, and whose names have no escapes.
var Zero = Format{Name: "zero", lines: true, starts: startsZero, entry: (*parser).zero, zero: true, write: zeroLine, tagged: taggedZero}

// startsZero looks at two lines: a NUL may also be in a damaged list of another format.
func startsZero(p *parser) bool {
	first, rest, ok := strings.Cut(p.sample.text, "\x00")
	if !ok || first == "" {
		return false
	}
	if _, reason := p.zero(first); reason != "" {
		return false
	}
	second, _, _ := strings.Cut(rest, "\x00")
	if second == "" {
		return rest == "" && p.sample.whole
	}
	digits := hexDigits(second)
	_, _, isTagged := cutTag(second)
	_, reason := p.untagged.algorithm(digits)
	return isTagged || digits >= leastHex || reason == ""
}

func (p *parser) zero(s string) (Entry, string) { return p.anyEntry(s, false) }

func zeroLine(e *Entry) []byte { return []byte(e.Hex + "  " + noStdin(e.Name) + "\x00") }

func taggedZero(e *Entry) []byte {
	return []byte(e.Algorithm.Tag() + " (" + noStdin(e.Name) + ") = " + e.Hex + "\x00")
}

// noStdin returns a name that coreutils doesn't take for standard input.
func noStdin(name string) string {
	if name == "-" {
		return "./-"
	}
	return name
}
