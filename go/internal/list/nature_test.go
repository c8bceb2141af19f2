package list_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

// A text that is not a list is named for what it is.
func TestATextIsNamedForWhatItIs(t *testing.T) {
	const (
		signature = "; give the list that it signs"
		download  = "; download the list again"
		give      = "; give the checksum list"
		unpack    = "; give the checksum list, or unpack it first"
	)
	var zipped, gzipped, tarred bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, _ := z.Create("a")
	w.Write([]byte("abc"))
	z.Close()
	g := gzip.NewWriter(&gzipped)
	g.Write([]byte("abc"))
	g.Close()
	r := tar.NewWriter(&tarred)
	r.WriteHeader(&tar.Header{Name: "a", Size: 3, Mode: 0o644, Format: tar.FormatUSTAR})
	r.Write([]byte("abc"))
	r.Close()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		self = []byte("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 100))
	}
	pe := "MZ" + strings.Repeat("\x00", 58) + "\x80\x00\x00\x00" + strings.Repeat("x", 64) + "PE\x00\x00L\x01"
	for _, tt := range []struct{ text, want string }{
		{"-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n", "this is an OpenPGP signature" + signature},
		{"\x89\x02\x33\x04\x00\x01\x0a\x00\x1d\x16", "this is an OpenPGP signature" + signature},
		{"\x88\x75\x04\x00\x16\x0a\x00\x1d\x16", "this is an OpenPGP signature" + signature},
		{"\xc2\xc0\x73\x04\x01\x01\x08\x00\x06", "this is an OpenPGP signature" + signature},
		{"\x89\x01\x15\x03\x05\x00\x52\x00\x00\x00\x01", "this is an OpenPGP signature" + signature},
		{"untrusted comment: signature from minisign secret key\nRUQf6LRCGA9i\n", "this is a minisign or signify signature" + signature},
		{"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n", "this is an SSH signature" + signature},
		{"-----BEGIN PKCS7-----\nMII\n", "this is a CMS (PKCS #7) signature" + signature},
		{"\x30\x82\x01\x02\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", "this is a CMS (PKCS #7) signature" + signature},
		{`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`, "this is a Sigstore bundle" + signature},
		{"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "this is an OpenPGP key" + give},
		{"-----BEGIN CERTIFICATE-----\n", "this is a certificate or key" + give},
		{"\ufeff\n <!DOCTYPE html>\n<html>\n", "this looks like an HTML page" + download},
		{"<HTML><body>", "this looks like an HTML page" + download},
		{"<?xml version=\"1.0\"?>\n<html xmlns=\"…\">", "this looks like an HTML page" + download},
		{"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>", "this looks like XML" + download},
		{`{"message": "Not Found"}`, "this looks like JSON" + give},
		{"[\n  {\n  \"name\": 1}]", "this looks like JSON" + give},
		{zipped.String(), "this is a zip archive" + unpack},
		{gzipped.String() + "\n", "this is compressed with gzip" + unpack},
		{tarred.String(), "this is a tar archive" + unpack},
		{"\xfd7zXZ\x00\x00\x04", "this is compressed with xz" + unpack},
		{"BZh91AY&SY\x00", "this is compressed with bzip2" + unpack},
		{"\x28\xb5\x2f\xfd\x04\x00", "this is compressed with zstd" + unpack},
		{"7z\xbc\xaf\x27\x1c\x00", "this is a 7z archive" + unpack},
		{"!<arch>\ndebian-binary   ", "this is a Debian package or an ar archive" + give},
		{"%PDF-1.7\n", "this is a PDF" + give},
		{string(self), "this is a program" + give},
		{pe, "this is a program" + give},
		{strings.Repeat("\x00", 32768) + "\x01CD001\x01\x00" + strings.Repeat("\n x", 2000), "this is an ISO image" + give},
	} {
		wantRefused(t, tt.text, list.Options{FileName: "SHA256SUMS"}, list.Error{Reason: tt.want})
	}
}

// Signatures of real programs are recognised.
func TestRealSignaturesAreNamed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "list")
	if err := os.WriteFile(file, []byte("abc"), 0o666); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key")
	for _, tt := range []struct{ prepare, command, made, want string }{
		{"ssh-keygen -q -t ed25519 -N '' -f " + key, "ssh-keygen -q -Y sign -n file -f " + key + " " + file, file + ".sig", "this is an SSH signature"},
		{"gpg --batch --homedir " + dir + " --passphrase '' --quick-gen-key test ed25519",
			"gpg --batch --homedir " + dir + " --detach-sign " + file, file + ".sig", "this is an OpenPGP signature"},
		{"true", "gpg --batch --homedir " + dir + " --armor --detach-sign " + file, file + ".asc", "this is an OpenPGP signature"},
	} {
		os.Remove(tt.made)
		err := errors.Join(exec.Command("sh", "-c", tt.prepare).Run(), exec.Command("sh", "-c", tt.command).Run())
		if err != nil {
			t.Logf("%s: %v", tt.command, err)
			continue
		}
		text, err := os.ReadFile(tt.made)
		if err != nil {
			t.Fatal(err)
		}
		wantRefused(t, string(text), list.Options{}, list.Error{Reason: tt.want + "; give the list that it signs"})
	}
}

// A list is never refused for how it begins, if it has an entry, and a text that
// could be a damaged list keeps the reasons of its lines.
func TestAListIsNotTakenForSomethingElse(t *testing.T) {
	for _, text := range []string{
		"untrusted comment: verify with openbsd-76-base.pub\nRWQ\nMD5 (a) = " + md5Hex + "\n",
		"<html>\n" + md5Hex + "  a\n", "{\"a\"\n" + md5Hex + "  a\n",
		md5Hex + "  " + strings.Repeat("x", 257-34) + "ustar\n", md5Hex + "  " + strings.Repeat("x", 32769-34) + "CD001\n",
	} {
		if got := parse(t, text, list.Options{}); len(got.Entries) != 1 {
			t.Errorf("Parse(%.60q) = %.200v, want one entry", text, *got)
		}
	}
	for _, text := range []string{"MZ\n", "[prose]\n", "{prose}\n", "\x88\n", "<\n", "PK\n", "a <html> page\n", "\xc2\xa9 2026 by someone\n", "BZh\n"} {
		if got := parse(t, text, list.Options{}); len(got.Malformed) != 1 {
			t.Errorf("Parse(%q) = %v, want a malformed line", text, *got)
		}
	}
}
