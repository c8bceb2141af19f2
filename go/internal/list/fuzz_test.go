package list_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Every line of any text is a valid entry, malformed, blank or a comment.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample(9)), "", uint8(0))
	f.Add([]byte("\ufeff"+md5Hex+"  a\r\n\r\n \n"), "MD5SUMS", uint8(digest.SHA1))
	f.Add([]byte("MD5 (a) = b) = "+md5Hex+"\n\\MD5 (\\\\\\n\\r) = "+md5Hex), "x.sha3-256", uint8(digest.SHA3_512))
	f.Add([]byte("# BLAKE2B HASH\n# SHA1 HASH\n"+sha1Hex+"  a\n# SHA3-256 HASH\n"+sha256Hex+"  a\n"), "a.DIGESTS", uint8(0))
	f.Add([]byte("# BLAKE2B HASH\n"+sha512Hex+"  a\n"), "SHA3SUMS", uint8(digest.SHA512))
	f.Add([]byte(md5Hex+"  a\n"), "x.b3", uint8(0))
	f.Add([]byte("BLAKE3 (a) = "+sha256Hex+"\nMD5 (a) = "+md5Hex), "B3SUMS", uint8(0))
	f.Add([]byte("<!doctype html>"), "", uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, fileName string, algorithm uint8) {
		o := list.Options{FileName: fileName, Algorithm: digest.Algorithm(algorithm % uint8(1+len(digest.All())))}
		checkHandedOver(t, text, o)
		got, err := list.Parse(bytes.NewReader(text), o)
		if err != nil {
			if refused := (*list.Error)(nil); !errors.As(err, &refused) || refused.Reason == "" || got != nil {
				t.Fatalf("Parse(%q) = %v, %v; want an *Error with a reason", text, got, err)
			}
			return
		}
		if strings.HasPrefix(string(text), "\xff\xfe") || strings.HasPrefix(string(text), "\xfe\xff") || strings.HasPrefix(string(text), "\x00\x00\xfe\xff") {
			return // decoded, see FuzzWideText
		}
		lines := splitLines(string(text))
		if got.Format == &list.Zero {
			lines = strings.Split(strings.TrimSuffix(strings.TrimPrefix(string(text), "\ufeff"), "\x00"), "\x00")
		}
		if hasOtherLines(got.Format) {
			for _, e := range got.Entries {
				checkDigests(t, e, string(text))
			}
			return
		}
		checkList(t, got, lines, o)
	})
}

// hasOtherLines reports whether a format has lines that are no entries of their own, or
// names and digests that are written in another way.
func hasOtherLines(f *list.Format) bool {
	return slices.Contains([]*list.Format{
		&list.Record, &list.Debian, &list.Gentoo, &list.Distinfo, &list.Mtree, &list.PrintMD, &list.Certutil, &list.PowerShell, &list.SevenZip,
		&list.S3Batch,
	}, f)
}

