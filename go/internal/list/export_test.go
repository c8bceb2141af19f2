package list

import (
	"encoding/json"
	"io"
)

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

// ReadS3 reads the message of a row in both ways. ok is false if the faster one does not read it.
func ReadS3(message string) (fast, slow any, ok bool) {
	c, ok := readS3(message)
	var want s3Checksum
	if err := json.Unmarshal([]byte(message), &want); err != nil {
		return c, err, ok
	}
	return c, want, ok
}
