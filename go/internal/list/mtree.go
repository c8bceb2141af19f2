package list

import (
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Mtree is the format of BSD's mtree, of bsdtar and of .MTREE in packages of Arch Linux:
// a name, and keywords with values.
var Mtree = Format{
	Name: "mtree", starts: startsMtree, entry: (*parser).mtree, comments: '#',
	state: func() any { return &mtree{} }, end: (*parser).mtreeEnd, write: mtreeLine, header: mtreeHeader, several: true,
}

type mtree struct {
	kind   string   // of files whose line has no type, by "/set"; "": not set
	dirs   []string // that ".." leaves
	joined []byte   // the lines so far of one that continues; empty if none does
	text   string   // the first of them
	line   int32
}

func startsMtree(p *parser) bool {
	if strings.HasPrefix(p.sample.text, "#mtree") {
		return true
	}
	for line := range p.sample.lines('#') {
		name, rest := cutWord(strings.TrimSuffix(line, `\`))
		words := strings.Fields(rest)
		if len(words) == 0 || name == "/unset" {
			return false
		}
		isFile := false
		for _, word := range words {
			key, _, _ := strings.Cut(word, "=")
			if key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
				return false
			}
			isFile = isFile || strings.HasPrefix(word, "type=")
		}
		return isFile
	}
	return false
}

// mtree reads a line. One that ends with a backslash continues in the next one.
func (p *parser) mtree(s string) (Entry, string) {
	m := p.state.(*mtree)
	if len(m.joined) == 0 && s[0] == '#' {
		return Entry{}, notAnEntry
	}
	begun, continues := strings.CutSuffix(s, `\`)
	if !continues && len(m.joined) == 0 {
		return p.mtreeLine(m, s, p.line)
	}
	if len(m.joined) == 0 {
		m.text, m.line = s, p.line
	}
	if len(m.joined) <= MaxLine {
		m.joined = append(append(m.joined, begun...), ' ')
	}
	if continues {
		return Entry{}, notAnEntry
	}
	whole := string(m.joined)
	m.joined = m.joined[:0]
	e, reason := Entry{}, tooLong
	if len(whole) <= MaxLine {
		e, reason = p.mtreeLine(m, whole, m.line)
	}
	if reason == "" || reason == notAnEntry {
		return e, reason
	}
	if err := p.rejectAt(m.line, m.text, reason); err != nil {
		return Entry{}, manyReasons // as in printMD
	}
	return Entry{}, notAnEntry
}

func (p *parser) mtreeEnd() error {
	if m := p.state.(*mtree); len(m.joined) > 0 {
		return p.rejectAt(m.line, m.text, continuesNowhere)
	}
	return nil
}

// mtreeLine reads a line that is whole. line is the number of its first part.
func (p *parser) mtreeLine(m *mtree, s string, line int32) (Entry, string) {
	word, rest := nextWord(s)
	switch {
	case word == "":
		return Entry{}, notMtree
	case word == "..":
		return Entry{}, m.leave(rest)
	case word == "/set":
		return Entry{}, m.set(rest)
	case word == "/unset":
		return Entry{}, m.unset(rest)
	case word[0] == '/':
		return Entry{}, notMtree
	}
	name, reason := unvis(word)
	switch {
	case reason != "":
		return Entry{}, reason
	case (m.kind == "" || m.kind == "file") && strings.Trim(rest, blanks) == "":
		return Entry{}, notMtree
	}
	f := mtreeFile{kind: m.kind, size: -1}
	f.Line = line
	if reason := f.keywords(p, rest); reason != "" {
		return Entry{}, reason
	}
	name = m.enter(name, f.kind)
	isFile := f.kind == "" || f.kind == "file"
	switch {
	case !isFile && (f.Algorithm != digest.Unknown || f.foreign != ""):
		return Entry{}, notAFile
	case f.kind == "dir":
		return Entry{}, notAnEntry
	case !isFile:
		p.listed = append(p.listed, Listed{p.slashed(name), line, true})
		return Entry{}, notAnEntry
	case f.Algorithm == digest.Unknown && f.foreign != "":
		return p.unsupported(name, f.foreign)
	case f.Algorithm == digest.Unknown:
		p.undigested(name, line)
		return Entry{}, notAnEntry
	}
	f.Name = name
	if f.size >= 0 {
		f.SetSize(f.size)
	}
	return f.Entry, ""
}

// enter returns a name relative to the root. A name without a slash is in the current
// directory, and is the current one then if it is a directory.
func (m *mtree) enter(name, kind string) string {
	if strings.IndexByte(name, '/') >= 0 {
		return name
	}
	if n := len(m.dirs); n > 0 && m.dirs[n-1] != "." {
		name = m.dirs[n-1] + "/" + name
	}
	if kind == "dir" {
		m.dirs = append(m.dirs, name)
	}
	return name
}

func (m *mtree) leave(rest string) string {
	if strings.Trim(rest, blanks) != "" {
		return notMtree
	}
	if len(m.dirs) == 0 {
		return noDirectory
	}
	m.dirs = m.dirs[:len(m.dirs)-1]
	return notAnEntry
}

func (m *mtree) set(rest string) string {
	for word, rest := nextWord(rest); word != ""; word, rest = nextWord(rest) {
		key, value, _ := strings.Cut(word, "=")
		switch a, _ := mtreeDigest(key, value); {
		case key == "type" && !isMtreeType(value):
			return badType
		case key == "type":
			m.kind = value
		case a != digest.Unknown, key == "size":
			return setForAll
		}
	}
	return notAnEntry
}

func (m *mtree) unset(rest string) string {
	for word, rest := nextWord(rest); word != ""; word, rest = nextWord(rest) {
		if word == "type" || word == "all" {
			m.kind = ""
		}
	}
	return notAnEntry
}

// nextWord splits a text after its first word.
func nextWord(s string) (word, rest string) { return cutWord(strings.TrimLeft(s, blanks)) }

// mtreeFile is what the keywords of a line say.
type mtreeFile struct {
	Entry
	kind    string
	size    int64  // -1: not said
	foreign string // an algorithm that is not supported
}

// isOtherKeyword reports whether a keyword of mtree(5) says nothing about the content.
func isOtherKeyword(key string) bool {
	switch key {
	case "uid", "gid", "uname", "gname", "mode", "time", "link", "nlink", "flags", "inode", "device", "resdevice",
		"cksum", "contents", "ignore", "nochange", "optional", "tags":
		return true
	}
	return false
}

// keywords reads "size=3 sha256=HEX".
func (f *mtreeFile) keywords(p *parser, rest string) string {
	for word, rest := nextWord(rest); word != ""; word, rest = nextWord(rest) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "type":
			if !isMtreeType(value) {
				return badType
			}
			f.kind = value
			continue
		case "size":
			size, ok := parseSize(value)
			if !ok || f.size >= 0 && f.size != size {
				return badSize
			}
			f.size = size
			continue
		}
		if isOtherKeyword(key) {
			continue
		}
		a, foreign := mtreeDigest(key, value)
		switch {
		case foreign:
			f.foreign = key
			continue
		case a == digest.Unknown:
			return unknownKeyword
		}
		if reason := badTaggedDigest(a, value); reason != "" {
			return reason
		}
		switch {
		case f.Algorithm == digest.Unknown:
			f.Algorithm, f.Hex = a, value
		case f.Algorithms().With(a) == f.Algorithms():
			return twoDigests
		default:
			f.AddDigest(Digest{a, value})
		}
	}
	return ""
}

// mtreeDigest returns the algorithm of a keyword, such as "sha256" and "sha256digest".
// foreign is true if it is one that can't be verified.
func mtreeDigest(key, value string) (a digest.Algorithm, foreign bool) {
	name := strings.TrimSuffix(key, "digest")
	if a, ok := digest.ByName(name); ok {
		return a, false
	}
	return digest.Unknown, isForeignDigest(name, value) && (name != key || foreignByName(name) != nil)
}

func isMtreeType(kind string) bool {
	switch kind {
	case "file", "dir", "link", "block", "char", "fifo", "socket":
		return true
	}
	return false
}

func mtreeHeader(*Entry) []byte { return []byte("#mtree\n. type=dir\n") }

// mtreeLine returns the full path, because a name alone is relative to the last directory.
func mtreeLine(e *Entry) []byte {
	if e.Name[0] == '/' {
		return nil // a name that leaves the root has no line
	}
	name := vis(e.Name)
	if !strings.HasPrefix(name, "./") {
		name = "./" + name
	}
	line := []byte(name + " type=file")
	if size, ok := e.Size(); ok {
		line = fmt.Appendf(line, " size=%d", size)
	}
	for i := range e.Digests() {
		d := e.Digest(i)
		if d.Algorithm > digest.SHA512 || d.Algorithm == digest.SHA224 {
			return nil // mtree and bsdtar have no keyword for it, and bsdtar refuses what it does not know
		}
		line = fmt.Appendf(line, " %vdigest=%s", d.Algorithm, strings.ToLower(d.Hex))
	}
	return append(line, '\n')
}
