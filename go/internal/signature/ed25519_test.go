package signature_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/checksig/checksig/go/internal/signature"
)

// known are the tests 1 to 3 of RFC 8032, section 7.1: public key, message and signature.
var known = [][3]string{
	{
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
	}, {
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	}, {
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
	},
}

func decoded(t *testing.T, fields [3]string) (key, message, sig []byte) {
	t.Helper()
	for i, to := range []*[]byte{&key, &message, &sig} {
		b, err := hex.DecodeString(fields[i])
		if err != nil {
			t.Fatal(err)
		}
		*to = b
	}
	return key, message, sig
}

func TestEd25519IsThatOfTheRFC(t *testing.T) {
	for _, fields := range known {
		if key, message, sig := decoded(t, fields); !signature.Ed25519(key, message, sig) {
			t.Errorf("%s: not verified", fields[0])
		}
	}
}

func TestEd25519RefusesAnyOtherBit(t *testing.T) {
	for _, fields := range known {
		key, message, sig := decoded(t, fields)
		for _, part := range [][]byte{key, message, sig} {
			for i := range 8 * len(part) {
				part[i/8] ^= 1 << (i % 8)
				if signature.Ed25519(key, message, sig) {
					t.Errorf("%s: verified with bit %d of %x changed", fields[0], i, part)
				}
				part[i/8] ^= 1 << (i % 8)
			}
		}
	}
}

func TestEd25519RefusesOtherLengths(t *testing.T) {
	key, message, sig := decoded(t, known[1])
	for _, n := range []int{0, 1, 31, 33, 63, 65, 128} {
		if signature.Ed25519(append(bytes.Clone(key), make([]byte, 200)...)[:n], message, sig) {
			t.Errorf("verified with a key of %d bytes", n)
		}
		if signature.Ed25519(key, message, append(bytes.Clone(sig), make([]byte, 200)...)[:n]) {
			t.Errorf("verified with a signature of %d bytes", n)
		}
	}
}
