package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestCertutilWritesTheNameBeforeTheDigest(t *testing.T) {
	const done = "CertUtil: -hashfile command completed successfully.\n"
	checkFormats(t, []formatTest{
		{"Windows 10", "SHA256 hash of d\\a b.txt:\n" + sha256Hex + "\n" + done + "MD5 hash of file c:\r\n" + md5Hex + "\r\n" + done, list.Options{}, &list.Certutil,
			"1 \"d\\\\a b.txt\" sha256\n4 \"file c\" md5\n"},
		{"Windows 7", "SHA1 hash of file a.txt:\n" + grouped(sha1Hex, 2) + "\n" + done, list.Options{}, &list.Certutil, "1 \"a.txt\" sha1\n"},
		{"another language", "SHA256-Hash von a b.iso:\n" + sha256Hex + "\nCertUtil: -hashfile-Befehl wurde erfolgreich ausgeführt.\n", list.Options{FileName: "a b.iso.sha256"}, &list.Certutil,
			"1 \"a b.iso\" sha256\n"},
		{"another language, without a name", "SHA256-Hash von a b.iso:\n" + sha256Hex + "\nCertUtil: -hashfile-Befehl wurde erfolgreich ausgeführt.\n", list.Options{}, &list.Certutil,
			"2 malformed: can't tell where the name begins in this language; call the list FILE.ALGORITHM, such as \"a.iso.sha256\"\n"},
		{"another file than the list's name says", "Hachage SHA256 de b.iso :\n" + sha256Hex + "\nCertUtil: -hashfile La commande s'est terminée correctement.\n", list.Options{FileName: "a.iso.sha256"}, &list.Certutil,
			"2 malformed: can't tell where the name begins in this language; call the list FILE.ALGORITHM, such as \"a.iso.sha256\"\n"},
		{"a failure", "MD5 hash of a:\n" + md5Hex + "\n" + done + "CertUtil: -hashfile command FAILED: 0x80070002\n", list.Options{}, &list.Certutil,
			"1 \"a\" md5\n4 malformed: expected \"ALGORITHM hash of NAME:\", or \"CertUtil: -hashfile …\"\n"},
		{"the end before the digest", "MD5 hash of a:\n" + md5Hex + "\n" + done + "MD5 hash of b:\n", list.Options{}, &list.Certutil, "1 \"a\" md5\n4 malformed: the name has no digest\n"},
		{"no digest", "MD5 hash of a:\n" + md5Hex + "\n" + done + "MD5 hash of b:\n" + done, list.Options{}, &list.Certutil,
			"1 \"a\" md5\n5 malformed: expected a digest after the line that names the file\n"},
		{"no name", "MD5 hash of :\n" + md5Hex + "\n", list.Options{}, &list.Certutil, "2 malformed: the name is empty\n"},
	})
}
