package list

import (
	"encoding/base64"
	"fmt"

	"github.com/checksig/checksig/go/internal/digest"
)

// Reasons why a line is malformed, for the person who wrote or fetched the list.
const (
	tooLong         = "longer than 65,536 bytes"
	hasNUL          = "contains a NUL byte (lists written with --zero are not supported)"
	notADigest      = `expected a digest or a tag such as "SHA256 ("`
	indentedComment = "comments must start at the beginning of the line"
	strayMark       = "byte order mark (U+FEFF) in the middle of the list; are these two lists joined together?"
	noName          = "no name after the digest"
	emptyName       = "the name is empty"
	oneSpace        = `only one space between digest and name, as BSD "md5 -r" writes; expected two spaces, or a space and "*"`
	tabbed          = `tab between digest and name; expected two spaces, or a space and "*"`
	halfTagged      = `expected "ALGORITHM (NAME) = DIGEST"`
	noDigest        = "the name has no digest"
	isBase64        = "base64 digest; only hex is supported"
	badEscape       = `unknown escape in the name; a line that starts with "\" may only contain "\\", "\n" and "\r"`
	halfEscape      = `the name ends with an incomplete escape, a single "\"`
	isSigned        = `OpenPGP signature, which is not checked; write the list without it with "gpg --decrypt --output LIST", or allow it with --no-strict`
	isForeign       = "the digest is of an unsupported algorithm"
	manyReasons     = "can't be read; more than 1,000 lines before this one had different reasons"
)

const maxTag = 32 // bytes of a tag that a reason quotes

func oddDigits(digits int) string {
	return fmt.Sprintf("odd number of hex digits in the digest: %d", digits)
}

func unknownLength(digits int) string {
	return fmt.Sprintf("no supported algorithm has digests of %d hex digits", digits)
}

// notHex quotes the byte after the hex digits. It may be any byte.
func notHex(s string, digits int) string {
	return fmt.Sprintf("the digest contains %q, which is not a hex digit", s[digits:digits+1])
}

// badLength returns the reason why a digest of a can't have this many hex digits,
// or "".
func badLength(a digest.Algorithm, digits int, source string) string {
	if digits == 2*a.Size() {
		return ""
	}
	return fmt.Sprintf("the digest has %d hex digits, but %v has %d (the algorithm comes from %s)",
		digits, a, 2*a.Size(), source)
}

func badSeries(s digest.Series, digits int, source string) string {
	return fmt.Sprintf("no supported %v has digests of %d hex digits (the algorithm comes from %s)", s, digits, source)
}

func unsupported(tag string) string {
	return fmt.Sprintf("unsupported algorithm %q (supported: %s)", tag[:min(len(tag), maxTag)], digest.Names())
}

func base64Length(a digest.Algorithm) int {
	return base64.StdEncoding.EncodedLen(a.Size())
}
