package list_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func BenchmarkParse(b *testing.B) {
	const entries = 1_000_000
	for _, bb := range []struct{ name, header, format string }{
		{"untagged", "", "%064x  data/%03[2]d/file-%07[1]d.bin\n"},
		{"tagged", "", "SHA256 (data/%03[2]d/file-%07[1]d.bin) = %064[1]x\n"},
		{"escaped", "", "\\%064x  data/%03[2]d/file\\n%07[1]d.bin\n"},
		{"one-space", "", "%064x data/%03[2]d/file-%07[1]d.bin\n"},
		{"zero", "", "%064x  data/%03[2]d/file-%07[1]d.bin\x00"},
		{"base64", "", "+zzzzzzzzzzzzzz%027dA=  data/%03[2]d/file-%07[1]d.bin\n"},
		{"prefixed", "", "sha256:%064x  data/%03[2]d/file-%07[1]d.bin\n"},
		{"pooch", "", "data/%03[2]d/file-%07[1]d.bin %064[1]x\n"},
		{"sized", "", "%10[1]d  %064[1]x  data/%03[2]d/file-%07[1]d.bin\n"},
		{"hashdeep", "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n", "%[1]d,%032[1]x,%064[1]x,data/%03[2]d/file-%07[1]d.bin\n"},
		{"record", "", "data/%03[2]d/file-%07[1]d.bin,sha256=zzzzzzzzzzzzzz%027[1]dA8,%[1]d\n"},
		{"debian", "SHA256:\n", " %064x %[1]d data/%03[2]d/file-%07[1]d.bin\n"},
		{"gentoo", "", "DATA data/%03[2]d/file-%07[1]d.bin %[1]d BLAKE2B %0128[1]x SHA512 %0128[1]x\n"},
		{"distinfo", "TIMESTAMP = 1\n", "SHA256 (data/%03[2]d/file-%07[1]d.bin) = %064[1]x\nSIZE (data/%03[2]d/file-%07[1]d.bin) = %[1]d\n"},
		{"mtree", "#mtree\n", "./data/%03[2]d/file-%07[1]d.bin uid=0 gid=0 mode=644 time=1700000000.0 type=file size=%[1]d sha256digest=%064[1]x\n"},
		{"mtree-continued", "#mtree\n/set type=file\n", "./data/%03[2]d/file-%07[1]d.bin size=%[1]d \\\n    sha256digest=%064[1]x\n"},
		{"print-md", "", "file-%07[1]d.bin: AAAAAAAA AAAAAAAA AAAAAAAA AAAAAAAA AAAAAAAA AAAAAAAA AAAAAAAA\n    %08[1]X\n"},
		{"certutil", "", "SHA256 hash of data\\file-%07[1]d.bin:\n%064[1]x\nCertUtil: -hashfile command completed successfully.\n"},
		{"powershell-csv", "\"Algorithm\",\"Hash\",\"Path\"\n", "\"SHA256\",\"%064[1]X\",\"C:\\data\\%03[2]d\\file-%07[1]d.bin\"\n"},
		{"powershell-list", "", "Algorithm : SHA256\nHash      : %064[1]X\nPath      : C:\\data\\%03[2]d\\file-%07[1]d.bin\n\n"},
		{"powershell-table", "Algorithm Hash Path\n--------- ---- ----\n", "SHA256          %064[1]X       C:\\data\\%03[2]d\\file-%07[1]d.bin\n"},
		{"s3-batch", "", `bucket,data/%03[2]d/file-%07[1]d.bin,,succeeded,200,,"{""checksum_base64"":""zzzzzzzzzzzzzz%027[1]dA8\u003d"",""etag"":""3c3c1813042989094598e4b57ecbdc82"",""checksumAlgorithm"":""SHA256"",""checksumType"":""FULL_OBJECT""}"` + "\n"},
		{"7z", "SHA256" + strings.Repeat(" ", 68) + "Size  Name\n" + strings.Repeat("-", 64) + " -------------  ------------\n", "%064[1]x %13[1]d  data/%03[2]d/file-%07[1]d.bin\n"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			var text bytes.Buffer
			text.WriteString(bb.header)
			for i := range entries {
				fmt.Fprintf(&text, bb.format, i, i%1000)
			}
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				l, err := list.Parse(bytes.NewReader(text.Bytes()), list.Options{})
				if err != nil || len(l.Entries) != entries {
					b.Fatalf("Parse = %d entries, %v; want %d", len(l.Entries), err, entries)
				}
			}
		})
	}
}
