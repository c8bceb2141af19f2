// Package digest defines the digest algorithms that a checksum list can name: their
// names, the sizes of their digests, and what computes them.
//
// Weak algorithms, such as MD5, SHA-1 and CRC-32, are supported because lists use
// them. They detect accidental damage, not deliberate tampering.
package digest

import (
	"crypto/fips140"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"hash/crc32"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"

	"github.com/checksig/checksig/go/internal/blake3"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/xxh3"
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
	SHA512_224
	SHA512_256
	SHA3_224
	SHA3_256
	SHA3_384
	SHA3_512
)

// BLAKE2 has a row for each length, because digests of different lengths differ in
// all bytes, so each length is an algorithm of its own. The rows of BLAKE2b and
// BLAKE2s follow SHA3_512: 1 … 64 bytes and 1 … 32 bytes.
const (
	beforeBLAKE2b = SHA3_512
	beforeBLAKE2s = beforeBLAKE2b + blake2b.Size

	BLAKE2b_512 = beforeBLAKE2b + blake2b.Size
	BLAKE2s_256 = beforeBLAKE2s + blake2s.Size
)

// The algorithms after BLAKE2.
const (
	BLAKE3 Algorithm = iota + BLAKE2s_256 + 1
	CRC32
	CRC32C
	XXH64
	XXH3_128
	count
)

// Count is one more than the largest Algorithm: the length of a table that is
// indexed by Algorithm.
const Count = int(count)

// MaxSize is the size of the longest digest, in bytes.
const MaxSize = 64

// row is what is known of an algorithm.
type row struct {
	name     string
	tag      string // in a tagged line of coreutils
	size     int    // of the digest, in bytes
	weak     bool   // collisions can be created on purpose
	untagged bool   // default for digests of this size
	family   multibuffer.Family
	new      func() hash.Hash
	also     []string // other spellings of the name
}

// The only place to add an algorithm.
var algorithms = withBLAKE2([count]row{
	Unknown:    {"unknown", "", 0, true, false, none, nil, nil},
	MD5:        {"md5", "MD5", md5.Size, true, true, multibuffer.MD5, md5.New, nil},
	SHA1:       {"sha1", "SHA1", sha1.Size, true, true, multibuffer.SHA1, sha1.New, []string{"sha-1"}},
	SHA224:     {"sha224", "SHA224", sha256.Size224, false, true, multibuffer.SHA256, sha256.New224, sha2("224")},
	SHA256:     {"sha256", "SHA256", sha256.Size, false, true, multibuffer.SHA256, sha256.New, sha2("256")},
	SHA384:     {"sha384", "SHA384", sha512.Size384, false, true, multibuffer.SHA512, sha512.New384, sha2("384")},
	SHA512:     {"sha512", "SHA512", sha512.Size, false, true, multibuffer.SHA512, sha512.New, sha2("512")},
	SHA512_224: {"sha512-224", "SHA512/224", sha512.Size224, false, false, multibuffer.SHA512, sha512.New512_224, sha2("512/224", "512-224", "512_224", "512t224")},
	SHA512_256: {"sha512-256", "SHA512/256", sha512.Size256, false, false, multibuffer.SHA512, sha512.New512_256, sha2("512/256", "512-256", "512_256", "512t256")},
	SHA3_224:   {"sha3-224", "SHA3-224", 28, false, false, none, func() hash.Hash { return sha3.New224() }, []string{"sha3_224"}},
	SHA3_256:   {"sha3-256", "SHA3-256", 32, false, false, none, func() hash.Hash { return sha3.New256() }, []string{"sha3_256"}},
	SHA3_384:   {"sha3-384", "SHA3-384", 48, false, false, none, func() hash.Hash { return sha3.New384() }, []string{"sha3_384"}},
	SHA3_512:   {"sha3-512", "SHA3-512", 64, false, false, none, func() hash.Hash { return sha3.New512() }, []string{"sha3_512"}},
	BLAKE3:     {"blake3", "BLAKE3", blake3.Size, false, false, none, func() hash.Hash { return blake3.New() }, []string{"b3", "blake3-256"}},
	CRC32:      {"crc32", "CRC32", crc32.Size, true, false, none, func() hash.Hash { return crc32.NewIEEE() }, []string{"crc-32", "crc32b"}},
	CRC32C:     {"crc32c", "CRC32C", crc32.Size, true, false, none, func() hash.Hash { return crc32.New(castagnoli) }, []string{"crc-32c"}},
	XXH64:      {"xxh64", "XXH64", 8, true, false, none, func() hash.Hash { return xxhash.New() }, nil},
	XXH3_128:   {"xxh3-128", "XXH128", xxh3.Size, true, false, none, func() hash.Hash { return xxh3.New() }, []string{"xxh128", "xxh3_128"}},
})

