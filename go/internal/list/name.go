package list

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
)

// AlgorithmOfName returns the algorithm in a list's conventional name, such as
// "SHA256SUMS" or "disk.iso.md5". ok is false for a name with two different
// algorithms, and for a name that [IsListName] does not accept.
func AlgorithmOfName(fileName string) (a digest.Algorithm, ok bool) {
	a, ok = readListName(fileName)
	if !ok {
		return digest.Unknown, false
	}
	return a, a != digest.Unknown
}

// IsListName reports whether a file name, without its directory, is conventional
// for a checksum list, such as "sha1sum.txt", "CHECKSUMS" or "disk.iso.md5".
// Detached signatures such as "SHA256SUMS.gpg" are not lists.
func IsListName(fileName string) bool {
	_, ok := readListName(fileName)
	return ok
}

// readListName reads a name by the grammar in docs/format.md. ok reports whether
// the name is that of a list; even then, a may be Unknown.
func readListName(fileName string) (a digest.Algorithm, ok bool) {
	name := strings.TrimSuffix(strings.ToLower(fileName), ".txt")
	head, a := cutAlgorithm(name)
	if a != digest.Unknown {
		return onlyAlgorithm(head, a), namesList(head)
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

// families holds the first three letters of each algorithm. Calling digest.ByName
// for every word of every file name would take longer than reading the directory.
var families = func() map[string]bool {
	m := map[string]bool{}
	for _, a := range digest.All() {
		m[a.String()[:3]] = true
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
