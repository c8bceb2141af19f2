package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Conventional names of lists are recognised in any case, with their algorithm. It
// is Unknown if the name contains none.
func TestListNames(t *testing.T) {
	for _, tt := range []struct {
		name string
		want digest.Algorithm
	}{
		{"sha1sum.txt", digest.SHA1},
		{"SHA256SUMS", digest.SHA256},
		{"MD5SUMS", digest.MD5},
		{"md5sum.txt", digest.MD5},
		{"SHA512SUMS.txt", digest.SHA512},
		{"sha256sum", digest.SHA256},
		{"sha3-256sums", digest.SHA3_256},
		{"sha512-256sums.txt", digest.SHA512_256},
		{"SHA512_256SUMS", digest.SHA512_256},
		{"sha-256-sums.txt", digest.SHA256},
		{"md5checksums.txt", digest.MD5},
		{"sha256-checksums.txt", digest.SHA256},
		{"foo.md5sums", digest.MD5},
		{"foo.iso.sha256sum", digest.SHA256},
		{"foo.sha3_384sum", digest.SHA3_384},
		{"name_1.2_SHA256SUMS", digest.SHA256},
		{"name-1.2-sha512-256sums.txt", digest.SHA512_256},

		{"checksum", digest.Unknown},
		{"CHECKSUMS", digest.Unknown},
		{"checksums.txt", digest.Unknown},
		{"name_1.2_checksums.txt", digest.Unknown},
		{"Fedora-Workstation-40-1.14-x86_64-CHECKSUM", digest.Unknown},
		{"disk.iso.CHECKSUM", digest.Unknown},
		{"CHECKSUMS.md5", digest.MD5},
		{"checksums_sha256.txt", digest.SHA256},
		{"name_1.2_checksums-sha3-512.txt", digest.SHA3_512},
		{"name_1.2_sha256_checksums.txt", digest.SHA256},

		{"SHA256", digest.SHA256},
		{"sha256.txt", digest.SHA256},
		{"foo.iso.sha256", digest.SHA256},
		{"foo.iso.SHA256.TXT", digest.SHA256},
		{"foo.iso.md5", digest.MD5},
		{"foo.sha512-256", digest.SHA512_256},
		{"foo.sha512_256", digest.SHA512_256},
		{"foo.sha3-224", digest.SHA3_224},
		{"foo.sha-1", digest.SHA1},
		{".sha256", digest.SHA256},

		{"manifest-sha256.txt", digest.SHA256},
		{"manifest-md5.txt", digest.MD5},
		{"tagmanifest-sha512.txt", digest.SHA512},
		{"manifest-sha3-256.txt", digest.SHA3_256},

		{"B3SUMS", digest.BLAKE3},
		{"x.b3", digest.BLAKE3},
		{"x.b3sum", digest.BLAKE3},
		{"x.blake3.txt", digest.BLAKE3},
		{"x.blake2b-256", digest.BLAKE2b_512 - 32},
		{"x.blake2b_384", digest.BLAKE2b_512 - 16},
		{"BLAKE2B512SUMS", digest.BLAKE2b_512},
		{"x.blake2s-256", digest.BLAKE2s_256},
		{"x.crc32", digest.CRC32},
		{"x.crc32b", digest.CRC32},
		{"crc32csums", digest.CRC32C},
		{"x.xxh64", digest.XXH64},
		{"xxh128sums.txt", digest.XXH3_128},
		{"x.xxh3-128", digest.XXH3_128},
		{"x.sha512-224", digest.SHA512_224},
		{"sha512_224sums", digest.SHA512_224},
		{"SHASUMS256.txt", digest.SHA256},
		{"node-v22_SHASUMS512", digest.SHA512},
		{"SHASUMS", digest.Unknown},
		{"stage3-amd64.tar.xz.DIGESTS", digest.Unknown},
		{"known.md5deep", digest.MD5},
		{"known.sha256deep", digest.SHA256},
		{"known.hashdeep", digest.Unknown},

		{"foo-sha256_SHA256SUMS", digest.SHA256},
		{"md5-tools_1.0_checksums.txt", digest.Unknown},
	} {
		for _, name := range []string{tt.name, strings.ToLower(tt.name), strings.ToUpper(tt.name)} {
			if got, want := list.SaidByName(name), (list.Said{Algorithm: tt.want}); got != want {
				t.Errorf("SaidByName(%q) = %+v, want %+v", name, got, want)
			}
			if !list.IsListName(name) {
				t.Errorf("IsListName(%q) = false, want true", name)
			}
		}
	}
}