const none = multibuffer.NoFamily

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sha2 returns the common spellings of SHA-2 with these numbers of bits.
func sha2(bits ...string) (all []string) {
	for _, b := range bits {
		for _, family := range []string{"sha", "sha-", "sha2-", "sha2_"} {
			all = append(all, family+b)
		}
	}
	return all
}

// String returns the name that users give and see, such as "sha512-256".
func (a Algorithm) String() string {
	if isBLAKE2(a) {
		return "blake2" + blake2Kind(a)
	}
	return algorithms[a].name
}

// Tag returns the name in a tagged line, such as "SHA512/256".
func (a Algorithm) Tag() string {
	if isBLAKE2(a) {
		return "BLAKE2" + blake2Kind(a)
	}
	return algorithms[a].tag
}

// Size returns the size of a digest in bytes, which is half its number of hex
// digits.
func (a Algorithm) Size() int { return algorithms[a].size }

// Weak reports whether two different files with the same digest can be created on
// purpose.
func (a Algorithm) Weak() bool { return algorithms[a].weak }

// Short reports whether digests are so short that accidental damage can leave them as
// they are.
func (a Algorithm) Short() bool { return a.Size() < crc32.Size }

// Listed reports whether lists of all algorithms name it. Of BLAKE2, they name only
// the lengths in common use.
func (a Algorithm) Listed() bool {
	switch size := a.Size(); {
	case a == Unknown:
		return false
	case a > beforeBLAKE2s && a <= BLAKE2s_256:
		return a == BLAKE2s_256
	case a > beforeBLAKE2b && a <= BLAKE2b_512:
		return size == 20 || size == 32 || size == 48 || size == 64
	}
	return true
}

// Check returns an error if this process may not compute a.
func (a Algorithm) Check() error {
	if (a < SHA224 || a > SHA3_512) && fips140.Enforced() {
		return problem.New(problem.InvalidSetting, "GODEBUG=fips140=only forbids %s", a.Tag())
	}
	return nil
}

// New returns a hash that computes a. It panics for Unknown.
func (a Algorithm) New() hash.Hash {
	if isBLAKE2(a) {
		return newBLAKE2(a)
	}
	return algorithms[a].new()
}

// Family returns the compression function that computes a in several lanes at once,
// and its initial state. ok is false if there is none.
func (a Algorithm) Family() (f multibuffer.Family, start multibuffer.State, ok bool) {
	f = algorithms[a].family
	return f, starts()[a], f != none
}

// starts returns the initial states, taken from the standard library.
var starts = sync.OnceValue(func() *[count]multibuffer.State {
	var all [count]multibuffer.State
	for _, a := range All() {
		if f := algorithms[a].family; f != none {
			all[a] = f.StateOf(a.New())
		}
	}
	return &all
})

// All returns all algorithms in the order in which they are listed to users.
func All() []Algorithm {
	all := make([]Algorithm, 0, count-1)
	for a := MD5; a < count; a++ {
		all = append(all, a)
	}
	return all
}

// Names returns the names of all listed algorithms as one text, for messages.
func Names() string {
	var names []string
	for _, a := range All() {
		if a.Listed() {
			names = append(names, a.String())
		}
	}
	return strings.Join(names, ", ")
}

// ByName returns the algorithm for a name in any common spelling and any case, such
// as "sha256", "SHA-256", OpenSSL's "SHA2-256" and FreeBSD's "SHA512t256".
func ByName(name string) (Algorithm, bool) {
	name = strings.ToLower(name)
	if a, ok := byName[name]; ok {
		return a, ok
	}
	a := blake2ByName(name)
	return a, a != Unknown
}

// BySize returns the default algorithm for digests of size bytes. Sizes that SHA-2
// shares with others mean SHA-2, as in every tool that writes
// untagged lists.
func BySize(size int) (Algorithm, bool) {
	for a := range count {
		if algorithms[a].untagged && a.Size() == size {
			return a, true
		}
	}
	return Unknown, false
}

// Starts returns the first two letters of all names and spellings, in lower case.
func Starts() []string {
	var starts []string
	for name := range byName {
		starts = append(starts, name[:2])
	}
	for name := range seriesByName {
		starts = append(starts, name[:2])
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

// byName lacks BLAKE2: to make so many names would take longer than many a job.
var byName = func() map[string]Algorithm {
	m := map[string]Algorithm{}
	for _, a := range All() {
		if isBLAKE2(a) {
			continue
		}
		m[a.String()] = a
		for _, spelling := range algorithms[a].also {
			m[spelling] = a
		}
	}
	return m
}()
