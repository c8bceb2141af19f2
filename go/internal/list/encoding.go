package list

import "bytes"

const utf8BOM = "\xef\xbb\xbf"

// The order matters: the mark of UTF-32 begins with the one of UTF-16.
var wideMarks = []struct{ mark, encoding string }{
	{"\xff\xfe\x00\x00", "UTF-32"},
	{"\x00\x00\xfe\xff", "UTF-32"},
	{"\xff\xfe", "UTF-16"},
	{"\xfe\xff", "UTF-16"},
}

// Positions of the NUL bytes in four ASCII characters without a byte order mark.
var wideShapes = []struct{ nul, encoding string }{
	{"-0-0-0-0", "UTF-16LE"},
	{"0-0-0-0-", "UTF-16BE"},
	{"-000-000-000-000", "UTF-32LE"},
	{"000-000-000-000-", "UTF-32BE"},
}

// checkEncoding refuses UTF-16 and UTF-32. Otherwise every line would be malformed
// and the reason would be lost.
func checkEncoding(head []byte) error {
	encoding := wideEncoding(head)
	if encoding == "" {
		return nil
	}
	return &Error{Reason: "the list is " + encoding + ", not UTF-8; convert it with \"iconv -f " + encoding +
		" -t UTF-8\", or write it with PowerShell's \"Set-Content -Encoding utf8\""}
}

func wideEncoding(head []byte) string {
	for _, m := range wideMarks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.encoding
		}
	}
	for _, s := range wideShapes {
		if hasShape(head, s.nul) {
			return s.encoding
		}
	}
	return ""
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
