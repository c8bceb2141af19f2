package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// Said is what the conventional name of a list says about the digests in it.
type Said struct {
	Algorithm digest.Algorithm // Unknown if it says none, or one of the others below
	Last      digest.Algorithm // the last of two supported algorithms, for digests of its length
	Series    digest.Series    // the one that has the digest's length
	Foreign   *Foreign         // an algorithm that is not supported
}

// Nothing reports whether the name says no algorithm.
func (s Said) Nothing() bool { return s == Said{} }

// String returns the algorithm for people, "" if there is none.
func (s Said) String() string {
	switch {
	case s.Foreign != nil:
		return s.Foreign.Name
	case s.Series != digest.NoSeries:
		return s.Series.String()
	case s.Algorithm != digest.Unknown:
		return s.Algorithm.String()
	}
	return ""
}

// Denies reports whether a list of this name can't have digests of an algorithm.
func (s Said) Denies(a digest.Algorithm) bool {
	switch {
	case s.Foreign != nil:
		return true
	case s.Series != digest.NoSeries:
		return !s.Series.Has(a)
	}
	return s.Algorithm != digest.Unknown && s.Algorithm != a
}

// SaidByName returns what a file name says, without its directory. A name says
// nothing if it is not conventional for a list.
func SaidByName(fileName string) Said {
	said, ok := readListName(fileName)
	if !ok {
		return Said{}
	}
	return said
}

// IsListName reports whether a file name, without its directory, is conventional
// for a checksum list, such as "sha1sum.txt", "CHECKSUMS" or "disk.iso.md5".
// Detached signatures such as "SHA256SUMS.gpg" are not lists, and neither are the
// lists of [Foreign] algorithms.
func IsListName(fileName string) bool {
	said, ok := readListName(fileName)
	return ok && said.Foreign == nil
}

// IsForeignListName reports whether a file name is conventional for a list of a
// [Foreign] algorithm, such as "SM3SUMS".
func IsForeignListName(fileName string) bool { return SaidByName(fileName).Foreign != nil }

// SignedName returns the name of the file that a detached signature signs, by the
// signature's name.
func SignedName(signature string) (name string, ok bool) {
	for _, end := range signatureEnds {
		if cut := len(signature) - len(end); cut > 0 && strings.EqualFold(signature[cut:], end) {
			return signature[:cut], true
		}
	}
	return "", false
}

// signatureEnds are those of OpenPGP, signify, minisign, CMS, Sigstore, OpenTimestamps
// and RFC 3161.
var signatureEnds = []string{
	".asc", ".gpg", ".pgp", ".sig", ".sign", ".signature", ".minisig", ".p7s",
	".sigstore.json", ".sigstore", ".bundle", ".pem", ".ots", ".tsr",
}

// BySize returns the algorithm of digests of this size in bytes in such a list, if
// they have no tag.
func (s Said) BySize(size int) (digest.Algorithm, bool) {
	switch {
	case s.Foreign != nil:
		return digest.Unknown, false
	case s.Algorithm != digest.Unknown:
		return s.Algorithm, s.Algorithm.Size() == size
	case s.Series != digest.NoSeries:
		return s.Series.BySize(size)
	case s.Last != digest.Unknown && s.Last.Size() == size:
		return s.Last, true
	}
	return digest.BySize(size)
}

// readListName reads a name by the grammar in docs/format.md. ok reports whether
// the name is that of a list; even then, it may say nothing.
func readListName(fileName string) (said Said, ok bool) {
	name := strings.TrimSuffix(strings.ToLower(fileName), ".txt")
	if said, ok := readToolName(name); ok {
		return said, true
	}
	if head, said := cutSaid(name); !said.Nothing() {
		return said.unlessOther(head), namesList(head)
	}
	head, isCheck, ok := cutSum(name)
	if !ok {
		return Said{}, false
	}
	if before, said := cutSaid(trimSeparator(head)); !said.Nothing() {
		return said.unlessOther(before), true
	}
	return Said{}, isCheck && endsApart(head)
}

