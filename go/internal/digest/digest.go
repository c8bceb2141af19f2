// Package digest knows the digest algorithms a checksum list can name: how they
// are written, how long their digests are, and how to compute them.
//
// MD5 and SHA-1 are here because lists use them. They show accidental damage;
// against somebody who means to deceive they prove nothing.
package digest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"strings"
)

// Algorithm is one digest algorithm. The zero value is Unknown.
type Algorithm uint8

// The algorithms, in the order in which they are listed to users.
const (
	Unknown Algorithm = iota
	MD5
	SHA1
	SHA224
	SHA256
	SHA384
	SHA512
	SHA512_256
	SHA3_224
	SHA3_256
	SHA3_384
	SHA3_512
	count
)

// Count is one more than the largest Algorithm, for tables by algorithm.
const Count = int(count)

// MaxSize is the size of the longest digest, in bytes.
const MaxSize = 64

var algorithms = [count]struct {
	name string
	tag  string // as cksum --tag of coreutils writes it
	size int    // of the digest, in bytes
	weak bool   // collisions can be made
	new  func() hash.Hash
}{
	Unknown:    {"unknown", "", 0, true, nil},
	MD5:        {"md5", "MD5", md5.Size, true, md5.New},
	SHA1:       {"sha1", "SHA1", sha1.Size, true, sha1.New},
	SHA224:     {"sha224", "SHA224", sha256.Size224, false, sha256.New224},
	SHA256:     {"sha256", "SHA256", sha256.Size, false, sha256.New},
	SHA384:     {"sha384", "SHA384", sha512.Size384, false, sha512.New384},
	SHA512:     {"sha512", "SHA512", sha512.Size, false, sha512.New},
	SHA512_256: {"sha512-256", "SHA512/256", sha512.Size256, false, sha512.New512_256},
	SHA3_224:   {"sha3-224", "SHA3-224", 28, false, func() hash.Hash { return sha3.New224() }},
	SHA3_256:   {"sha3-256", "SHA3-256", 32, false, func() hash.Hash { return sha3.New256() }},
	SHA3_384:   {"sha3-384", "SHA3-384", 48, false, func() hash.Hash { return sha3.New384() }},
	SHA3_512:   {"sha3-512", "SHA3-512", 64, false, func() hash.Hash { return sha3.New512() }},
}

// String is the name users give and see, such as "sha512-256".
func (a Algorithm) String() string { return algorithms[a].name }

// Tag is the name in a tagged line, such as "SHA512/256".
func (a Algorithm) Tag() string { return algorithms[a].tag }

// Size is the size of a digest in bytes; its text has twice as many hex digits.
func (a Algorithm) Size() int { return algorithms[a].size }

// Weak says that two different files with one digest can be made on purpose.
func (a Algorithm) Weak() bool { return algorithms[a].weak }

// New returns a hash that computes a. It panics for Unknown.
func (a Algorithm) New() hash.Hash { return algorithms[a].new() }

// All lists the algorithms in their order.
func All() []Algorithm {
	all := make([]Algorithm, 0, count-1)
	for a := MD5; a < count; a++ {
		all = append(all, a)
	}
	return all
}

// Names lists the names of all algorithms, for messages.
func Names() string {
	names := make([]string, 0, count-1)
	for _, a := range All() {
		names = append(names, a.String())
	}
	return strings.Join(names, ", ")
}

// ByName finds the algorithm of a name as people and tools write it, in any
// case: "sha256", "SHA-256", OpenSSL's "SHA2-256", "SHA512/256", FreeBSD's
// "SHA512t256".
func ByName(name string) (Algorithm, bool) {
	a, ok := byName[strings.ToLower(name)]
	return a, ok
}

// BySize finds the algorithm whose digests have this many bytes when nothing
// else tells. Sizes shared with SHA-3 and SHA-512/256 mean SHA-2, as they do to
// every tool that writes untagged lists.
func BySize(size int) (Algorithm, bool) {
	for a := MD5; a <= SHA512; a++ {
		if a.Size() == size {
			return a, true
		}
	}
	return Unknown, false
}

var byName = func() map[string]Algorithm {
	m := map[string]Algorithm{"md5": MD5, "sha1": SHA1, "sha-1": SHA1}
	sha2 := map[string]Algorithm{"224": SHA224, "256": SHA256, "384": SHA384, "512": SHA512}
	for _, mark := range []string{"/", "-", "_", "t"} {
		sha2["512"+mark+"256"] = SHA512_256
	}
	for bits, a := range sha2 {
		for _, family := range []string{"sha", "sha-", "sha2-", "sha2_"} {
			m[family+bits] = a
		}
	}
	for bits, a := range map[string]Algorithm{"224": SHA3_224, "256": SHA3_256, "384": SHA3_384, "512": SHA3_512} {
		m["sha3-"+bits], m["sha3_"+bits] = a, a
	}
	return m
}()
