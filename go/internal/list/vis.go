package list

import (
	"fmt"
	"strings"
)

// unvis undoes the escapes of vis(3) in a name. An unknown escape is refused: a guess
// might be the name of another file.
func unvis(s string) (name, reason string) {
	return undo(s, func(after string) (string, int, string) {
		c, n, ok := unvisOne(after)
		if !ok || c == 0 {
			return "", 0, badVis
		}
		return string([]byte{c}), n, ""
	})
}

// unvisOne returns the byte that an escape stands for, and the escape's length without
// the backslash.
func unvisOne(s string) (c byte, n int, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	if i := strings.IndexByte(`\#*?["'&;<>|()!~`+"`", s[0]); i >= 0 {
		return s[0], 1, true
	}
	if i := strings.IndexByte("abtnvfrsE", s[0]); i >= 0 {
		return "\a\b\t\n\v\f\r \x1b"[i], 1, true
	}
	switch {
	case '0' <= s[0] && s[0] <= '3':
		return unvisOctal(s)
	case s[0] == '^' && len(s) > 1:
		return control(s[1]), 2, true
	case strings.HasPrefix(s, "M-") && len(s) > 2:
		return s[2] | 0x80, 3, true
	case strings.HasPrefix(s, "M^") && len(s) > 2:
		return control(s[2]) | 0x80, 3, true
	}
	return 0, 0, false
}

func unvisOctal(s string) (c byte, n int, ok bool) {
	if len(s) < 3 {
		return 0, 0, false
	}
	for i := range 3 {
		if s[i] < '0' || s[i] > '7' {
			return 0, 0, false
		}
		c = c<<3 + s[i] - '0'
	}
	return c, 3, true
}

func control(c byte) byte {
	if c == '?' {
		return 0x7f
	}
	return c & 0x1f
}

// vis writes a name with octal escapes, as bsdtar does.
func vis(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == '\\' || c == '#' || c == '=' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
