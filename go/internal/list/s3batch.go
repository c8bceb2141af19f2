package list

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// S3Batch is the format of the completion report of S3 Batch Operations, for the operation
// "Compute checksum": CSV with the key of an object in a bucket, whether the task succeeded,
// and the checksum as JSON.
var S3Batch = Format{
	Name: "s3-batch", starts: startsS3Batch, entry: (*parser).s3Batch, raw: true, says: true,
	state: func() any { return &s3Batch{} },
}

// s3Batch holds the bucket of the first row, of which all others must be.
type s3Batch struct{ bucket string }

// The columns of a report that are read.
const (
	s3Bucket  = 0
	s3Key     = 1
	s3Status  = 3
	s3Message = 6
	s3Columns = 7
)

// What a task has come to.
const (
	s3Succeeded = "succeeded"
	s3Failed    = "failed"
)

// startsS3Batch needs a row of the report, or its header, as the first line.
func startsS3Batch(p *parser) bool {
	for line := range p.sample.lines(0) {
		row, _ := cutS3(line)
		if isS3Header(row) {
			return true
		}
		status := strings.ToLower(row[s3Status])
		return row[s3Bucket] != "" && row[s3Key] != "" && (status == s3Succeeded || status == s3Failed) && isS3Code(row)
	}
	return false
}

// isS3Code reports whether one of the two columns after the status can be one of HTTP.
func isS3Code(row [s3Columns]string) bool {
	for _, code := range row[s3Status+1 : s3Message] {
		if len(code) == 3 && isDigits(code) {
			return true
		}
	}
	return false
}

// isS3Header reports whether a row names the columns. In reports, the codes of the error and
// of HTTP are in the other order than in their schema.
func isS3Header(row [s3Columns]string) bool {
	return strings.EqualFold(row[s3Bucket], "Bucket") && strings.EqualFold(strings.TrimSpace(row[s3Key]), "Key") &&
		strings.EqualFold(strings.TrimSpace(row[s3Status]), "TaskStatus")
}

// cutS3 cuts a row. The message of a failed task may have quotes that are none of CSV, so it
// is cut off as it is if the row can't be read otherwise.
func cutS3(s string) (row [s3Columns]string, reason string) {
	if reason = cutFields(s, row[:]); reason == "" {
		return row, ""
	}
	row = [s3Columns]string{}
	rest, more := s, true
	for i := range s3Message {
		var bad string
		if row[i], rest, more, bad = cutField(rest); bad != "" || !more {
			return row, reason
		}
	}
	row[s3Message] = rest
	return row, reason
}

func (p *parser) s3Batch(s string) (Entry, string) {
	row, reason := cutS3(s)
	if isS3Header(row) {
		return Entry{}, notAnEntry
	}
	switch {
	case strings.EqualFold(row[s3Status], s3Failed):
		return Entry{}, s3Failure(row)
	case reason != "":
		return Entry{}, reason
	case !strings.EqualFold(row[s3Status], s3Succeeded):
		return Entry{}, failedTask
	}
	name, reason := unpercent(row[s3Key])
	if reason != "" {
		return Entry{}, reason
	}
	if reason := p.state.(*s3Batch).enter(row[s3Bucket]); reason != "" {
		return Entry{}, reason
	}
	return p.s3Entry(name, row[s3Message])
}

// enter returns a reason if a row is of another bucket than those before it: keys of two
// buckets may be the same, and mean two objects.
func (b *s3Batch) enter(bucket string) string {
	if b.bucket == "" {
		b.bucket = strings.Clone(bucket)
	}
	if bucket != b.bucket {
		return otherBucket
	}
	return ""
}

// s3Failure returns the reason why a task that failed has no digest.
func s3Failure(row [s3Columns]string) string {
	for _, code := range row[s3Status+1 : s3Message] {
		if code != "" && !isDigits(code) {
			return fmt.Sprintf("%s: %q", failedTask, code[:min(len(code), maxTag)])
		}
	}
	return failedTask
}

// s3Checksum is what the message of a row says.
type s3Checksum struct {
	Algorithm string `json:"checksumAlgorithm"`
	Type      string `json:"checksumType"`
	Hex       string `json:"checksum_hex"`
	Base64    string `json:"checksum_base64"`
}

// readS3 reads an object of strings as S3 writes it: without blanks, and with no escape but
// that of "=". ok is false if it is written in another way. The library takes several times
// as long, and a report may have millions of rows.
func readS3(message string) (c s3Checksum, ok bool) {
	rest, ok := strings.CutPrefix(message, "{")
	for more := true; more && ok; {
		var key, value string
		if key, rest, ok = cutPlain(rest); !ok {
			break
		}
		if rest, ok = strings.CutPrefix(rest, ":"); !ok {
			break
		}
		if value, rest, ok = cutPlain(rest); !ok {
			break
		}
		ok = c.set(key, value)
		rest, more = strings.CutPrefix(rest, ",")
	}
	if !ok || rest != "}" {
		return s3Checksum{}, false
	}
	return c, true
}

