package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// AlgorithmOfName tells the algorithm that a list's conventional name says, as
// "SHA256SUMS" and "disk.iso.md5" do. A name with two different algorithms says
// none, and so does any that [IsListName] does not know.
func AlgorithmOfName(fileName string) (digest.Algorithm, bool) {
	a, ok := readListName(fileName)
	if !ok {
		return digest.Unknown, false
	}
	return a, a != digest.Unknown
}

// IsListName reports whether a file's name, without its folder, is one that
// checksum lists have by convention: "sha1sum.txt", "CHECKSUMS", "disk.iso.md5".
// Detached signatures of lists, such as "SHA256SUMS.gpg", are none.
func IsListName(fileName string) bool {
	_, ok := readListName(fileName)
	return ok
}

// readListName reads a name by the grammar in docs/format.md. It is a list's if
// ok; the algorithm may be Unknown all the same.
func readListName(fileName string) (a digest.Algorithm, ok bool) {
	name := strings.TrimSuffix(strings.ToLower(fileName), ".txt")
	head, a := cutAlgorithm(name)
	if a != digest.Unknown {
		return onlyAlgorithm(head, a), saysAlgorithm(head)
	}
	head, isCheck, ok := cutSum(name)
	if !ok {
		return digest.Unknown, false
	}
	if before, a := cutAlgorithm(trimSeparator(head)); a != digest.Unknown {
		return onlyAlgorithm(before, a), true
	}
	return digest.Unknown, isCheck && endsApart(head)
}

// saysAlgorithm reports whether the algorithm after head makes a list's name of
// it: "libfoo-md5" is as likely a program.
func saysAlgorithm(head string) bool {
	if head == "" || strings.HasSuffix(head, ".") || head == "manifest-" || head == "tagmanifest-" {
		return true
	}
	before, isCheck, _ := cutSum(trimSeparator(head))
	return isCheck && endsApart(before)
}

// cutAlgorithm cuts the longest algorithm off the end of a name, so that
// "sha512-256" isn't taken for something shorter.
func cutAlgorithm(name string) (head string, a digest.Algorithm) {
	for i := max(0, len(name)-maxAlgorithm); i < len(name); i++ {
		if !endsApart(name[:i]) || !families[name[i:min(i+3, len(name))]] {
			continue
		}
		if a, ok := digest.ByName(name[i:]); ok {
			return name[:i], a
		}
	}
	return name, digest.Unknown
}

const maxAlgorithm = len("sha2-512-256") // bytes of the longest spelling

// families are the first letters of algorithms. Asking digest.ByName for every
// word of every file's name would take longer than to read the folder.
var families = func() map[string]bool {
	m := map[string]bool{}
	for _, a := range digest.All() {
		m[a.String()[:3]] = true
	}
	return m
}()

// cutSum cuts the word for a list off the end of a name.
func cutSum(name string) (head string, isCheck, ok bool) {
	for _, word := range []string{"checksums", "checksum", "sums", "sum"} {
		if head, ok := strings.CutSuffix(name, word); ok {
			return head, strings.HasPrefix(word, "check"), true
		}
	}
	return name, false, false
}

// onlyAlgorithm returns a, or Unknown when the name says another before it.
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
