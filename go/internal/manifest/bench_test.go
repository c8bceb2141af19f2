package manifest_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/checksig/checksig/go/internal/manifest"
)

func BenchmarkParse(b *testing.B) {
	const entries = 1_000_000
	for _, bb := range []struct{ name, format string }{
		{"untagged", "%064x  data/%03[2]d/file-%07[1]d.bin\n"},
		{"tagged", "SHA256 (data/%03[2]d/file-%07[1]d.bin) = %064[1]x\n"},
		{"escaped", "\\%064x  data/%03[2]d/file\\n%07[1]d.bin\n"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			var list bytes.Buffer
			for i := range entries {
				fmt.Fprintf(&list, bb.format, i, i%1000)
			}
			b.SetBytes(int64(list.Len()))
			b.ReportAllocs()
			for b.Loop() {
				l, err := manifest.Parse(bytes.NewReader(list.Bytes()), manifest.Options{})
				if err != nil || len(l.Entries) != entries {
					b.Fatalf("Parse = %d entries, %v; want %d", len(l.Entries), err, entries)
				}
			}
		})
	}
}
