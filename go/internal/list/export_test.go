package list

import "io"

// ParseBlocks is Parse with blocks of so many bytes, to move their boundaries
// into short texts.
func ParseBlocks(r io.Reader, o Options, size int) (*List, error) {
	return parse(newBlocks(r, size), o)
}

// ParseAfter is what Parse does with text that follows so many lines.
func ParseAfter(lines int32, text string) error {
	p := newParser(Options{}, (*parser).coreutils)
	p.line = lines
	return p.lines(text)
}
