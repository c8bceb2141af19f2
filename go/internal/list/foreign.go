package list

import "strings"

// Foreign is an algorithm that lists use but that is not supported. Many have
// digests as long as those of a supported one.
type Foreign struct {
	Name string // as its authors write it
	Tool string // a command that verifies such lists; "" if none is common
}

// foreigners is the only place to name such algorithms. An algorithm that becomes
// supported is removed here. A number of bits may follow a sized spelling, as in
// "blake2b-256".
var foreigners = []struct {
	Foreign
	sized     bool
	spellings []string
}{
	{Foreign{"BLAKE2bp", ""}, true, []string{"blake2bp"}},
	{Foreign{"BLAKE2sp", ""}, true, []string{"blake2sp"}},
	{Foreign{"BLAKE3 of another length", "b3sum -c"}, true, []string{"blake3"}},
	{Foreign{"XXH32", "xxhsum -c"}, false, []string{"xxh32"}},
	{Foreign{"XXH3 with 64 bits", "xxhsum -c"}, false, []string{"xxh3", "xxh3_64", "xxh3-64"}},
	{Foreign{"CRC", "cksum -c"}, false, []string{"crc"}},
	{Foreign{"CRC-64", ""}, false, []string{"crc64"}},
	{Foreign{"Adler-32", ""}, false, []string{"adler32"}},
	{Foreign{"RIPEMD", ""}, true, []string{"rmd", "ripemd"}},
	{Foreign{"SM3", "cksum -c"}, false, []string{"sm3"}},
	{Foreign{"Whirlpool", ""}, false, []string{"whirlpool", "wrpl"}},
	{Foreign{"Tiger", ""}, true, []string{"tiger", "tiger2", "tth"}},
	{Foreign{"GOST", ""}, true, []string{"gost", "gost12", "gost94", "streebog"}},
	{Foreign{"Keccak", ""}, true, []string{"keccak"}},
	{Foreign{"SHAKE", ""}, true, []string{"shake"}},
	{Foreign{"MD4", ""}, false, []string{"md4", "ed2k"}},
	{Foreign{"MD2", ""}, false, []string{"md2"}},
	{Foreign{"MD6", ""}, true, []string{"md6"}},
	{Foreign{"KangarooTwelve", ""}, false, []string{"k12", "kangarootwelve"}},
	{Foreign{"HAS-160", ""}, false, []string{"has160", "has-160"}},
	{Foreign{"Snefru", ""}, true, []string{"snefru"}},
	{Foreign{"AICH", ""}, false, []string{"aich"}},
	{Foreign{"BTIH", ""}, false, []string{"btih"}},
	{Foreign{"EDON-R", ""}, true, []string{"edonr", "edon-r"}},
}

type foreigner struct {
	Foreign
	sized bool
}

var bySpelling = func() map[string]*foreigner {
	m := map[string]*foreigner{}
	for _, f := range foreigners {
		for _, spelling := range f.spellings {
			m[spelling] = &foreigner{f.Foreign, f.sized}
		}
	}
	return m
}()

// foreignByName returns the foreign algorithm with this name in lower case, or nil.
func foreignByName(name string) *Foreign {
	if f := bySpelling[name]; f != nil {
		return &f.Foreign
	}
	base := strings.TrimRight(name, "0123456789")
	if bits := len(name) - len(base); bits < 2 || bits > 4 {
		return nil
	}
	f := bySpelling[strings.TrimRight(base, "-_")]
	if f == nil || !f.sized {
		return nil
	}
	return &f.Foreign
}
