package list

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// natureOf returns what a text without entries is, and what to do about it, by its
// first bytes; "" if they don't show it. It is meant for people who gave a wrong file.
func natureOf(head []byte) string {
	for _, n := range natures {
		if n.is(head) {
			return n.what + "; " + n.advice
		}
	}
	return ""
}

const (
	giveSigned = "give the list that it signs"
	giveList   = "give the checksum list"
	unpack     = "give the checksum list, or unpack it first"
	again      = "download the list again"
)

// natures are in the order in which they are tried.
var natures = []struct {
	what   string
	advice string
	is     func(head []byte) bool
}{
	{"this is an OpenPGP signature", giveSigned, starts("-----BEGIN PGP SIGNATURE-----")},
	{"this is an OpenPGP signature", giveSigned, isSignature},
	{"this is a minisign or signify signature", giveSigned, starts("untrusted comment: ")},
	{"this is an SSH signature", giveSigned, starts("-----BEGIN SSH SIGNATURE-----")},
	{"this is a CMS (PKCS #7) signature", giveSigned, starts("-----BEGIN PKCS7-----", "-----BEGIN CMS-----")},
	{"this is a CMS (PKCS #7) signature", giveSigned, holds("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 20)},
	{"this is a Sigstore bundle", giveSigned, both(isJSON, holds("application/vnd.dev.sigstore", 4<<10))},
	{"this is an OpenPGP key", giveList, starts("-----BEGIN PGP PUBLIC KEY", "-----BEGIN PGP PRIVATE KEY")},
	{"this is a certificate or key", giveList, starts("-----BEGIN CERTIFICATE", "-----BEGIN PUBLIC KEY", "-----BEGIN TRUSTED CERT")},
	{"this looks like an HTML page", again, startsText("<!doctype html", "<html", "<head", "<body")},
	{"this looks like an HTML page", again, both(startsText("<?xml", "<!--"), holds("<html", 1<<10))},
	{"this looks like XML", again, startsText("<?xml")},
	{"this looks like JSON", giveList, isJSON},
	{"this is a zip archive", unpack, starts("PK\x03\x04", "PK\x05\x06")},
	{"this is compressed with gzip", unpack, starts("\x1f\x8b")},
	{"this is compressed with xz", unpack, starts("\xfd7zXZ\x00")},
	{"this is compressed with bzip2", unpack, both(starts("BZh"), holds("1AY&SY", 10))},
	{"this is compressed with zstd", unpack, starts("\x28\xb5\x2f\xfd")},
	{"this is compressed with lz4", unpack, starts("\x04\x22\x4d\x18")},
	{"this is a 7z archive", unpack, starts("7z\xbc\xaf\x27\x1c")},
	{"this is a RAR archive", unpack, starts("Rar!\x1a\x07")},
	{"this is a tar archive", unpack, at(257, "ustar")},
	{"this is a Debian package or an ar archive", giveList, starts("!<arch>\n")},
	{"this is an RPM package", giveList, starts("\xed\xab\xee\xdb")},
	{"this is an ISO image", giveList, at(32769, "CD001")},
	{"this is a PDF", giveList, starts("%PDF-")},
	{"this is a program", giveList, starts("\x7fELF", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xca\xfe\xba\xbe")},
	{"this is a program", giveList, isPE},
}

// starts returns a function that finds one of the texts at the start.
func starts(texts ...string) func([]byte) bool {
	return func(head []byte) bool {
		return slices.ContainsFunc(texts, func(s string) bool { return bytes.HasPrefix(head, []byte(s)) })
	}
}

// startsText is like starts, but allows blanks before the text, and any case.
func startsText(texts ...string) func([]byte) bool {
	is := starts(texts...)
	return func(head []byte) bool {
		head = bytes.TrimLeft(head, " \t\r\n")
		return is(bytes.ToLower(head[:min(len(head), 32)]))
	}
}

func holds(text string, within int) func([]byte) bool {
	return func(head []byte) bool { return strings.Contains(string(head[:min(len(head), within)]), text) }
}

func at(offset int, text string) func([]byte) bool {
	return func(head []byte) bool {
		return 0 <= offset && offset < len(head) && bytes.HasPrefix(head[offset:], []byte(text))
	}
}

func both(a, b func([]byte) bool) func([]byte) bool {
	return func(head []byte) bool { return a(head) && b(head) }
}

// isJSON reports whether a text begins with an object, or with an array of objects,
// arrays or strings.
func isJSON(head []byte) bool {
	brackets := 0
	for _, c := range head[:min(len(head), 256)] {
		switch {
		case c == '{' || c == '[':
			brackets++
		case c == '"':
			return brackets > 0
		case !strings.ContainsRune(" \t\r\n", rune(c)):
			return false
		}
	}
	return false
}

// isSignature reports whether a text begins with an OpenPGP signature packet for a
// file (RFC 9580, 4.2 and 5.2).
func isSignature(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	body := head[2:]
	switch {
	case head[0] == 0x89 || head[0] == 0xc2 && 192 <= head[1] && head[1] < 224:
		body = head[3:] // the length takes two bytes
	case head[0] != 0x88 && head[0] != 0xc2:
		return false
	}
	version, kind := body[0], body[1]
	if version == 3 {
		kind = body[2] // after the length of what is hashed
	}
	return 3 <= version && version <= 6 && kind <= 1
}

// isPE reports whether a text begins with a program for Windows.
func isPE(head []byte) bool {
	if len(head) < 64 || !bytes.HasPrefix(head, []byte("MZ")) {
		return false
	}
	return at(int(binary.LittleEndian.Uint32(head[60:])), "PE\x00\x00")(head)
}