// readToolName reads the names that some tools and distributions give their lists:
// "SHASUMS256" of Node.js, "a.DIGESTS" of Gentoo, "a.md5deep" and "a.hashdeep".
func readToolName(name string) (said Said, ok bool) {
	if i := strings.LastIndex(name, "shasums"); i >= 0 && endsApart(name[:i]) {
		bits := name[i+len("shasums"):]
		said.Algorithm, ok = digest.ByName("sha" + bits)
		return said, ok && isDigits(bits) || bits == ""
	}
	last := name[1+strings.LastIndexByte(name, '.'):]
	switch tool, isDeep := strings.CutSuffix(last, "deep"); {
	case last == "digests", last == "hashdeep":
		return said, true
	case isDeep:
		said.Algorithm, ok = digest.ByName(tool)
	}
	return said, ok
}

// unlessOther returns s, or only that it is the last one if the name contains another
// supported algorithm before it. If s is not a supported algorithm, it is all the more
// certain that the digests are not of the other one.
func (s Said) unlessOther(before string) Said {
	if s.Algorithm != digest.Unknown && onlyAlgorithm(before, s.Algorithm) == digest.Unknown {
		return Said{Last: s.Algorithm}
	}
	return s
}

// cutSaid splits a name before the algorithm at its end.
func cutSaid(name string) (head string, said Said) {
	for i := max(0, len(name)-longestWord); i < len(name); i++ {
		if !endsApart(name[:i]) || !wordStarts[name[i:min(i+2, len(name))]] {
			continue
		}
		if said := saidByWord(name[i:]); !said.Nothing() {
			return name[:i], said
		}
	}
	return name, Said{}
}

// saidByWord returns what a word in lower case says. "blake2b" is the tag of one
// algorithm, but names lists with digests of any length.
func saidByWord(word string) Said {
	if s := digest.SeriesByName(word); s != digest.NoSeries {
		return Said{Series: s}
	}
	if word == "sfv" {
		return Said{Algorithm: digest.CRC32}
	}
	if a, ok := digest.ByName(word); ok {
		return Said{Algorithm: a}
	}
	return Said{Foreign: foreignByName(word)}
}

// namesList reports whether head and an algorithm make the name of a list:
// "libfoo-md5" is as likely a program.
func namesList(head string) bool {
	if head == "" || strings.HasSuffix(head, ".") || head == "manifest-" || head == "tagmanifest-" {
		return true
	}
	before, isCheck, _ := cutSum(trimSeparator(head))
	return isCheck && endsApart(before)
}

// cutAlgorithm splits a name before the longest algorithm at its end, so
// "sha512-256" is not taken for a shorter one.
func cutAlgorithm(name string) (head string, a digest.Algorithm) {
	for i := max(0, len(name)-longestWord); i < len(name); i++ {
		if !endsApart(name[:i]) || !wordStarts[name[i:min(i+2, len(name))]] {
			continue
		}
		if a, ok := digest.ByName(name[i:]); ok {
			return name[:i], a
		}
	}
	return name, digest.Unknown
}

// longestWord is the length of the longest spelling, with its number of bits.
const longestWord = len("kangarootwelve-512")

// wordStarts holds the first two letters of each spelling. Looking up every word of
// every file name would take longer than reading the directory.
var wordStarts = func() map[string]bool {
	m := map[string]bool{"sf": true}
	for _, start := range digest.Starts() {
		m[start] = true
	}
	for spelling := range bySpelling {
		m[spelling[:2]] = true
	}
	return m
}()

// cutSum splits a name before the word "checksums", "checksum", "sums" or "sum" at
// its end.
func cutSum(name string) (head string, isCheck, ok bool) {
	for _, word := range []string{"checksums", "checksum", "sums", "sum"} {
		if head, ok := strings.CutSuffix(name, word); ok {
			return head, strings.HasPrefix(word, "check"), true
		}
	}
	return name, false, false
}

// onlyAlgorithm returns a, or Unknown if the name contains another algorithm before
// it.
func onlyAlgorithm(before string, a digest.Algorithm) digest.Algorithm {
	for before != "" {
		word, _, _ := cutSum(trimSeparator(before))
		word = trimSeparator(word)
		head, other := cutAlgorithm(word)
		if other == digest.Unknown {
			head = word[:1+strings.LastIndexAny(word, separators)]
		} else if other != a {
			return digest.Unknown
		}
		before = head
	}
	return a
}

const separators = "._-"

func trimSeparator(s string) string { return strings.TrimRight(s, separators) }

func endsApart(s string) bool {
	return s == "" || strings.IndexByte(separators, s[len(s)-1]) >= 0
}
