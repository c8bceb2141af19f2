package multibuffer

import "testing"

func TestKernelsAgreeWithTheStandardLibraryAndAWrongOneIsDetected(t *testing.T) {
	kernels := natives()
	if len(kernels) == 0 {
		t.Skip("no kernels for this CPU, or no cgo")
	}
	for _, k := range kernels {
		if !agrees(&k) {
			t.Errorf("%s computes %v wrongly", k.name, k.family)
		}
		wrong := k // with another family than its code computes
		if wrong.family = MD5; k.family == MD5 {
			wrong.family = SHA1
		}
		if agrees(&wrong) {
			t.Errorf("%s for %v is accepted for %v", k.name, k.family, wrong.family)
		}
	}
}