func TestADigestOfTheLastAlgorithmsLengthIsOfThatOne(t *testing.T) {
	for _, tt := range []struct {
		name string
		last digest.Algorithm
	}{
		{"md5sums.sha256", digest.SHA256},
		{"md5_sha256sums", digest.SHA256},
		{"sha256-checksums-md5.txt", digest.MD5},
		{"md5-tools_1.0_SHA256SUMS", digest.SHA256},
		{"foo-sha512.sha512-256", digest.SHA512_256},
		{"x.sha256.b3", digest.BLAKE3},
		{"b3sum-1.5_SHA256SUMS", digest.SHA256},
		{"md5-tools_1.0.crc32", digest.CRC32},
	} {
		said := list.SaidByName(tt.name)
		if want := (list.Said{Last: tt.last}); said != want || !list.IsListName(tt.name) || said.String() != "" {
			t.Errorf("SaidByName(%q) = %+v, want %+v", tt.name, said, want)
		}
		for _, a := range digest.All() {
			want, _ := digest.BySize(a.Size())
			if a.Size() == tt.last.Size() {
				want = tt.last
			}
			if got, ok := said.BySize(a.Size()); !ok && want != digest.Unknown || got != want {
				t.Errorf("%q: a digest of %d bytes is of %v, %v; want %v", tt.name, a.Size(), got, ok, want)
			}
		}
	}
}

// Signatures, programs and other files are not taken for lists.
func TestOtherNames(t *testing.T) {
	for _, name := range []string{
		"", ".txt", "txt", "a.txt", "httpd-00.log",
		"SHA256SUMS.gpg", "SHA256SUMS.sig", "SHA256SUMS.asc", "SHA256SUMS.sign", "SHA256SUMS.minisig", "SHA256.sig",
		"SHA256SUMS.txt.asc", "checksums.txt.pem", "foo.sha256.sig",
		"libsha1", "foo-md5", "foo_sha256", "foo-md5.txt", "libfoo-sha3-256",
		"sum", "sums", "sums.txt", "foo.sums-sha256", "mychecksums-sha256", "foo.sums", "foosums", "mychecksums", "bamd5sum", "foosha256sums",
		"sha256sum.c", "md5.py", "SHASUMS256.sig", "mySHASUMS256", "SHASUMS257", "SHASUMS-256", "foo.deep", "digests.c", "x-digests", "sha999sums", "foo.sha999", "foo.sha", "256", "foo.256", "libfoo-blake3", "foo-b2.txt", "sm3.c",
		"manifest-.txt", "manifest.txt", "xmanifest-md5.txt", "MANIFEST", "Manifest",
	} {
		if got := list.SaidByName(name); !got.Nothing() {
			t.Errorf("SaidByName(%q) = %+v, want nothing", name, got)
		}
		if list.IsListName(name) {
			t.Errorf("IsListName(%q) = true, want false", name)
		}
	}
}

// Lists named after an algorithm are recognised for every algorithm.
func TestEveryAlgorithmHasListNames(t *testing.T) {
	for _, a := range digest.All() {
		for _, name := range []string{a.String() + "sums", "x." + a.String(), "manifest-" + a.String() + ".txt"} {
			if got, want := list.SaidByName(name), (list.Said{Algorithm: a}); got != want && !got.Series.Has(a) {
				t.Errorf("SaidByName(%q) = %+v, want %+v", name, got, want)
			}
		}
	}
}

// The name of a list may say SHA-3 and leave its length to the digests.
func TestANameSaysSHA3(t *testing.T) {
	for _, name := range []string{"SHA3SUMS", "x.sha3", "sha3sum.txt", "manifest-sha3.txt", "x.sha-3", "md5-tools.sha3"} {
		if got, want := list.SaidByName(name), (list.Said{Series: digest.SHA3}); got != want || !list.IsListName(name) {
			t.Errorf("SaidByName(%q) = %+v, want %+v", name, got, want)
		}
	}
}

