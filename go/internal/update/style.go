package update

import (
	"bytes"
	"iter"
	"strings"

	"github.com/checksig/checksig/go/internal/list"
)

// style is how the lines of a list are written, where its format has several ways. New
// lines are as the first one.
type style struct {
	end    byte   // of a line
	crlf   bool   // a carriage return is before it
	tagged bool   // lines say their algorithm
	binary bool   // "*" is before the name
	single bool   // one space is before the name, where the format has two as well
	upper  bool   // digests are in capitals
	before string // what all names begin with: "./", or nothing
}

func styleOf(old *original, f *list.Format) (s style) {
	if s.end = '\n'; f == &list.Zero {
		s.end = 0
	}
	e := &old.Entries[0]
	line := old.line(s, e.Line)
	s.crlf = bytes.HasSuffix(line, []byte("\r\n"))
	line = start(line)
	s.tagged = f.Tags() && len(line) > 0 && !strings.HasPrefix(string(line), e.Hex)
	if rest, ok := bytes.CutPrefix(line, []byte(e.Hex)); ok {
		s.binary = isCoreutils(f) && len(rest) > 1 && rest[1] == '*'
	}
	_, after, _ := bytes.Cut(line, []byte(" "))
	s.single = f == &list.Prefixed && !bytes.HasPrefix(after, []byte(" ")) && !bytes.HasPrefix(after, []byte("*"))
	s.upper = e.Hex != strings.ToLower(e.Hex)
	if s.before = "./"; !old.allBegin(s.before) {
		s.before = ""
	}
	return s
}

func isCoreutils(f *list.Format) bool { return f == &list.Coreutils || f == &list.Zero }

func (o *original) allBegin(with string) bool {
	for i := range o.Entries {
		if !strings.HasPrefix(o.Entries[i].Name, with) {
			return false
		}
	}
	return true
}

// line returns a line of the text.
func (o *original) line(s style, number int32) []byte {
	for line := range s.lines(bytes.TrimPrefix(o.text, []byte(mark))) {
		if number--; number == 0 {
			return line
		}
	}
	return nil
}

// lines yields the lines of a text with their ends.
func (s style) lines(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(text) > 0 {
			n := bytes.IndexByte(text, s.end) + 1
			if n == 0 {
				n = len(text)
			}
			if !yield(text[:n]) {
				return
			}
			text = text[n:]
		}
	}
}

func (s style) lineEnd() string {
	if s.crlf {
		return "\r\n"
	}
	return string(s.end)
}

func (s style) name(name string) string { return s.before + name }

func (s style) hex(hex string) string {
	if s.upper {
		return strings.ToUpper(hex)
	}
	return hex
}

func (s style) digests(all []list.Digest) (styled []list.Digest) {
	for _, d := range all {
		styled = append(styled, list.Digest{Algorithm: d.Algorithm, Hex: s.hex(d.Hex)})
	}
	return styled
}

// applied returns the lines of an entry in the style of the list.
func (s style) applied(lines []byte, e *list.Entry) []byte {
	if at := bytes.Index(lines, []byte(e.Hex)) + len(e.Hex) + 1; s.binary && !s.tagged && at < len(lines) && lines[at] == ' ' {
		lines[at] = '*'
	}
	if s.single {
		lines = bytes.Replace(lines, []byte("  "), []byte(" "), 1)
	}
	if s.crlf {
		return bytes.ReplaceAll(lines, []byte("\n"), []byte("\r\n"))
	}
	return lines
}

// isPlain reports whether a line of the format has one digest in hex and says nothing else
// of the file but its name.
func isPlain(f *list.Format) bool {
	return isCoreutils(f) || f == &list.Bare || f == &list.OneSpace || f == &list.Prefixed || f == &list.SFV
}

// withDigest returns a line with another digest, or false if it doesn't have the old one. The name may look like the old one: the
// digest is before it, except in lines that begin with anything else.
func withDigest(line []byte, f *list.Format, old, hex string) ([]byte, bool) {
	at := bytes.LastIndex(line, []byte(old))
	if f == &list.Prefixed || bytes.HasPrefix(start(line), []byte(old)) {
		at = bytes.Index(line, []byte(old))
	}
	if at < 0 {
		return nil, false
	}
	return bytes.Join([][]byte{line[:at], []byte(hex), line[at+len(old):]}, nil), true
}

// start returns a line without what may be before its digest.
func start(line []byte) []byte { return bytes.TrimPrefix(bytes.TrimLeft(line, " \t"), []byte("\\")) }
