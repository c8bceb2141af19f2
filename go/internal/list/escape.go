package list

import "strings"

// unescape undoes the escapes of coreutils in a name. An unknown escape is refused:
// a guess might be the name of another file.
func unescape(s string) (name, reason string) {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s, ""
	}
	var b strings.Builder
	b.Grow(len(s) - 1)
	for ; i >= 0; i = strings.IndexByte(s, '\\') {
		if i+1 == len(s) {
			return "", halfEscape
		}
		c, ok := plainByte(s[i+1])
		if !ok {
			return "", badEscape
		}
		b.WriteString(s[:i])
		b.WriteByte(c)
		s = s[i+2:]
	}
	b.WriteString(s)
	return b.String(), ""
}

func plainByte(c byte) (byte, bool) {
	switch c {
	case '\\':
		return '\\', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	}
	return 0, false
}
