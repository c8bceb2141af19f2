package list

import "strings"

// armor follows the lines that OpenPGP puts around a clear-signed list, and those that
// signify puts before one, among the lines that are not entries.
type armor struct {
	message     bool  // after the beginning of a signed message, before the end of its signature
	header      int32 // the last line of the message's headers
	inSignature bool
	signify     bool // after the comment of a signify signature, which is the first line
}

// armorPart is the part that a line is of the armor.
type armorPart int

const (
	notArmor armorPart = iota
	armorStart
	signifyStart
	armorRest
)

// part returns the part of a malformed line, and its number.
func (a *armor) part(line string, number int32) armorPart {
	line = strings.TrimRight(line, blanks)
	switch {
	case number == 1 && strings.HasPrefix(line, "untrusted comment: "):
		a.signify = true
		return signifyStart
	case number == 2 && a.signify && len(line) == signifyLength && strings.HasPrefix(line, "RW") && strings.Trim(line, base64Letters) == "":
		return armorRest
	case line == "-----BEGIN PGP SIGNED MESSAGE-----":
		*a = armor{message: true, header: number}
		return armorStart
	case line == "-----BEGIN PGP SIGNATURE-----":
		part := armorStart
		if a.message {
			part = armorRest
		}
		*a = armor{inSignature: true}
		return part
	case line == "-----END PGP SIGNATURE-----" && a.inSignature:
		*a = armor{}
		return armorRest
	case a.message && number == a.header+1 && strings.HasPrefix(line, "Hash: "):
		a.header = number
		return armorRest
	case a.inSignature && isArmored(line):
		return armorRest
	}
	return notArmor
}

// isArmored reports whether a line can be inside a signature: base64, or a header.
func isArmored(line string) bool {
	for _, header := range []string{"Version: ", "Comment: ", "Hash: ", "Charset: "} {
		if strings.HasPrefix(line, header) {
			return true
		}
	}
	return len(line) <= maxArmored && strings.Trim(line, base64Letters) == ""
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

const (
	maxArmored    = 76  // characters of a line of base64
	signifyLength = 100 // characters of a signify signature
)
