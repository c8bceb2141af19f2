package list

import "bytes"

const utf8BOM = "\xef\xbb\xbf"

// The marks in the order to look for them: UTF-32's begins with UTF-16's.
var wideMarks = []struct{ mark, encoding string }{
	{"\xff\xfe\x00\x00", "UTF-32"},
	{"\x00\x00\xfe\xff", "UTF-32"},
	{"\xff\xfe", "UTF-16"},
	{"\xfe\xff", "UTF-16"},
}

// Where NULs stand in four ASCII characters that have no mark before them.
var wideShapes = []struct{ nul, encoding string }{
	{"-0-0-0-0", "UTF-16LE"},
	{"0-0-0-0-", "UTF-16BE"},
	{"-000-000-000-000", "UTF-32LE"},
	{"000-000-000-000-", "UTF-32BE"},
}

// checkEncoding refuses wide text as a whole. Read line by line none of it
// would be an entry, and the reason would be lost among the malformed lines.
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