// The name of a list may say a series, and leave the length to the digests.
func TestANameSaysASeries(t *testing.T) {
	for name, want := range map[string]digest.Series{
		"b2sums.txt": digest.BLAKE2b, "B2SUMS": digest.BLAKE2b, "x.b2": digest.BLAKE2b, "x.blake2b": digest.BLAKE2b,
		"checksums_blake2b.txt": digest.BLAKE2b, "x.blake2s": digest.BLAKE2s, "manifest-blake2s.txt": digest.BLAKE2s,
		"x.blake2": digest.BLAKE2, "x.xxh": digest.XXHash, "xxhashsums": digest.XXHash, "md5-tools_1.0_B2SUMS": digest.BLAKE2b,
	} {
		if got := list.SaidByName(name); got != (list.Said{Series: want}) || !list.IsListName(name) {
			t.Errorf("SaidByName(%q) = %+v, want %v", name, got, want)
		}
	}
}

// The name of a list says an algorithm that is not supported, whatever comes before
// it. No list is found by such a name.
func TestANameSaysAForeignAlgorithm(t *testing.T) {
	for name, want := range map[string]string{
		"x.blake3-512": "BLAKE3 of another length", "x.blake2bp": "BLAKE2bp", "BLAKE2SP256SUMS": "BLAKE2sp",
		"x.xxh32": "XXH32", "x.xxh3": "XXH3 with 64 bits", "xxh3_64sums.txt": "XXH3 with 64 bits",
		"x.crc": "CRC", "x.crc64": "CRC-64", "x.adler32": "Adler-32", "x.rmd160": "RIPEMD", "x.ripemd160": "RIPEMD", "RIPEMD-160SUMS": "RIPEMD",
		"x.sm3": "SM3", "x.whirlpool": "Whirlpool", "x.tiger": "Tiger", "x.tiger192": "Tiger", "x.streebog-512": "GOST",
		"x.keccak256": "Keccak", "x.shake128": "SHAKE", "x.md4": "MD4",
		"libsha1.sm3": "SM3", "x.sha256.sm3": "SM3", "md5-tools_1.0_WHIRLPOOLSUMS": "Whirlpool",
	} {
		got := list.SaidByName(name)
		if got.Foreign == nil || got.Foreign.Name != want || got.Algorithm != digest.Unknown || list.IsListName(name) {
			t.Errorf("SaidByName(%q) = %+v, IsListName %v; want %s", name, got, list.IsListName(name), want)
		}
	}
}

// A foreign algorithm before a supported one is part of the name of a program.
func TestANameOfAForeignProgramSaysTheSupportedAlgorithm(t *testing.T) {
	for name, want := range map[string]digest.Algorithm{
		"sm3sum-1.5_SHA256SUMS": digest.SHA256, "whirlpool-1.5.sha3-256": digest.SHA3_256, "tiger-sha1sums": digest.SHA1,
	} {
		if got := list.SaidByName(name); got != (list.Said{Algorithm: want}) {
			t.Errorf("SaidByName(%q) = %+v, want %v", name, got, want)
		}
	}
}

// A detached signature has the name of what it signs before its end.
func TestASignatureNamesWhatItSigns(t *testing.T) {
	for _, end := range []string{".asc", ".gpg", ".pgp", ".sig", ".sign", ".minisig", ".p7s", ".sigstore", ".sigstore.json", ".ASC"} {
		if name, ok := list.SignedName("SHA256SUMS" + end); !ok || name != "SHA256SUMS" {
			t.Errorf("SignedName with %q = %q, %v", end, name, ok)
		}
	}
	for _, name := range []string{"", ".asc", "SHA256SUMS", "asc", "a.txt", "a.json"} {
		if signed, ok := list.SignedName(name); ok {
			t.Errorf("SignedName(%q) = %q, want none", name, signed)
		}
	}
}

func BenchmarkIsListName(b *testing.B) {
	names := []string{"httpd-00.log", "IMG_20240101_123456.jpeg", "part-00017", "report.final.v2.txt", "disk.iso.sha256"}
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range names {
			list.IsListName(name)
		}
	}
}
