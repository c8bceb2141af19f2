package list

import "strings"

// unescape undoes the escapes of coreutils in a name. An unknown escape is refused:
// a guess might be the name of another file.
func unescape(s string) (name, reason string) {
	return undo(s, unescapeOne)
}

// undo replaces each backslash and what follows it. one returns what an escape stands for
// and its length without the backslash, or the reason why it is none.
func undo(s string, one func(after string) (text string, length int, reason string)) (name, reason string) {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s, ""
	}
	var b strings.Builder
	b.Grow(len(s) - 1)
	for ; i >= 0; i = strings.IndexByte(s, '\\') {
		text, length, reason := one(s[i+1:])
		if reason != "" {
			return "", reason
		}
		b.WriteString(s[:i])
		b.WriteString(text)
		s = s[i+1+length:]
	}
	b.WriteString(s)
	return b.String(), ""
}

func unescapeOne(after string) (text string, length int, reason string) {
	if after == "" {
		return "", 0, halfEscape
	}
	switch after[0] {
	case '\\':
		return "\\", 1, ""
	case 'n':
		return "\n", 1, ""
	case 'r':
		return "\r", 1, ""
	}
	return "", 0, badEscape
}
