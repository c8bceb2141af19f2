package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Certutil is the format of Windows' certutil -hashfile: a line with the algorithm and the
// name, one with the digest, and one that says that the command is done.
var Certutil = Format{
	Name: "certutil", starts: startsCertutil, entry: (*parser).certutil,
	state: func() any { return &certutil{} }, end: (*parser).certutilEnd,
}

type certutil struct {
	head string // the line before a digest; "" if another one was expected
	line int32
}

func startsCertutil(p *parser) bool {
	n := 0
	for line := range p.sample.lines(0) {
		switch n++; n {
		case 1:
			if line[len(line)-1] != ':' || certutilWord(line) == digest.Unknown {
				return false
			}
		case 2:
			hex, _ := withoutBlanks(line)
			if len(hex) < shortest || hexDigits(hex) < len(hex) {
				return false
			}
		default:
			return strings.HasPrefix(line, certutilDone)
		}
	}
	return n == 2
}

const certutilDone = "CertUtil: -hashfile"

// certutilWord returns the algorithm that a line names, in any language.
func certutilWord(s string) digest.Algorithm {
	for s != "" {
		word, rest := s, ""
		if i := strings.IndexAny(s, " -"); i >= 0 {
			word, rest = s[:i], s[i+1:]
		}
		if word != "" && 'A' <= word[0] && word[0] <= 'Z' && isDigits(word[len(word)-1:]) && word == strings.ToUpper(word) {
			if a, ok := digest.ByName(word); ok {
				return a
			}
		}
		s = rest
	}
	return digest.Unknown
}

// withoutBlanks returns a digest without the blanks between its bytes.
func withoutBlanks(s string) (hex string, spaced bool) {
	if strings.IndexByte(s, ' ') < 0 {
		return s, false
	}
	return strings.ReplaceAll(s, " ", ""), true
}

func (p *parser) certutil(s string) (Entry, string) {
	c := p.state.(*certutil)
	s = strings.TrimRight(s, blanks)
	if c.head != "" {
		head := c.head
		c.head = ""
		return p.certutilDigest(head, c.line, s)
	}
	switch {
	case strings.HasPrefix(s, certutilDone) && !strings.Contains(s, "0x"):
		return Entry{}, notAnEntry
	case strings.HasSuffix(s, ":") && certutilWord(s) != digest.Unknown:
		c.head, c.line = s, p.line
		return Entry{}, notAnEntry
	}
	return Entry{}, notCertutil
}

func (p *parser) certutilDigest(head string, line int32, s string) (Entry, string) {
	hex, spaced := withoutBlanks(s)
	if hexDigits(hex) < len(hex) {
		return Entry{}, notCertutilDigest
	}
	a := certutilWord(head)
	if reason := badTaggedDigest(a, hex); reason != "" {
		return Entry{}, reason
	}
	name, reason := p.certutilName(head, spaced)
	return Entry{Name: name, Hex: hex, Line: line, Algorithm: a}, reason
}

// certutilName returns the name in "SHA256 hash of NAME:". Older versions write "of file",
// and the digest with spaces. In another language, only the list's own name can show where
// the name of the file begins.
func (p *parser) certutilName(head string, spaced bool) (name, reason string) {
	head = strings.TrimSuffix(head, ":")
	_, name, ok := strings.Cut(head, " hash of ")
	if ok && !strings.Contains(head[:len(head)-len(name)-len(" hash of ")], " ") {
		if spaced {
			name = strings.TrimPrefix(name, "file ")
		}
		if name == "" {
			return "", emptyName
		}
		return name, ""
	}
	owner, ok := ownerOf(p.options.FileName)
	if before, isOwner := strings.CutSuffix(strings.TrimRight(head, " \u00a0"), owner); ok && isOwner && strings.HasSuffix(before, " ") {
		return owner, ""
	}
	return "", otherLanguage
}

func (p *parser) certutilEnd() error {
	if c := p.state.(*certutil); c.head != "" {
		return p.rejectAt(c.line, c.head, noDigest)
	}
	return nil
}
