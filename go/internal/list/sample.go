package list

import (
	"iter"
	"strings"
)

// sample is the start of a text, by which its format is recognised. Its length does
// not depend on how the text is read.
type sample struct {
	text  string
	whole bool // there is nothing more
}

// newSample takes a sample of a text that begins with head.
func newSample(head []byte, whole bool) sample {
	if len(head) > MaxLine {
		head, whole = head[:MaxLine], false
	}
	return sample{string(head), whole}
}

// lines iterates over the complete lines that are neither blank nor a comment,
// without the blanks around them.
func (s sample) lines(comments byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := s.text; rest != ""; {
			line, after, ended := strings.Cut(rest, "\n")
			if !ended && !s.whole {
				return
			}
			rest = after
			trimmed := strings.Trim(line, blanks+"\r")
			if trimmed == "" || line[0] == comments {
				continue
			}
			if !yield(trimmed) {
				return
			}
		}
	}
}

// only returns the one line of a text that has no other.
func (s sample) only() (line string, ok bool) {
	if !s.whole {
		return "", false
	}
	for l := range s.lines('#') {
		if line != "" {
			return "", false
		}
		line = l
	}
	return line, line != ""
}

// allOf reports whether every line of the sample is an entry of this format.
func (p *parser) allOf(f *Format) bool {
	for line := range p.sample.lines(f.comments) {
		p.foreign = ""
		if _, reason := f.entry(p, line); reason != "" && p.foreign == "" {
			return false
		}
	}
	return true
}
