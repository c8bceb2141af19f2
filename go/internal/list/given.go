package list

import (
	"errors"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// NewEntry returns an entry that a caller gives instead of a line. number is its
// position among the caller's entries, 1-based. A digest without an algorithm has
// the one in the options, or the one for its length.
func NewEntry(number int, name string, digests []Digest, o Options) (Entry, error) {
	e := Entry{Name: name, Line: int32(number)}
	if o.Backslash {
		e.Name = strings.ReplaceAll(name, `\`, "/")
	}
	switch {
	case name == "":
		return Entry{}, errors.New(emptyName)
	case strings.IndexByte(name, 0) >= 0:
		return Entry{}, errors.New("the name contains a NUL byte")
	case len(digests) == 0:
		return Entry{}, errors.New(noDigest)
	}
	for i, d := range digests {
		d, reason := settle(d, o.Algorithm)
		if reason != "" {
			return Entry{}, errors.New(reason)
		}
		if i == 0 {
			e.Algorithm, e.Hex = d.Algorithm, d.Hex
		} else {
			e.AddDigest(d)
		}
	}
	return e, nil
}

// settle returns a digest with its algorithm, or the reason why it can't be one.
func settle(d Digest, untagged digest.Algorithm) (Digest, string) {
	digits := hexDigits(d.Hex)
	switch {
	case d.Hex == "":
		return d, noDigest
	case digits < len(d.Hex):
		return d, notHex(d.Hex, digits)
	case digits%2 != 0:
		return d, oddDigits(digits)
	}
	if d.Algorithm == digest.Unknown {
		d.Algorithm = untagged
	}
	if d.Algorithm != digest.Unknown {
		return d, badLength(d.Algorithm, digits, "the argument")
	}
	a, ok := digest.BySize(digits / 2)
	if !ok {
		return d, unknownLength(digits)
	}
	d.Algorithm = a
	return d, ""
}
