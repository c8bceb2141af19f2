package list

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Record is the format of RECORD in a wheel and beside an installed distribution: CSV
// with a path, a digest and a size.
var Record = Format{Name: "record", lines: true, starts: startsRecord, entry: (*parser).record, raw: true, write: recordLine}

// startsRecord needs rows up to the first one with a digest.
func startsRecord(p *parser) bool {
	for line := range p.sample.lines(0) {
		var row [3]string
		if cutFields(line, row[:]) != "" || row[2] != "" && !isDigits(row[2]) {
			return false
		}
		switch i := strings.IndexByte(row[1], '='); {
		case i > 0 && isAlgorithm(row[1][:i]):
			return true
		case row[1] != "":
			return false
		}
	}
	return false
}

func (p *parser) record(s string) (Entry, string) {
	var row [3]string
	if reason := cutFields(s, row[:]); reason != "" {
		return Entry{}, reason
	}
	name, text := row[0], row[1]
	size, hasSize := parseSize(row[2])
	switch {
	case name == "":
		return Entry{}, emptyName
	case row[2] != "" && !hasSize:
		return Entry{}, badSize
	case text == "":
		p.undigested(name, p.line)
		return Entry{}, notAnEntry
	}
	d, tag, reason := p.recordDigest(text)
	switch {
	case tag != "":
		return p.unsupported(name, tag)
	case reason != "":
		return Entry{}, reason
	}
	e := Entry{Name: name, Hex: d.Hex, Line: p.line, Algorithm: d.Algorithm}
	if hasSize {
		e.SetSize(size)
	}
	return e, ""
}

// recordDigest reads "sha256=BASE64". It returns the tag if it is not that of a supported
// algorithm.
func (p *parser) recordDigest(text string) (d Digest, tag, reason string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" || value == "" {
		return Digest{}, "", notRecord
	}
	a := p.byTag(name)
	if a == digest.Unknown {
		return Digest{}, name, ""
	}
	if len(value) == hex.EncodedLen(a.Size()) && hexDigits(value) == len(value) { // as in some packages of Debian
		return Digest{a, value}, "", ""
	}
	digits, ok := fromURLBase64(value, a)
	if !ok {
		return Digest{}, "", badURLBase64
	}
	return Digest{a, digits}, "", ""
}

var strictURLBase64 = base64.RawURLEncoding.Strict()

// fromURLBase64 returns the hex digits of a digest in base64 for URLs, without padding.
func fromURLBase64(text string, a digest.Algorithm) (digits string, ok bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(a.Size()) {
		return "", false
	}
	var raw [digest.MaxSize + 2]byte
	n, err := strictURLBase64.Decode(raw[:], []byte(text))
	if err != nil || n != a.Size() {
		return "", false
	}
	var buffer [2 * digest.MaxSize]byte
	return string(hex.AppendEncode(buffer[:0], raw[:n])), true
}

// parseSize reads a number of bytes. It has only digits, and fits into 63 bits.
func parseSize(text string) (bytes int64, ok bool) {
	if !isDigits(text) {
		return 0, false
	}
	bytes, err := strconv.ParseInt(text, 10, 64)
	return bytes, err == nil
}

// recordLine writes no digest of one byte, whose base64 may be hex digits as well.
func recordLine(e *Entry) []byte {
	if !isOneLine(e.Name) || len(e.Hex) == 2 {
		return nil
	}
	raw, err := hex.DecodeString(e.Hex)
	if err != nil {
		panic(err) // impossible: entries have hex digits
	}
	line := quoted(e.Name) + "," + e.Algorithm.String() + "=" + base64.RawURLEncoding.EncodeToString(raw) + ","
	if size, ok := e.Size(); ok {
		line += strconv.FormatInt(size, 10)
	}
	return []byte(line + "\n")
}