// splitLines cuts a text into lines without their ends, in the simplest way.
func splitLines(text string) []string {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// checkList checks that every line has its entry or malformed line, in order.
func checkList(t *testing.T, got *list.List, lines []string, o list.Options) {
	entries, malformed, signed := got.Entries, got.Malformed, false
	for i, line := range lines {
		n := int32(i + 1)
		switch {
		case len(entries) > 0 && entries[0].Line == n:
			checkEntry(t, entries[0], line, o)
			entries = entries[1:]
		case len(malformed) > 0 && malformed[0].Line == n:
			if m := malformed[0]; m.Reason == "" || len(m.Text) > 80 || !strings.HasPrefix(line, m.Text) {
				t.Errorf("line %q gives %+v", line, m)
			}
			signed = signed || strings.HasPrefix(malformed[0].Reason, "OpenPGP signature")
			malformed = malformed[1:]
		case signed && ofArmor.MatchString(line):
		case got.Format == &list.SFV && strings.HasPrefix(line, ";"):
		case got.Format == &list.Hashdeep && strings.HasPrefix(line, "%%%% "):
		case strings.HasPrefix(line, "#") || strings.Trim(line, " \t") == "":
		default:
			t.Errorf("line %d, %q, is skipped", n, line)
		}
	}
	if len(entries)+len(malformed) > 0 {
		t.Errorf("lines out of order or beyond the last, %d: %+v, %+v", len(lines), entries, malformed)
	}
}

// ofArmor matches lines that count with the first line of an OpenPGP signature.
var ofArmor = regexp.MustCompile(`^(Hash: .*|Version: .*|Comment: .*|Charset: .*|-----(BEGIN|END) PGP SIGNATURE-----|[A-Za-z0-9+/=]{0,76})[ \t]*$`)

// checkDigests checks that an entry of a text is whole.
func checkDigests(t *testing.T, e list.Entry, text string) {
	if size, ok := e.Size(); e.Name == "" || strings.Contains(e.Name, "\x00") || e.Line < 1 || ok && size < 0 {
		t.Errorf("%q gives %+v", text, e)
	}
	for i := range e.Digests() {
		d := e.Digest(i)
		raw, err := hex.DecodeString(d.Hex)
		if err != nil || d.Algorithm == digest.Unknown || len(raw) != d.Algorithm.Size() {
			t.Errorf("%q gives the digest %q of %v", text, d.Hex, d.Algorithm)
		}
	}
}

func checkEntry(t *testing.T, e list.Entry, line string, o list.Options) {
	checkDigests(t, e, line)
	for i := range e.Digests() {
		d := e.Digest(i)
		raw, _ := hex.DecodeString(d.Hex)
		if !strings.Contains(line, d.Hex) && !strings.Contains(line, base64.StdEncoding.EncodeToString(raw)) {
			t.Errorf("line %q has not the digest %q", line, d.Hex)
		}
	}
	if !strings.HasPrefix(strings.TrimLeft(line, " \t"), `\`) && !strings.Contains(line, e.Name) && !strings.HasPrefix(o.FileName, e.Name) {
		t.Errorf("line %q gives %+v", line, e)
	}
}

// A name without NUL survives being written and read, except "-", which coreutils
// takes for standard input.
func FuzzRoundTrip(f *testing.F) {
	for _, name := range awkwardNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" || strings.Contains(name, "\x00") || 2*len(name) > list.MaxLine-100 {
			return
		}
		want := name
		if name == "-" {
			want = "./-"
		}
		for _, write := range []func(name string) string{asText, asBinary, asTagged} {
			line := write(name)
			for _, end := range []string{"\n", "\r\n", ""} {
				got := parse(t, line+end, list.Options{})
				if len(got.Entries) != 1 || got.Entries[0].Name != want || len(got.Malformed) != 0 {
					t.Errorf("Parse(%q) = %+v, want the name %q", line+end, *got, want)
				}
			}
		}
	})
}

var awkwardNames = []string{
	"plain.txt", "a b", " leading space", "trailing space ", "*star", "**", "\ttab", "back\\slash", "\\", `\n`,
	"new\nline", "carriage\rreturn", "ends in return\r", "ends in newline\n", ") = ", "a) = " + md5Hex, "(", ")", "= ",
	"MD5 (a) = b", md5Hex + "  a", "#hash", "-", "\xff\xfenot UTF-8", "\x1b[31mred", "日本語", "\ufeff",
}

func asText(name string) string {
	return strings.TrimSuffix(string(list.Coreutils.Write(&list.Entry{Name: name, Hex: md5Hex})), "\n")
}

func asBinary(name string) string { return strings.Replace(asText(name), "  ", " *", 1) }

func asTagged(name string) string {
	return strings.TrimSuffix(string(list.Coreutils.WriteTagged(&list.Entry{Name: name, Hex: md5Hex, Algorithm: digest.MD5})), "\n")
}

// The list does not depend on where a block ends or on the pieces that a reader
// returns.
func FuzzBlocks(f *testing.F) {
	f.Add([]byte(sample(9)), uint16(1))
	f.Add([]byte(md5Hex+"  a\r\n"), uint16(len(md5Hex)+4))
	f.Fuzz(func(t *testing.T, text []byte, at uint16) {
		const first = list.MaxLine + 2 // bytes in the first block of size 1
		end := int(at) % (len(text) + 1)
		text = append([]byte(strings.Repeat("#", max(0, first-1-end))+"\n"), text...)
		want, wantErr := list.Parse(bytes.NewReader(text), list.Options{})
		for _, r := range []io.Reader{
			bytes.NewReader(text),
			iotest.HalfReader(bytes.NewReader(text)),
			iotest.DataErrReader(bytes.NewReader(text)),
		} {
			got, err := list.ParseBlocks(r, list.Options{}, 1)
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(err, wantErr) {
				t.Fatalf("with a block's end at %d: %+v, %v; want %+v, %v", end, got, err, want, wantErr)
			}
		}
	})
}

// fuzzFormat checks that a format reads any text without a crash, and refuses or reports
// whatever is not an entry. What was read is read again from the line written for it.
func fuzzFormat(f *testing.F, format *list.Format, fileName string, seeds ...string) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := list.Options{FileName: fileName, Format: format}
		got, err := list.Parse(strings.NewReader(text), o)
		if refused := (*list.Error)(nil); err != nil && (!errors.As(err, &refused) || got != nil) {
			t.Fatalf("Parse(%q) = %v, %v", text, got, err)
		}
		if err != nil {
			return
		}
		for _, m := range got.Malformed {
			if m.Reason == "" || m.Line < 1 {
				t.Errorf("Parse(%q) gives %+v", text, m)
			}
		}
		if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\x00\x00\xfe\xff") {
			return // decoded, see FuzzWideText
		}
		lines := splitLines(text)
		if format == &list.Zero {
			lines = strings.Split(strings.TrimPrefix(text, "\ufeff"), "\x00")
		}
		for _, e := range got.Entries {
			if hasOtherLines(format) {
				checkDigests(t, e, text)
			} else {
				checkEntry(t, e, lines[e.Line-1], o)
			}
			if !format.Writes() {
				continue
			}
			line := format.Write(&e)
			if line == nil {
				continue
			}
			again := parse(t, string(format.Header(&e))+string(line), o)
			if len(again.Entries) != 1 || len(again.Malformed) > 0 || strings.TrimPrefix(again.Entries[0].Name, "./") != strings.TrimPrefix(e.Name, "./") {
				t.Errorf("%+v is written as %q, which is read as %+v", e, line, *again)
			}
		}
	})
}

func FuzzOneSpace(f *testing.F) {
	fuzzFormat(f, &list.OneSpace, "", md5Hex+" a\n"+md5Hex+"  b\n\\"+md5Hex+"\ta\\n")
}

func FuzzBare(f *testing.F) {
	fuzzFormat(f, &list.Bare, "a.md5", md5Hex, md5Hex+"  -\n", "MD5(stdin)= "+md5Hex, "(stdin)= "+md5Hex)
}

func FuzzPrefixed(f *testing.F) {
	fuzzFormat(f, &list.Prefixed, "", "md5:"+md5Hex+"  a\n", "sha512-256:"+sha256Hex+" a\n", "sha256-"+sha256Base64+" *a", "blake3:"+sha256Hex+" a")
}

func FuzzPooch(f *testing.F) {
	fuzzFormat(f, &list.Pooch, "", "a "+md5Hex+"\n\"a b\" md5:"+md5Hex+" https://example.org/a\n")
}

func FuzzZero(f *testing.F) {
	fuzzFormat(f, &list.Zero, "", md5Hex+"  a\x00"+md5Hex+" *b\nc\x00MD5 (a) = "+md5Hex+"\x00")
}

func FuzzBase64(f *testing.F) {
	fuzzFormat(f, &list.Base64, "", sha256Base64+"  a\n\\"+sha256Base64+" *a\\n")
}

func FuzzSFV(f *testing.F) { fuzzFormat(f, &list.SFV, "a.sfv", "; by a tool\na b 352441C2\n") }

func FuzzHashdeep(f *testing.F) {
	fuzzFormat(f, &list.Hashdeep, "", "%%%% HASHDEEP-1.0\n%%%% size,md5,tiger,sha256,filename\n## x\n3,"+md5Hex+",00,"+sha256Hex+",a,b\n")
}

func FuzzSized(f *testing.F) { fuzzFormat(f, &list.Sized, "", "         3  "+md5Hex+"  a\n") }

func FuzzRecord(f *testing.F) {
	fuzzFormat(f, &list.Record, "RECORD", "a,sha256="+sha256URLBase64+",3\n\"b,\"\"c\",,\n d ,sm3=x,\n")
}

func FuzzDebian(f *testing.F) {
	fuzzFormat(f, &list.Debian, "", "Distribution: sid\nSHA256:\n "+sha256Hex+" 3 a\nFiles:\n "+md5Hex+" 3 misc optional a\nChecksums-Tiger:\n "+sha1Hex+" 3 a\n")
}

func FuzzGentoo(f *testing.F) {
	fuzzFormat(f, &list.Gentoo, "", "TIMESTAMP 2026-01-31T12:00:00Z\nDIST a 3 SHA512 "+sha512Hex+"\nAUX b\\x20c 3 MD5 "+md5Hex+" RMD160 "+sha1Hex+"\nIGNORE d\n")
}

func FuzzDistinfo(f *testing.F) {
	fuzzFormat(f, &list.Distinfo, "", "TIMESTAMP = 1\nSHA256 (a) = "+sha256Hex+"\nRMD160 (a) = "+sha1Hex+"\nSIZE (a) = 3\nSize (b) = 3 bytes\n$NetBSD$\n")
}

func FuzzMtree(f *testing.F) {
	fuzzFormat(f, &list.Mtree, "", "#mtree\n/set type=file\n. type=dir\n  a\\040\\M-C\\^A size=3 \\\n sha256="+sha256Hex+"\n..\n/unset all\n./b type=link\n")
}

func FuzzPrintMD(f *testing.F) {
	fuzzFormat(f, &list.PrintMD, "", "a: "+grouped(sha256Hex, 8)+"\nb:   SHA1 = "+grouped(sha1Hex[:20], 4)+"\n     "+grouped(sha1Hex[20:], 4)+"\nb: RMD160 = "+grouped(sha1Hex, 4)+"\n")
}

func FuzzCertutil(f *testing.F) {
	fuzzFormat(f, &list.Certutil, "a.sha1", "SHA256 hash of a:\n"+sha256Hex+"\nCertUtil: -hashfile\nSHA1-Hash von a:\n"+grouped(sha1Hex, 2)+"\n")
}

func FuzzPowerShell(f *testing.F) {
	fuzzFormat(f, &list.PowerShell, "", "Algorithm : MD5\nHash : "+md5Hex+"\nPath : a\n",
		"Algorithm Hash Path\n--------- ---- ----\nMD5 "+md5Hex+" a b\n", "#TYPE x\n\"Hash\",\"Path\"\n\""+md5Hex+"\",\"a\"\n")
}

func FuzzSevenZip(f *testing.F) {
	fuzzFormat(f, &list.SevenZip, "", filled(sampleOf(&list.SevenZip), nil))
}

func FuzzS3Batch(f *testing.F) {
	rows := s3Row("d/a%20b+c", "SHA256", "FULL_OBJECT", sha256Hex) + s3Row("b", "CRC64NVME", "FULL_OBJECT", md5Hex[:16]) + s3Row("c", "MD5", "COMPOSITE", md5Hex) + s3Row("d/", "MD5", "FULL_OBJECT", "d41d8cd98f00b204e9800998ecf8427e")
	fuzzFormat(f, &list.S3Batch, "", rows, s3Header+rows, s3Documented, s3Failed)
}

// Any bytes after a mark are decoded without a crash, in pieces of any size alike.
func FuzzWideText(f *testing.F) {
	f.Add([]byte(wide16(binary.LittleEndian, md5Hex+"  a€𝄞\n")), uint8(0))
	f.Add([]byte("\x00\xd8\x00"), uint8(2))
	f.Fuzz(func(t *testing.T, text []byte, kind uint8) {
		mark := []string{"\xff\xfe", "\xfe\xff", "\xff\xfe\x00\x00", "\x00\x00\xfe\xff"}[kind%4]
		want, wantErr := list.Parse(strings.NewReader(mark+string(text)), list.Options{})
		got, err := list.Parse(iotest.OneByteReader(strings.NewReader(mark+string(text))), list.Options{})
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(err, wantErr) {
			t.Errorf("%q: byte by byte %+v, %v; at once %+v, %v", text, got, err, want, wantErr)
		}
	})
}
