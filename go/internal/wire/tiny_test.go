package wire

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/treetest"
)

// BenchmarkTiny runs jobs on one tiny file, from a thread of C as it were.
func BenchmarkTiny(b *testing.B) {
	root := treetest.Make(b, "a=in", "SHA256SUMS="+treetest.SHA256("in")+"  a\n")
	for job, request := range map[string]string{
		"verify": `{"job":"verify","root":%q,"manifests":["%[1]s/SHA256SUMS"],"directory":"/","keep":"failures","strict":true}`,
		"digest": `{"job":"digest","root":%q,"name":"a","algorithm":"sha256"}`,
	} {
		text := fmt.Appendf(nil, request, root)
		b.Run(job, func(b *testing.B) {
			runtime.LockOSThread() // as a call from C is
			defer runtime.UnlockOSThread()
			b.ReportAllocs()
			for b.Loop() {
				j, err := Start(b.Context(), text)
				if err != nil {
					b.Fatal(err)
				}
				if batch := j.Next(time.Minute); batch.Summary == nil || batch.Summary.Err != nil {
					b.Fatalf("%+v", batch)
				}
			}
		})
	}
}
