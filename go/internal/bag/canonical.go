package bag

import "golang.org/x/text/unicode/norm"

// Canonical returns a form that two names share if one of them may stand for the
// other: in another normal form of Unicode, or with other escapes. Some programs don't
// write or undo all escapes, or write them by the rule of another version.
func Canonical(name string) string {
	if isPlain(name) {
		return name
	}
	return norm.NFC.String(decodeNew.Replace(name))
}

func isPlain(name string) bool {
	for i := range len(name) {
		if name[i] >= 0x80 || name[i] == '%' {
			return false
		}
	}
	return true
}
