// Package xxh3 computes XXH3 with 128 bits, without a seed and with the default secret:
// what xxhsum writes as XXH128. XXH3 detects accidental damage. It is not
// cryptographic: anyone can make a file with a given digest.
//
// The source of names and constants is doc/xxhash_spec.md of xxHash 0.8.3.
package xxh3

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// Size is the size of a digest in bytes.
const Size = 16

const (
	stripe   = 64
	block    = 1024 // 16 stripes, each with the secret 8 bytes further
	longest  = 240  // bytes of an input for which there is no accumulator
	prime32a = 0x9E3779B1
	prime32b = 0x85EBCA77
	prime32c = 0xC2B2AE3D
	prime64a = 0x9E3779B185EBCA87
	prime64b = 0xC2B2AE3D27D4EB4F
	prime64c = 0x165667B19E3779F9
	prime64d = 0x85EBCA77C2B2AE63
	prime64e = 0x27D4EB2F165667C5
	primeMX1 = 0x165667919E3779F9
	primeMX2 = 0x9FB21C651E98DF25
)

const secret = "" +
	"\xb8\xfe\x6c\x39\x23\xa4\x4b\xbe\x7c\x01\x81\x2c\xf7\x21\xad\x1c\xde\xd4\x6d\xe9\x83\x90\x97\xdb" +
	"\x72\x40\xa4\xa4\xb7\xb3\x67\x1f\xcb\x79\xe6\x4e\xcc\xc0\xe5\x78\x82\x5a\xd0\x7d\xcc\xff\x72\x21" +
	"\xb8\x08\x46\x74\xf7\x43\x24\x8e\xe0\x35\x90\xe6\x81\x3a\x26\x4c\x3c\x28\x52\xbb\x91\xc3\x00\xcb" +
	"\x88\xd0\x65\x8b\x1b\x53\x2e\xa3\x71\x64\x48\x97\xa2\x0d\xf9\x4e\x38\x19\xef\x46\xa9\xde\xac\xd8" +
	"\xa8\xfa\x76\x3f\xe3\x9c\x34\x3f\xf9\xdc\xbb\xc7\xc7\x0b\x4f\x1d\x8a\x51\xe0\x4b\xcd\xb4\x59\x31" +
	"\xc8\x9f\x7e\xc9\xd9\x78\x73\x64\xea\xc5\xac\x83\x34\xd3\xeb\xc3\xc5\x81\xa0\xff\xfa\x13\x63\xeb" +
	"\x17\x0d\xdd\x51\xb7\xf0\xda\x49\xd3\x16\x55\x26\x29\xd4\x68\x9e\x2b\x16\xbe\x58\x7d\x47\xa1\xfc" +
	"\x8f\xf8\xb8\xd1\x7a\xd0\x31\xce\x45\xcb\x3a\x8f\x95\x16\x04\x28\xaf\xd7\xfb\xca\xbb\x4b\x40\x7e"

// word returns 8 bytes of the secret.
func word(at int) uint64 {
	s := secret[at : at+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// words holds those at multiples of 8 bytes.
var words = func() (all [len(secret) / 8]uint64) {
	for i := range all {
		all[i] = word(8 * i)
	}
	return all
}()

// digest keeps the last block until more input follows: the end of the input is
// treated differently.
type digest struct {
	accumulators [8]uint64
	total        uint64
	used         int                  // bytes of the block
	buffer       [stripe + block]byte // the last bytes before the block, then the block
}

// New returns a hash that computes XXH3 with 128 bits.
func New() hash.Hash {
	d := &digest{}
	d.Reset()
	return d
}

// Reset implements [hash.Hash].
func (d *digest) Reset() {
	d.accumulators = [8]uint64{prime32c, prime64a, prime64b, prime64c, prime64d, prime32b, prime64e, prime32a}
	d.total, d.used = 0, 0
}

// Size implements [hash.Hash].
func (d *digest) Size() int { return Size }

// BlockSize implements [hash.Hash].
func (d *digest) BlockSize() int { return stripe }

// Write implements [hash.Hash]. It never returns an error.
func (d *digest) Write(p []byte) (int, error) {
	n := len(p)
	d.total += uint64(n)
	for len(p) > 0 {
		if d.used == block {
			d.block(d.buffer[stripe:])
			d.used = 0
		}
		for d.used == 0 && len(p) > block {
			d.block(p)
			p = p[block:]
		}
		copied := copy(d.buffer[stripe+d.used:], p)
		d.used += copied
		p = p[copied:]
	}
	return n, nil
}

// block adds a block, and keeps its last bytes.
func (d *digest) block(p []byte) {
	accumulate(&d.accumulators, p[:block])
	for i, a := range d.accumulators {
		d.accumulators[i] = (a ^ a>>47 ^ words[len(words)-8+i]) * prime32a
	}
	copy(d.buffer[:stripe], p[block-stripe:block])
}

// accumulate adds whole stripes, at most a block of them.
func accumulate(acc *[8]uint64, p []byte) {
	a, b, c, d, e, f, g, h := acc[0], acc[1], acc[2], acc[3], acc[4], acc[5], acc[6], acc[7]
	for i := 0; len(p) >= stripe; i++ {
		s, k := p[:stripe], words[i:i+8]
		a, b = pair(a, b, s[:16], k[0], k[1])
		c, d = pair(c, d, s[16:32], k[2], k[3])
		e, f = pair(e, f, s[32:48], k[4], k[5])
		g, h = pair(g, h, s[48:64], k[6], k[7])
		p = p[stripe:]
	}
	*acc = [8]uint64{a, b, c, d, e, f, g, h}
}

// pair adds 16 bytes to two accumulators.
func pair(a, b uint64, p []byte, keyA, keyB uint64) (uint64, uint64) {
	first, second := binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[8:])
	keyA ^= first
	keyB ^= second
	return a + second + keyA&0xFFFFFFFF*(keyA>>32), b + first + keyB&0xFFFFFFFF*(keyB>>32)
}

// Sum implements [hash.Hash]: the high half first, both big-endian.
func (d *digest) Sum(b []byte) []byte {
	var high, low uint64
	if d.total <= longest {
		high, low = short(d.buffer[stripe : stripe+d.used])
	} else {
		high, low = d.long()
	}
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, high), low)
}

