package list

import "io"

// ParseBlocks is Parse with a block size in bytes. Small blocks put boundaries
// into short texts.
func ParseBlocks(r io.Reader, o Options, size int) (*List, error) {
	return parse(newBlocks(r, size), o)
}

// ParseAfter parses text as if this many lines came before it.
func ParseAfter(lines int32, text string) error {
	p := newParser(Options{}, sample{})
	p.line = lines
	return p.lines(text, 0)
}
