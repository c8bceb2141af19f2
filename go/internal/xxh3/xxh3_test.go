package xxh3_test

import (
	"encoding/hex"
	"testing"

	"github.com/checksig/checksig/go/internal/xxh3"
)

// Digests by xxhsum 0.8.3 at the borders of each way to compute them: of bytes 0 … 250
// over and over.
var vectors = map[int]string{
	0:     "99aa06d3014798d86001c324468d497f",
	1:     "a6cd5e9392000f6ac44bdff4074eecdb",
	2:     "6a4a5274c1b0d3add6645fc3051a9457",
	3:     "e3b55f57945a17cf5f4299fc161c9cbb",
	4:     "eb70bf5fc779e9e6a6111d53e80a3db5",
	8:     "e1e4432a62217fe4cfd50c61c8bb98c1",
	9:     "16c769d83e4aebce907931979dca3746",
	16:    "72950631827607e2842812cc870dcae2",
	17:    "685bc458b37d057fc06e233df7729217",
	32:    "25e7c9b3424ceed2457d9566b6fcd697",
	33:    "02175c3aabb00637e08d84951339de86",
	64:    "9c6e140a465545e590c1971ddb04ce74",
	65:    "ebedf05eeadc28f11aee64a1615de88f",
	96:    "c57556e9ccb97efa6e53ab55b4f5558b",
	97:    "9b09227e063da5a25b3284a61f91e97d",
	128:   "14792fc3af88dc6c05321a0b64d67b41",
	129:   "dd5e74ac6b45f54ebc30b63382b09a3b",
	160:   "4e95c1cd6dc7bb85c67fcd13c31b09f4",
	191:   "f8a8b7d9aad39ee4b224afe71ffd14d8",
	192:   "10c987dc285c756b050f429c4f52b688",
	240:   "65b5be86da5540e7c92b68e16f83bbb6",
	241:   "1da1cb61bcb8a2a102e8cd95421c6d02",
	256:   "96c36c85d00e5bc544f5d90dacde463a",
	257:   "8c650dc0594ae28188fc3f7934a6c9be",
	1023:  "4325711b0ed4d742d3d91d80ac495685",
	1024:  "d0ac1f7b93bf57b9e5d78bafa45b2aa5",
	1025:  "2882ebca04ec915ce95c42288f28186e",
	1088:  "295519bc52981c5c1a848d807034c403",
	2047:  "6c555bf670e067a3c95eaacd676cd049",
	2048:  "a5141efedfefc1af25339063db861586",
	2049:  "39a54bc93f74921b6c9600c0e506e2ae",
	10000: "89dec82a789965e61cb3abee1c2fc1c4",
}

func input(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i % 251)
	}
	return p
}

func TestPublishedVectors(t *testing.T) {
	h := xxh3.New()
	for n, want := range vectors {
		h.Reset()
		h.Write(input(n))
		if got := hex.EncodeToString(h.Sum([]byte("x"))[1:]); got != want {
			t.Errorf("%d bytes = %s, want %s", n, got, want)
		}
	}
}

// The way in which an input is cut into pieces makes no difference, and neither does a
// Sum between them.
func TestPiecesOfAnInputDoNotMatter(t *testing.T) {
	for n, want := range vectors {
		for _, size := range []int{1, 7, 63, 64, 65, 240, 1023, 1024, 1025, 2048} {
			h := xxh3.New()
			for p := input(n); len(p) > 0; {
				cut := min(size, len(p))
				h.Write(p[:cut])
				h.Sum(nil)
				p = p[cut:]
			}
			if got := hex.EncodeToString(h.Sum(nil)); got != want {
				t.Errorf("%d bytes in pieces of %d = %s, want %s", n, size, got, want)
			}
		}
	}
}
