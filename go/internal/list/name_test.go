package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Conventional names of lists are recognised in any case, with their algorithm. It
// is Unknown if the name contains none or two.
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

		{"md5sums.sha256", digest.Unknown},
		{"md5_sha256sums", digest.Unknown},
		{"sha256-checksums-md5.txt", digest.Unknown},
		{"md5-tools_1.0_SHA256SUMS", digest.Unknown},
		{"foo-sha512.sha512-256", digest.Unknown},
		{"foo-sha256_SHA256SUMS", digest.SHA256},
		{"md5-tools_1.0_checksums.txt", digest.Unknown},
	} {
		for _, name := range []string{tt.name, strings.ToLower(tt.name), strings.ToUpper(tt.name)} {
			a, ok := list.AlgorithmOfName(name)
			if a != tt.want || ok != (tt.want != digest.Unknown) {
				t.Errorf("AlgorithmOfName(%q) = %v, %v; want %v", name, a, ok, tt.want)
			}
			if !list.IsListName(name) {
				t.Errorf("IsListName(%q) = false, want true", name)
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
		"sha256sum.c", "md5.py", "sha999sums", "foo.sha999", "foo.sha", "256", "foo.256", "foo.crc32", "b2sums.txt",
		"manifest-.txt", "manifest.txt", "xmanifest-md5.txt", "MANIFEST", "Manifest",
	} {
		if a, ok := list.AlgorithmOfName(name); ok || a != digest.Unknown {
			t.Errorf("AlgorithmOfName(%q) = %v, %v; want none", name, a, ok)
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
			if got, _ := list.AlgorithmOfName(name); got != a {
				t.Errorf("AlgorithmOfName(%q) = %v, want %v", name, got, a)
			}
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
