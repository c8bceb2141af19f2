package list_test

import (
	"bytes"
	"fmt"
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
