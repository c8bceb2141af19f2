package multibuffer

import "testing"

func TestKernelsAgreeWithTheStandardLibraryAndAWrongOneIsFound(t *testing.T) {
	kernels := natives()
	if len(kernels) == 0 {
		t.Skip("this CPU has no kernel, or there is no cgo")
	}
	for _, k := range kernels {
		if !agrees(&k) {
			t.Errorf("%s computes %v wrongly", k.name, k.family)
		}
		wrong := k // the code of k, taken for another family's
		if wrong.family = MD5; k.family == MD5 {
			wrong.family = SHA1
		}
		if agrees(&wrong) {
			t.Errorf("%s for %v was taken for one for %v", k.name, k.family, wrong.family)
		}
	}
}
