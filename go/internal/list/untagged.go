package list

import (
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// untagged determines the algorithm of lines without a tag.
type untagged struct {
	Said
	source   string           // where Said comes from, for messages
	line     int32            // of the comment that Said comes from; 0: none
	given    digest.Algorithm // by the options; Unknown: none
	conflict string           // why the lines below a comment are malformed
}

func untaggedBy(o Options) untagged {
	if o.Algorithm != digest.Unknown {
		return untagged{Said: Said{Algorithm: o.Algorithm}, source: "the options", given: o.Algorithm}
	}
	return untagged{Said: SaidByName(o.FileName), source: "the list's name"}
}

// comment reads a comment such as "# SHA512 HASH" of Gentoo's lists, which says the
// algorithm of the lines below it.
func (u *untagged) comment(line string, number int32) {
	name, isTitle := strings.CutSuffix(strings.TrimRight(line, blanks), " HASH")
	name, ok := strings.CutPrefix(name, "# ")
	if !isTitle || !ok {
		return
	}
	said := Said{Foreign: foreignByName(strings.ToLower(name))}
	if a, ok := digest.ByName(name); ok {
		said = Said{Algorithm: a}
	}
	switch {
	case said.Nothing():
	case u.given == digest.Unknown:
		u.Said, u.source, u.line = said, fmt.Sprintf("line %d", number), number
	case said.Algorithm == u.given:
		u.conflict = ""
	default:
		u.conflict = fmt.Sprintf("line %d says %v, but the options say %v", number, said, u.given)
	}
}

// algorithm returns the algorithm of a digest, or the reason why there is none.
func (u *untagged) algorithm(digits int) (digest.Algorithm, string) {
	switch {
	case u.conflict != "":
		return digest.Unknown, u.conflict
	case u.Foreign != nil:
		return digest.Unknown, isForeign
	case digits%2 != 0:
		return digest.Unknown, oddDigits(digits)
	case u.Algorithm != digest.Unknown:
		return u.Algorithm, badLength(u.Algorithm, digits, u.source)
	}
	a, ok := u.BySize(digits / 2)
	switch {
	case ok:
		return a, ""
	case u.Series != digest.NoSeries:
		return a, badSeries(u.Series, digits, u.source)
	}
	return a, unknownLength(digits)
}

// refuse returns an [*Error] if a line is malformed because the list is of a foreign
// algorithm. If its name says so, every malformed line is.
func (u *untagged) refuse(reason string) error {
	if u.Foreign == nil || u.line > 0 && reason != isForeign {
		return nil
	}
	text := "its name says " + u.Foreign.Name
	if u.line > 0 {
		text = "the lines below are " + u.Foreign.Name
	}
	text += ", an algorithm that is not supported"
	if u.Foreign.Tool != "" {
		text += fmt.Sprintf("; try %q", u.Foreign.Tool)
	}
	return &Error{Line: u.line, Reason: text, Unsupported: true}
}