func (d *digest) long() (high, low uint64) {
	acc := d.accumulators
	stripes := (d.used - 1) / stripe
	accumulate(&acc, d.buffer[stripe:stripe+stripes*stripe])
	last := d.buffer[d.used : d.used+stripe]
	const lastSecret = len(secret) - stripe - 7
	for i := 0; i < 8; i += 2 {
		acc[i], acc[i+1] = pair(acc[i], acc[i+1], last[8*i:], word(lastSecret+8*i), word(lastSecret+8*i+8))
	}
	return merge(&acc, len(secret)-stripe-11, ^(d.total * prime64b)), merge(&acc, 11, d.total*prime64a)
}

func merge(acc *[8]uint64, at int, sum uint64) uint64 {
	for i := 0; i < 8; i += 2 {
		sum += fold(acc[i]^word(at+8*i), acc[i+1]^word(at+8*i+8))
	}
	return avalanche(sum)
}

// short returns the digest of an input of at most longest bytes.
func short(p []byte) (high, low uint64) {
	switch n := len(p); {
	case n > 128:
		return upTo240(p)
	case n > 16:
		return upTo128(p)
	case n > 8:
		return upTo16(p)
	case n >= 4:
		return upTo8(p)
	case n > 0:
		return upTo3(p)
	}
	return avalanche64(word(80) ^ word(88)), avalanche64(word(64) ^ word(72))
}

func upTo3(p []byte) (high, low uint64) {
	n := len(p)
	combined := uint32(p[0])<<16 | uint32(p[n>>1])<<24 | uint32(p[n-1]) | uint32(n)<<8
	turned := bits.RotateLeft32(bits.ReverseBytes32(combined), 13)
	flipLow, flipHigh := uint32(word(0))^uint32(word(0)>>32), uint32(word(8))^uint32(word(8)>>32)
	return avalanche64(uint64(turned ^ flipHigh)), avalanche64(uint64(combined ^ flipLow))
}

func upTo8(p []byte) (high, low uint64) {
	n := len(p)
	both := uint64(binary.LittleEndian.Uint32(p)) | uint64(binary.LittleEndian.Uint32(p[n-4:]))<<32
	high, low = bits.Mul64(both^word(16)^word(24), prime64a+uint64(n)<<2)
	high += low << 1
	low ^= high >> 3
	low = (low ^ low>>35) * primeMX2
	return avalanche(high), low ^ low>>28
}

func upTo16(p []byte) (high, low uint64) {
	n := len(p)
	first, last := binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[n-8:])
	middle, product := bits.Mul64(first^last^word(32)^word(40), prime64a)
	product += uint64(n-1) << 54
	last ^= word(48) ^ word(56)
	middle += last + last&0xFFFFFFFF*(prime32b-1)
	product ^= bits.ReverseBytes64(middle)
	high, low = bits.Mul64(product, prime64b)
	return avalanche(high + middle*prime64b), avalanche(low)
}

// mixed is the state for inputs of 17 … 240 bytes.
type mixed struct{ high, low uint64 }

func (m *mixed) mix(a, b []byte, at int) {
	a0, a1 := binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(a[8:])
	b0, b1 := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	m.low = (m.low + fold(a0^word(at), a1^word(at+8))) ^ (b0 + b1)
	m.high = (m.high + fold(b0^word(at+16), b1^word(at+24))) ^ (a0 + a1)
}

func (m *mixed) sum(n int) (high, low uint64) {
	return -avalanche(m.low*prime64a + m.high*prime64d + uint64(n)*prime64b), avalanche(m.low + m.high)
}

func upTo128(p []byte) (high, low uint64) {
	n := len(p)
	m := mixed{low: uint64(n) * prime64a}
	for i := (n - 1) / 32; i >= 0; i-- {
		m.mix(p[16*i:], p[n-16*(i+1):], 32*i)
	}
	return m.sum(n)
}

func upTo240(p []byte) (high, low uint64) {
	n := len(p)
	m := mixed{low: uint64(n) * prime64a}
	for i := 0; i < 128; i += 32 {
		m.mix(p[i:], p[i+16:], i)
	}
	m.high, m.low = avalanche(m.high), avalanche(m.low)
	for i := 128; i+32 <= n; i += 32 {
		m.mix(p[i:], p[i+16:], 3+i-128)
	}
	m.mix(p[n-16:], p[n-32:], 136-17-16)
	return m.sum(n)
}

func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// avalanche is the one of XXH3, avalanche64 that of XXH64.
func avalanche(h uint64) uint64 {
	h = (h ^ h>>37) * primeMX1
	return h ^ h>>32
}

func avalanche64(h uint64) uint64 {
	h = (h ^ h>>33) * prime64b
	h = (h ^ h>>29) * prime64c
	return h ^ h>>32
}
