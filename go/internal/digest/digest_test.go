package digest_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/crypto/blake2b"

	"github.com/checksig/checksig/go/internal/digest"
)

// Published digests: of "abc" from RFC 1321, RFC 7693, and the examples of NIST for FIPS
// 180-4 and FIPS 202; of the inputs of NIST's CAVP for SHA-512/224; the check values of
// CRCs, which are of "123456789"; and those of xxHash's own tests and BLAKE3's.
var vectors = []struct {
	algorithm  digest.Algorithm
	input, sum string
}{
	{digest.MD5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
	{digest.SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
	{digest.SHA224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
	{digest.SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{digest.SHA384, "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
	{digest.SHA512, "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
	{digest.SHA512_224, "abc", "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"},
	{digest.SHA512_224, "", "6ed0dd02806fa89e25de060c19d3ac86cabb87d6a0ddd05c333b84f4"},
	{digest.SHA512_224, "\xcf", "4199239e87d47b6feda016802bf367fb6e8b5655eff6225cb2668f4a"},
	{digest.SHA512_256, "abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
	{digest.SHA3_224, "abc", "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"},
	{digest.SHA3_256, "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
	{digest.SHA3_384, "abc", "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25"},
	{digest.SHA3_512, "abc", "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
	{digest.BLAKE2b_512, "abc", "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
	{digest.BLAKE2s_256, "abc", "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"},
	{digest.BLAKE3, "abc", "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"},
	{digest.CRC32, "123456789", "cbf43926"},
	{digest.CRC32C, "123456789", "e3069283"},
	{digest.XXH64, "", "ef46db3751d8e999"},
	{digest.XXH64, "abc", "44bc2cf5ad770999"},
	{digest.XXH3_128, "", "99aa06d3014798d86001c324468d497f"},
	{digest.XXH3_128, "abc", "06b05ab6733a618578af5f94892f3950"},
}

func TestPublishedVectors(t *testing.T) {
	seen := digest.Set{}
	for _, v := range vectors {
		h := v.algorithm.New()
		h.Write([]byte(v.input))
		if got := hex.EncodeToString(h.Sum(nil)); got != v.sum {
			t.Errorf("%v of %q = %s, want %s", v.algorithm, v.input, got, v.sum)
		}
		seen = seen.With(v.algorithm)
	}
	for _, a := range digest.All() {
		isShorter := strings.HasPrefix(a.String(), "blake2") && a != digest.BLAKE2b_512 && a != digest.BLAKE2s_256
		if isSeen := !seen.And(digest.SetOf(a)).IsEmpty(); !isSeen && !isShorter {
			t.Errorf("no vector for %v", a)
		}
	}
}

func TestSizesAreThoseOfTheHashes(t *testing.T) {
	for _, a := range digest.All() {
		h := a.New()
		sum := h.Sum([]byte("x"))
		if h.Size() != a.Size() || len(sum) != 1+a.Size() || a.Size() > digest.MaxSize {
			t.Errorf("%v.Size() = %d, the size of its hash is %d, of its sum %d, MaxSize is %d", a, a.Size(), h.Size(), len(sum)-1, digest.MaxSize)
		}
		h.Write([]byte("abc"))
		h.Reset()
		if got := h.Sum([]byte("x")); !bytes.Equal(got, sum) {
			t.Errorf("%v of nothing = %x, after a reset %x", a, sum, got)
		}
	}
}

// The self test in RFC 7693, appendix E: BLAKE2 of digests of inputs of some lengths, with
// and without a key. The keyed ones are those of golang.org/x/crypto.
func TestBLAKE2OfSomeLengthsPassesTheSelfTestOfItsRFC(t *testing.T) {
	all := digest.BLAKE2b_512 - 32
	h := all.New()
	for _, size := range []int{20, 32, 48, 64} {
		for _, n := range []int{0, 3, 128, 129, 255, 1024} {
			input := sequence(n, uint32(n))
			a, _ := digest.BLAKE2b.BySize(size)
			plain := a.New()
			plain.Write(input)
			keyed, err := blake2b.New(size, sequence(size, uint32(size)))
			if err != nil {
				t.Fatal(err)
			}
			keyed.Write(input)
			h.Write(keyed.Sum(plain.Sum(nil)))
		}
	}
	const want = "c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// sequence returns the pseudorandom bytes of RFC 7693, appendix E.
func sequence(n int, seed uint32) []byte {
	p := make([]byte, n)
	a, b := 0xDEAD4BAD*seed, uint32(1)
	for i := range p {
		a, b = b, a+b
		p[i] = byte(b >> 24)
	}
	return p
}

func TestWeakAlgorithmsAreThoseWithCollisions(t *testing.T) {
	for _, a := range digest.All() {
		var want bool
		switch a {
		case digest.MD5, digest.SHA1, digest.CRC32, digest.CRC32C, digest.XXH64, digest.XXH3_128:
			want = true
		default:
			want = a.Size() < 20
		}
		if a.Weak() != want {
			t.Errorf("%v.Weak() = %v", a, a.Weak())
		}
		if a.Short() != (a.Size() < 4) {
			t.Errorf("%v.Short() = %v", a, a.Short())
		}
	}
}

func TestASeriesHasItsAlgorithmsBySize(t *testing.T) {
	for _, tt := range []struct {
		series digest.Series
		size   int
		want   digest.Algorithm
	}{
		{digest.SHA3, 28, digest.SHA3_224}, {digest.SHA3, 64, digest.SHA3_512}, {digest.SHA3, 20, digest.Unknown},
		{digest.BLAKE2b, 64, digest.BLAKE2b_512}, {digest.BLAKE2b, 65, digest.Unknown}, {digest.BLAKE2b, 0, digest.Unknown},
		{digest.BLAKE2s, 32, digest.BLAKE2s_256}, {digest.BLAKE2s, 33, digest.Unknown},
		{digest.BLAKE2, 64, digest.BLAKE2b_512}, {digest.BLAKE2, 32, digest.Unknown},
		{digest.XXHash, 8, digest.XXH64}, {digest.XXHash, 16, digest.XXH3_128}, {digest.XXHash, 4, digest.Unknown},
		{digest.NoSeries, 32, digest.Unknown},
	} {
		if got, ok := tt.series.BySize(tt.size); got != tt.want || ok != (tt.want != digest.Unknown) {
			t.Errorf("%v.BySize(%d) = %v, %v; want %v", tt.series, tt.size, got, ok, tt.want)
		}
		if tt.want != digest.Unknown && (!tt.series.Has(tt.want) || !tt.series.Has(tt.series.Usual())) {
			t.Errorf("%v has not %v or %v", tt.series, tt.want, tt.series.Usual())
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
		{"BLAKE2b", digest.BLAKE2b_512},          // coreutils
		{"BLAKE2b-256", digest.BLAKE2b_512 - 32}, // coreutils
		{"BLAKE2B-512", digest.BLAKE2b_512},      // OpenSSL
		{"BLAKE2s256", digest.BLAKE2s_256},       // OpenSSL
		{"CRC32B", digest.CRC32},                 // coreutils
		{"XXH128", digest.XXH3_128},              // xxhsum
		{"XXH3_128", digest.XXH3_128},
		{"b3", digest.BLAKE3},
		{"blake2s_8", digest.BLAKE2s_256 - 31},
		{"blake2b-260", digest.Unknown},
		{"blake2b-", digest.Unknown},
		{"blake2b-0", digest.Unknown},
		{"blake2b--8", digest.Unknown},
		{"blake2b+8", digest.Unknown},
		{"blake2b-08", digest.Unknown},
		{"blake2c", digest.Unknown},
		{"blake2b-520", digest.Unknown},
		{"blake2s-264", digest.Unknown},
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
