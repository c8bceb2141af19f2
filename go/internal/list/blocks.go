package list

import (
	"bytes"
	"io"
)

const (
	blockSize = 1 << 20 // bytes read at a time from a long list
	firstRead = 1 << 10 // bytes; most lists have one line
)

// blocks cuts a stream into strings of whole lines. Entries are substrings, so a
// list costs one allocation per block.
type blocks struct {
	r        io.Reader
	buf      []byte // an unfinished line, then what was read after it
	n        int    // used bytes of buf
	max      int    // largest size of buf, in bytes
	skipping bool   // the stream is inside a line that is too long and was returned already
	err      error  // of the last read; io.EOF at the end of the stream
	nature   string // what the text is if it is not a list, see natureOf
	encoding string // that the text is decoded from; "" if it is read as it is
	zero     bool   // lines end with a NUL
	dropped  int64  // bytes of the stream before buf
	at       int64  // where the last block begins in the stream
}

// newBlocks allows for size bytes besides the longest line and its "\r".
func newBlocks(r io.Reader, size int) *blocks {
	return &blocks{r: r, max: MaxLine + 1 + size}
}

// start reads the first block, without a byte order mark, and decodes the text by that
// mark. It returns an [*Error] for a wide text without a mark.
func (b *blocks) start() error {
	b.fill()
	if wide := wideReaderOf(b.buf[:b.n]); wide != nil {
		b.decode(wide)
	} else if bytes.HasPrefix(b.buf[:b.n], []byte(utf8BOM)) {
		b.drop(len(utf8BOM))
	} else if err := checkShape(b.buf[:b.n]); err != nil {
		return err
	}
	b.nature = natureOf(b.buf[:b.n])
	return nil
}

// decode starts anew, with the text that was read decoded.
func (b *blocks) decode(wide *wideReader) {
	var rest io.Reader = &failing{b.err}
	if b.err == nil {
		rest = b.r
	}
	wide.r = io.MultiReader(bytes.NewReader(bytes.Clone(b.buf[len(wide.mark):b.n])), rest)
	b.r, b.n, b.err, b.encoding = wide, 0, nil, wide.encoding
	b.fill()
}

// next returns the next lines. The last line has no newline if the stream ends
// there, or if the line is longer than MaxLine; then its rest is skipped.
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

// fill reads until the buffer is full or the stream ends. io.ReadFull would not
// distinguish the end of the stream from a reader that returns io.ErrUnexpectedEOF.
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

func (b *blocks) lineEnd() byte {
	if b.zero {
		return 0
	}
	return '\n'
}

func (b *blocks) take() string {
	end := bytes.LastIndexByte(b.buf[:b.n], b.lineEnd()) + 1
	if b.err == io.EOF {
		end = b.n
	}
	if b.n-end > MaxLine+1 {
		end = b.n
		b.skipping = true
	}
	block := string(b.buf[:end])
	b.at = b.dropped
	b.drop(end)
	return block
}

func (b *blocks) skip() {
	end := bytes.IndexByte(b.buf[:b.n], b.lineEnd()) + 1
	if end == 0 {
		b.drop(b.n)
		return
	}
	b.skipping = false
	b.drop(end)
}

func (b *blocks) drop(n int) {
	b.dropped += int64(n)
	b.n = copy(b.buf, b.buf[n:b.n])
}
