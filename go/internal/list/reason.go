package list

import (
	"fmt"

	"github.com/checksig/checksig/go/internal/digest"
)

// Reasons why a line is malformed, for the person who wrote or fetched the list.
const (
	tooLong         = "longer than 65,536 bytes"
	hasNUL          = "contains a NUL byte"
	notADigest      = `expected a digest or a tag such as "SHA256 ("`
	indentedComment = "comments must start at the beginning of the line"
	strayMark       = "byte order mark (U+FEFF) in the middle of the list; are these two lists joined together?"
	noName          = "no name after the digest"
	emptyName       = "the name is empty"
	oneSpace        = `only one space between digest and name, but the lines before have two spaces, or a space and "*"`
	tabbed          = `tab between digest and name; expected two spaces, or a space and "*"`
	notOneSpace     = `a blank or "*" follows the blank between digest and name`
	notPrefixed     = `expected "ALGORITHM:HEX NAME" or "ALGORITHM-BASE64 NAME"`
	otherSeparator  = "the lines before have another number of spaces between digest and name"
	notBase64       = "expected a digest in base64"
	notPooch        = `expected "NAME DIGEST", and no more than a URL after it`
	badQuotes       = `a name with blanks must be in quotes, and may contain neither quotes nor "\"`
	notSFV          = "expected a name and a CRC-32 of 8 hex digits"
	noColumns       = `no line before this one names the columns, such as "%%%% size,md5,sha256,filename"`
	badHeader       = `expected "%%%% HASHDEEP-1.0", and then "%%%% size,ALGORITHM,…,filename"`
	badSize         = "the size is not a number of bytes"
	fewColumns      = "the line has fewer columns than the header"
	notBare         = "expected a digest and no name"
	twoBare         = "a list with digests alone can have only one"
	noOwner         = "the list's name, such as kubectl.sha256, must say whose digest it is"
	noNUL           = "the line does not end with a NUL, as all others do; is the list truncated?"
	notAnEntry      = "a line that is neither an entry nor malformed"
	halfTagged      = `expected "ALGORITHM (NAME) = DIGEST"`
	noDigest        = "the name has no digest"
	badBase64       = "the digest is not valid base64 of the algorithm's length"
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

func badTag(tag string, a digest.Algorithm) string {
	return fmt.Sprintf("the line is tagged %q, but the list is %v", tag[:min(len(tag), maxTag)], a)
}
