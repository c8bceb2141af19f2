package list

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

const utf8BOM = "\xef\xbb\xbf"

// The order matters: the mark of UTF-32 begins with the one of UTF-16.
var wideMarks = []struct {
	mark, encoding string
	size           int // bytes of a unit
	order          binary.ByteOrder
}{
	{"\xff\xfe\x00\x00", "UTF-32", 4, binary.LittleEndian},
	{"\x00\x00\xfe\xff", "UTF-32", 4, binary.BigEndian},
	{"\xff\xfe", "UTF-16", 2, binary.LittleEndian},
	{"\xfe\xff", "UTF-16", 2, binary.BigEndian},
}

// wideReader decodes UTF-16 or UTF-32. A unit that stands for no character becomes a
// byte that is not UTF-8, so that its line can be told.
type wideReader struct {
	r        io.Reader
	mark     string
	encoding string
	size     int
	order    binary.ByteOrder
	raw      [4 << 10]byte
	have     int    // bytes of raw that are not decoded
	text     []byte // that is not read
	kept     [4 << 10]byte
	err      error
}

// wideReaderOf returns a decoder for a text that begins with a mark, or nil.
func wideReaderOf(head []byte) *wideReader {
	for _, m := range wideMarks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return &wideReader{mark: m.mark, encoding: m.encoding, size: m.size, order: m.order}
		}
	}
	return nil
}

const notUnicode = 0xff // a byte that is never in UTF-8

// Read implements [io.Reader].
func (w *wideReader) Read(b []byte) (int, error) {
	for len(w.text) == 0 {
		if w.err != nil && w.have == 0 {
			return 0, w.err
		}
		if w.err == nil {
			var n int
			n, w.err = w.r.Read(w.raw[w.have:])
			w.have += n
		}
		w.decode()
	}
	n := copy(b, w.text)
	w.text = w.text[n:]
	return n, nil
}

// decode decodes the whole units in raw, but for half a pair at its end.
func (w *wideReader) decode() {
	text, rest := w.kept[:0], w.raw[:w.have]
	for len(rest) >= w.size && len(text) <= len(w.kept)-utf8.UTFMax {
		r, size, ok := w.first(rest)
		switch {
		case ok:
			text = utf8.AppendRune(text, r)
		case size == 0 && w.err == nil:
			w.keep(text, rest)
			return
		default:
			size = w.size
			text = append(text, notUnicode)
		}
		rest = rest[size:]
	}
	if w.err != nil && 0 < len(rest) && len(rest) < w.size {
		text, rest = append(text, notUnicode), nil
	}
	w.keep(text, rest)
}

func (w *wideReader) keep(text, rest []byte) {
	w.have = copy(w.raw[:], rest)
	w.text = text
}

// first returns the first character and its size in bytes. The size is 0 if what is
// there may be half a pair.
func (w *wideReader) first(b []byte) (r rune, size int, ok bool) {
	if w.size == 4 {
		u := w.order.Uint32(b)
		return rune(u), 4, u <= utf8.MaxRune && utf8.ValidRune(rune(u))
	}
	r = rune(w.order.Uint16(b))
	switch {
	case !utf16.IsSurrogate(r):
		return r, 2, true
	case len(b) < 4:
		return r, 0, false
	}
	r = utf16.DecodeRune(r, rune(w.order.Uint16(b[2:])))
	return r, 4, r != utf8.RuneError
}

// failing is a reader that has ended.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// Positions of the NUL bytes in four ASCII characters without a byte order mark.
var wideShapes = []struct{ nul, encoding string }{
	{"-0-0-0-0", "UTF-16LE"},
	{"0-0-0-0-", "UTF-16BE"},
	{"-000-000-000-000", "UTF-32LE"},
	{"000-000-000-000-", "UTF-32BE"},
}

// checkShape refuses UTF-16 and UTF-32 without a mark. Otherwise every line would be
// malformed and the reason would be lost.
func checkShape(head []byte) error {
	for _, s := range wideShapes {
		if hasShape(head, s.nul) {
			return &Error{Reason: "the list is " + s.encoding + " without a byte order mark; convert it with \"iconv -f " +
				s.encoding + " -t UTF-8\""}
		}
	}
	return nil
}

func hasShape(head []byte, nul string) bool {
	if len(head) < len(nul) {
		return false
	}
	for i := range len(nul) {
		if (head[i] == 0) != (nul[i] == '0') {
			return false
		}
	}
	return true
}
