package bag

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// manifest reads a payload manifest or a tag manifest.
func (r *reader) manifest(name, spelling string, isTag bool) (*Manifest, error) {
	m := &Manifest{Name: name, Spelling: spelling, Algorithm: algorithmOf(spelling)}
	if m.Algorithm == digest.Unknown {
		return m, nil // none of its lines can be verified
	}
	lines, err := r.lines(name)
	if err != nil {
		return nil, err
	}
	bad := malformed{file: name}
	for l := range lines {
		if reason := r.readLine(m, l, isTag); reason != "" {
			if err := bad.add(l, reason); err != nil {
				return nil, err
			}
		}
	}
	m.Malformed = bad.all
	return m, nil
}

// readLine adds a line to a manifest, or returns why it is malformed.
func (r *reader) readLine(m *Manifest, l line, isTag bool) string {
	if l.bad != "" {
		return l.bad
	}
	end := strings.IndexAny(l.text, blanks)
	if end < 0 {
		end = len(l.text)
	}
	hex := l.text[:end]
	if reason := badDigest(m.Algorithm, hex); reason != "" {
		return reason
	}
	written := strings.TrimLeft(l.text[end:], blanks)
	// Older versions allow for the mark of md5sum for a binary file.
	written = strings.TrimPrefix(written, "*")
	if written == "" {
		return "the line has no name"
	}
	if leadsOut(written) {
		m.Outside = append(m.Outside, Outside{written, l.number})
		return ""
	}
	name, isClean := r.name(written)
	if reason := r.misplaced(name, isTag); reason != "" {
		return reason
	}
	if !isClean {
		m.Odd = append(m.Odd, written)
	}
	m.Entries = append(m.Entries, list.Entry{Name: name, Hex: hex, Line: l.number, Algorithm: m.Algorithm})
	return ""
}

func badDigest(a digest.Algorithm, hex string) string {
	switch {
	case hex == "" || strings.Trim(hex, "0123456789abcdefABCDEF") != "":
		return "the line does not begin with a digest in hex"
	case len(hex) != 2*a.Size():
		return fmt.Sprintf("%d hex digits, but %s has %d", len(hex), a.Tag(), 2*a.Size())
	}
	return ""
}

// misplaced returns why a manifest can't list a file, or "".
func (r *reader) misplaced(name string, isTag bool) string {
	switch isPayload := IsPayload(name); {
	case isTag && isPayload:
		return "a tag manifest can't list a file of the payload"
	case isTag && !r.version.isOld() && IsTagManifest(name):
		return "a tag manifest can't list a tag manifest"
	case !isTag && !isPayload:
		return "a payload manifest can only list files beneath data/"
	}
	return ""
}

// isOld reports whether it is a draft that does not say what a tag manifest lists.
func (v Version) isOld() bool { return !v.IsRFC() && v.Minor < 97 }

// IsPayload reports whether a name is that of a file in the payload.
func IsPayload(name string) bool { return strings.HasPrefix(name, Payload+"/") }

// leadsOut reports whether a name is absolute or leads up.
func leadsOut(name string) bool {
	slashed := filepath.ToSlash(name)
	return strings.HasPrefix(slashed, "/") || filepath.VolumeName(name) != "" ||
		strings.Contains("/"+slashed+"/", "/../")
}

// name returns a name with its escapes undone, and whether it was written as it should
// be, without "./" or "//".
func (r *reader) name(written string) (name string, isClean bool) {
	name = path.Clean(written)
	isClean = name == written
	if strings.IndexByte(name, '%') < 0 {
		return name, isClean
	}
	if r.version.IsRFC() {
		return decodeNew.Replace(name), isClean
	}
	return decodeOld.Replace(name), isClean
}

var (
	decodeOld = strings.NewReplacer("%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r")
	decodeNew = strings.NewReplacer("%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r", "%25", "%")
	encodeNew = strings.NewReplacer("\n", "%0A", "\r", "%0D", "%", "%25")
)
