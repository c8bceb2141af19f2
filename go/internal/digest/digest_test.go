package digest_test

import (
	"encoding/hex"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
)

// Digests of "abc" from RFC 1321 and from the examples of NIST for FIPS 180-4 and
// FIPS 202.
var vectors = map[digest.Algorithm]string{
	digest.MD5:        "900150983cd24fb0d6963f7d28e17f72",
	digest.SHA1:       "a9993e364706816aba3e25717850c26c9cd0d89d",
	digest.SHA224:     "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
	digest.SHA256:     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	digest.SHA384:     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	digest.SHA512:     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	digest.SHA512_256: "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
	digest.SHA3_224:   "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
	digest.SHA3_256:   "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
	digest.SHA3_384:   "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
	digest.SHA3_512:   "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
}

func TestEveryAlgorithmComputesItsPublishedVector(t *testing.T) {
	for _, a := range digest.All() {
		h := a.New()
		h.Write([]byte("abc"))
		if got := hex.EncodeToString(h.Sum(nil)); got != vectors[a] {
			t.Errorf("%v of %q = %s, want %s", a, "abc", got, vectors[a])
		}
		if h.Size() != a.Size() || a.Size() > digest.MaxSize {
			t.Errorf("%v.Size() = %d, the size of its hash is %d, MaxSize is %d", a, a.Size(), h.Size(), digest.MaxSize)
		}
	}
}

func TestByNameReadsTheSpellingsOfTools(t *testing.T) {
	for _, tt := range []struct {
		name string
		want digest.Algorithm
	}{
		{"md5", digest.MD5},
		{"MD5", digest.MD5},
		{"SHA-1", digest.SHA1},
		{"SHA256", digest.SHA256},
		{"SHA2-256", digest.SHA256},         // OpenSSL 3
		{"SHA512/256", digest.SHA512_256},   // FIPS 180-4
		{"SHA512-256", digest.SHA512_256},   // OpenSSL 1.1
		{"SHA2-512/256", digest.SHA512_256}, // OpenSSL 3
		{"SHA512t256", digest.SHA512_256},   // FreeBSD
		{"SHA3-256", digest.SHA3_256},
		{"sha3_512", digest.SHA3_512},
		{"SHA384-", digest.Unknown},
		{"SHA3-84", digest.Unknown},
		{"sha999", digest.Unknown},
		{"unknown", digest.Unknown},
		{"", digest.Unknown},
	} {
		got, ok := digest.ByName(tt.name)
		if got != tt.want || ok != (tt.want != digest.Unknown) {
			t.Errorf("ByName(%q) = %v, %v; want %v", tt.name, got, ok, tt.want)
		}
	}
	for _, a := range digest.All() {
		if got, _ := digest.ByName(a.Tag()); got != a {
			t.Errorf("ByName(%q) = %v, want %v", a.Tag(), got, a)
		}
	}
}

func TestBySizeMeansSHA2(t *testing.T) {
	for size, want := range map[int]digest.Algorithm{
		16: digest.MD5, 20: digest.SHA1, 28: digest.SHA224, 32: digest.SHA256,
		48: digest.SHA384, 64: digest.SHA512, 33: digest.Unknown, 0: digest.Unknown,
	} {
		if got, ok := digest.BySize(size); got != want || ok != (want != digest.Unknown) {
			t.Errorf("BySize(%d) = %v, %v; want %v", size, got, ok, want)
		}
	}
}
