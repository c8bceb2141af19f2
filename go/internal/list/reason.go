package list

import (
	"encoding/base64"
	"fmt"

	"github.com/checksig/checksig/go/internal/digest"
)

// Why a line is malformed, in words for the person who wrote or fetched the list.
const (
	tooLong         = "line is longer than 65,536 bytes"
	hasNUL          = "line has a NUL byte; lists written with --zero are not read"
	notADigest      = `line begins neither with a digest nor with a tag such as "SHA256 ("`
	indentedComment = "a comment begins at the line's start, without a blank before it"
	strayMark       = "a byte order mark (U+FEFF) in the middle of the list; are these two lists put together?"
	noName          = "no name after the digest"
	emptyName       = "the name is empty"
	oneSpace        = `one space between digest and name, as BSD "md5 -r" writes it; it takes two, or a space and "*"`
	tabbed          = `a tab between digest and name; it takes two spaces, or a space and "*"`
	halfTagged      = `a tagged line reads "ALGORITHM (NAME) = DIGEST"`
	noDigest        = "no digest after the name"
	isBase64        = "the digest is base64; only hex is read"
	badEscape       = `unknown escape in the name; after a "\" before the digest there are "\\", "\n" and "\r"`
	halfEscape      = `the name ends in half an escape, a single "\"`
	isSigned        = "part of an OpenPGP signed list; its signature is not checked"
	manyReasons     = "line can't be read; more than 1,000 lines before it gave different reasons"
)

const maxTag = 32 // bytes of a tag that a reason quotes

func oddDigits(digits int) string {
	return fmt.Sprintf("the digest has an odd number of hex digits, %d", digits)
}

func unknownLength(digits int) string {
	return fmt.Sprintf("no supported algorithm has a digest of %d hex digits", digits)
}

// notHex names the byte after the hex digits, which may be any.
func notHex(s string, digits int) string {
	return fmt.Sprintf("the digest has %q, which is not a hex digit", s[digits:digits+1])
}

// badLength returns "" when a digest of a has so many hex digits.
func badLength(a digest.Algorithm, digits int, source string) string {
	if digits == 2*a.Size() {
		return ""
	}
	return fmt.Sprintf("the digest has %d hex digits, %v has %d (the algorithm comes from %s)",
		digits, a, 2*a.Size(), source)
}

func unsupported(tag string) string {
	return fmt.Sprintf("algorithm %q is not supported; these are: %s", tag[:min(len(tag), maxTag)], digest.Names())
}

func base64Length(a digest.Algorithm) int {
	return base64.StdEncoding.EncodedLen(a.Size())
}