// cutPlain splits a text after a string of JSON in ASCII.
func cutPlain(s string) (text, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, `"`); !ok {
		return "", "", false
	}
	text, rest, ok = strings.Cut(s, `"`)
	if strings.IndexByte(text, '\\') >= 0 {
		text = strings.ReplaceAll(text, `\u003d`, "=")
	}
	for i := range len(text) {
		ok = ok && ' ' <= text[i] && text[i] < 0x7f && text[i] != '\\'
	}
	return text, rest, ok
}

// set sets what a key names, and ignores other keys. ok is false if the key differs in case.
func (c *s3Checksum) set(key, value string) (ok bool) {
	switch key {
	case "checksumAlgorithm":
		c.Algorithm = value
	case "checksumType":
		c.Type = value
	case "checksum_hex":
		c.Hex = value
	case "checksum_base64":
		c.Base64 = value
	default:
		return len(key) < len("checksum") || !strings.EqualFold(key[:len("checksum")], "checksum")
	}
	return true
}

func (p *parser) s3Entry(name, message string) (Entry, string) {
	c, ok := readS3(message)
	if !ok && json.Unmarshal([]byte(message), &c) != nil {
		return Entry{}, badS3Message
	}
	switch {
	case c.Algorithm == "":
		return Entry{}, noS3Checksum
	case strings.EqualFold(c.Type, "COMPOSITE"):
		p.foreign, p.why = name, compositeChecksum
		return Entry{}, p.why
	case !strings.EqualFold(c.Type, "FULL_OBJECT"):
		return Entry{}, notFullObject
	}
	a := p.byTag(c.Algorithm)
	if a == digest.Unknown {
		if !c.hasDigest() {
			return Entry{}, noDigest
		}
		return p.unsupported(name, c.Algorithm)
	}
	hex, reason := c.digest(a)
	switch {
	case reason != "":
		return Entry{}, reason
	case strings.HasSuffix(name, "/"):
		return Entry{}, p.s3Directory(name, a, hex)
	}
	return Entry{Name: name, Hex: hex, Line: p.line, Algorithm: a}, ""
}

// hasDigest reports whether there is something like a digest, of whatever length.
func (c *s3Checksum) hasDigest() bool {
	if c.Hex == "" {
		return len(c.Base64) >= leastHex && strings.Trim(c.Base64, base64Letters) == ""
	}
	return len(c.Hex) >= leastHex && hexDigits(c.Hex) == len(c.Hex)
}

// digest returns the digest in hex. If there is one in base64 too, it must be the same.
func (c *s3Checksum) digest(a digest.Algorithm) (hex, reason string) {
	switch {
	case c.Hex == "" && c.Base64 == "":
		return "", noDigest
	case c.Hex != "":
		if reason := badTaggedDigest(a, c.Hex); reason != "" {
			return "", reason
		}
	}
	if c.Base64 == "" {
		return c.Hex, ""
	}
	hex, ok := fromBase64(c.Base64, a)
	switch {
	case !ok:
		return "", badBase64
	case c.Hex != "" && !strings.EqualFold(c.Hex, hex):
		return "", s3Contradiction
	}
	return hex, ""
}

// s3Directory notes an object that stands for a directory, as consoles make them: its key
// ends with a slash, and it has no content.
func (p *parser) s3Directory(name string, a digest.Algorithm, hex string) string {
	if !strings.EqualFold(hex, fmt.Sprintf("%x", a.New().Sum(nil))) {
		return slashAtEnd
	}
	p.listed = append(p.listed, Listed{Name: p.slashed(name), Line: p.line, Special: true})
	return notAnEntry
}

// unpercent undoes the escapes of a key: "%2F", and "+" for a space.
func unpercent(s string) (name, reason string) {
	switch {
	case s == "":
		return "", emptyName
	case strings.IndexByte(s, '+') < 0 && strings.IndexByte(s, '%') < 0:
		return s, ""
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] != '%':
			b = append(b, s[i])
		case i+2 >= len(s) || !isHex[s[i+1]] || !isHex[s[i+2]]:
			return "", badPercent
		default:
			c := hexValue(s[i+1])<<4 | hexValue(s[i+2])
			if c == 0 {
				return "", badPercent
			}
			b, i = append(b, c), i+2
		}
	}
	return string(b), ""
}

func hexValue(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
