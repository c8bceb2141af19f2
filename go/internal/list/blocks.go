package list

import (
	"bytes"
	"io"
)

const (
	blockSize = 1 << 20 // bytes read at a time from a long list
	firstRead = 4 << 10 // bytes; most lists are sidecars of one line
)

// blocks cuts a stream into strings of whole lines, so that entries can be
// substrings and a list costs one allocation a block.
type blocks struct {
	r        io.Reader
	buf      []byte // an unfinished line, then what was read after it
	n        int    // bytes in use of buf
	max      int    // bytes buf may grow to
	skipping bool   // the stream is inside a too long line that was handed out
	err      error  // what ended the reading: io.EOF at the end of the stream
}

// newBlocks makes room for size bytes beside the longest line and its "\r".
func newBlocks(r io.Reader, size int) *blocks {
	return &blocks{r: r, max: MaxLine + 1 + size}
}

// start looks at the first bytes: it drops a byte order mark and returns an
// [*Error] for a text that isn't in an encoding that can be read.
func (b *blocks) start() error {
	b.fill()
	if err := checkEncoding(b.buf[:b.n]); err != nil {
		return err
	}
	if bytes.HasPrefix(b.buf[:b.n], []byte(utf8BOM)) {
		b.drop(len(utf8BOM))
	}
	return nil
}

// next returns the next lines. The last one lacks its newline at the end of the
// stream and when it is longer than MaxLine; then the rest of it is skipped.
func (b *blocks) next() (string, error) {
	for {
		b.fill()
		if b.err != nil && b.err != io.EOF {
			return "", b.err
		}
		if b.skipping {
			b.skip()
		}
		if block := b.take(); block != "" {
			return block, nil
		}
		if b.err != nil {
			return "", b.err
		}
	}
}

// fill reads until the buffer is full or the stream ends. io.ReadFull won't do:
// it gives a clean end the error with which a broken stream ends.
func (b *blocks) fill() {
	for b.err == nil && (b.n < len(b.buf) || b.grow()) {
		var n int
		n, b.err = b.r.Read(b.buf[b.n:])
		b.n += n
	}
}

func (b *blocks) grow() bool {
	if len(b.buf) == b.max {
		return false
	}
	bigger := make([]byte, min(max(8*len(b.buf), firstRead), b.max))
	copy(bigger, b.buf[:b.n])
	b.buf = bigger
	return true
}

func (b *blocks) take() string {
	end := bytes.LastIndexByte(b.buf[:b.n], '\n') + 1
	if b.err == io.EOF {
		end = b.n
	}
	if b.n-end > MaxLine+1 {
		end = b.n
		b.skipping = true
	}
	block := string(b.buf[:end])
	b.drop(end)
	return block
}

func (b *blocks) skip() {
	end := bytes.IndexByte(b.buf[:b.n], '\n') + 1
	if end == 0 {
		b.n = 0
		return
	}
	b.skipping = false
	b.drop(end)
}

func (b *blocks) drop(n int) {
	b.n = copy(b.buf, b.buf[n:b.n])
}
