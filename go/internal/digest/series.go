package digest

import "golang.org/x/crypto/blake2s"

// Series is a name that several algorithms share, which differ in the size of their
// digests. The zero value is NoSeries.
type Series uint8

// The series.
const (
	NoSeries Series = iota
	SHA3
	BLAKE2  // BLAKE2b or BLAKE2s, if the size tells which
	BLAKE2b // as b2sum writes it, with any --length
	BLAKE2s
	XXHash // as xxhsum writes it without tags
	seriesCount
)

var series = [seriesCount]struct {
	name     string
	usual    Algorithm // for new lists
	bySize   func(size int) Algorithm
	spelling []string // in lower case
}{
	NoSeries: {"", Unknown, func(int) Algorithm { return Unknown }, nil},
	SHA3:     {"SHA-3", SHA3_256, sha3BySize, []string{"sha3", "sha-3"}},
	BLAKE2: {"BLAKE2", BLAKE2b_512, func(size int) Algorithm {
		if size <= blake2s.Size {
			return Unknown
		}
		return between(beforeBLAKE2b, BLAKE2b_512, size)
	}, []string{"blake2"}},
	BLAKE2b: {"BLAKE2b", BLAKE2b_512, func(size int) Algorithm { return between(beforeBLAKE2b, BLAKE2b_512, size) }, []string{"blake2b", "b2"}},
	BLAKE2s: {"BLAKE2s", BLAKE2s_256, func(size int) Algorithm { return between(beforeBLAKE2s, BLAKE2s_256, size) }, []string{"blake2s"}},
	XXHash:  {"xxHash", XXH3_128, xxHashBySize, []string{"xxh", "xxhash"}},
}

// between returns the algorithm that is size rows below another one, and at most last.
func between(before, last Algorithm, size int) Algorithm {
	if size < 1 || size > int(last-before) {
		return Unknown
	}
	return before + Algorithm(size)
}

func sha3BySize(size int) Algorithm {
	for a := SHA3_224; a <= SHA3_512; a++ {
		if a.Size() == size {
			return a
		}
	}
	return Unknown
}

func xxHashBySize(size int) Algorithm {
	for a := XXH64; a <= XXH3_128; a++ {
		if a.Size() == size {
			return a
		}
	}
	return Unknown
}

// String returns the name for people, such as "SHA-3".
func (s Series) String() string { return series[s].name }

// Usual returns the algorithm of new lists.
func (s Series) Usual() Algorithm { return series[s].usual }

// BySize returns the algorithm with digests of size bytes, if there is one.
func (s Series) BySize(size int) (Algorithm, bool) {
	a := series[s].bySize(size)
	return a, a != Unknown
}

// Has reports whether the size of a's digests says that a list of the series has them.
func (s Series) Has(a Algorithm) bool { return a != Unknown && series[s].bySize(a.Size()) == a }

// SeriesByName returns the series with a name in lower case, or NoSeries.
func SeriesByName(name string) Series { return seriesByName[name] }

var seriesByName = func() map[string]Series {
	m := map[string]Series{}
	for s := range seriesCount {
		for _, spelling := range series[s].spelling {
			m[spelling] = s
		}
	}
	return m
}()
