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
	isSigned        = `OpenPGP signature, which is not checked; name whom you trust with --keyring FILE, or read the list all the same with --no-strict`
	isSignify       = "signify signature, which is not checked; name the key that you trust with --key, or read the list all the same with --no-strict"
	isForeign       = "the digest is of an unsupported algorithm"
	badCSV          = "quotes in a field that is not in quotes, or quotes without an end"
	wrongFields     = "the row has more or fewer fields than it must have"
	notRecord       = `expected "PATH,ALGORITHM=DIGEST,SIZE"`
	badURLBase64    = "the digest is not base64 for URLs, without padding and of the algorithm's length"
	sizesDiffer     = "a line before this one gives the file another size"
	sizeAlone       = "the file has a size but no digest"
	notAField       = `expected "FIELD: VALUE", or a line that begins with a blank`
	badBlock        = "a block of digests begins on the line after its field"
	outsideBlock    = "a digest and a size in a field that is not a block of digests"
	blockTwice      = "the list has this block already"
	badBlockLine    = `expected "DIGEST SIZE NAME", or in the files of .changes "DIGEST SIZE SECTION PRIORITY NAME"`
	isSources       = `names are relative to the field "Directory", as in Sources; only Release, .dsc, .changes and .buildinfo are read`
	notGentoo       = `expected a type such as "DATA", and "NAME SIZE ALGORITHM DIGEST"`
	badTimestamp    = `expected a time such as "2026-01-31T12:00:00Z"`
	badGentooEscape = `unknown escape in the name; "\" may only begin "\x20", "\u00e4" or "\U0001f600"`
	twoDigests      = "two digests of one algorithm"
	notDistinfo     = `expected "ALGORITHM (NAME) = DIGEST" or "SIZE (NAME) = BYTES"`
	notMtree        = `expected a name and keywords, "/set", "/unset" or ".."`
	unknownKeyword  = "unknown keyword"
	badVis          = "unknown or incomplete escape in the name"
	badType         = "unknown type of file"
	notAFile        = "a digest, but the type is not that of a regular file"
	noDirectory     = `".." without a directory that it leaves`
	setForAll       = `"/set" can't give all files one size or digest`
	notPrintMD      = `expected "NAME: HEX HEX" or "NAME: ALGORITHM = HEX HEX"`
	notCertutil     = `expected "ALGORITHM hash of NAME:", or "CertUtil: -hashfile …"`
	otherLanguage   = `can't tell where the name begins in this language; call the list FILE.ALGORITHM, such as "a.iso.sha256"`
	headerTwice     = "the list has a header already"
	notAProperty    = `expected "Algorithm", "Hash" or "Path" and a value; long values are wrapped, so write the list as CSV`
	emptyProperty   = "the property has no value"
	cutOff          = "the table cuts the path off; write the list as CSV"
	notSevenZip     = "not a line of the table that 7z writes"
	noTableEnd      = "the table has no end; is the list truncated?"

	failedTask      = "the task did not succeed, so the object has no digest"
	badS3Message    = "the result message is not the JSON of a checksum"
	noS3Checksum    = `the result message has no checksum with its algorithm; is the report of another operation than "Compute checksum"?`
	notFullObject   = `the "checksumType" is not "FULL_OBJECT"`
	s3Contradiction = "the digests in hex and in base64 differ"
	otherBucket     = "another bucket than in the rows before; make a list of each bucket"
	slashAtEnd      = `the key ends with "/", as the name of no file does, but the object has content`
	badPercent      = `the key has a "%" that does not begin an escape such as "%20", or is NUL`

	compositeChecksum = "checksum of the parts of an object, not of the object as a whole; compute it again with the type FULL_OBJECT"
	notCertutilDigest = "expected a digest after the line that names the file"
	continuesNowhere  = `the list ends after a "\", which says that the line continues`

	manyReasons = "can't be read; more than 1,000 lines before this one had different reasons"
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
