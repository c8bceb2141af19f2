//go:build !cgo || !(amd64 || arm64)

package multibuffer

func natives() []kernel { return nil }

func (k *kernel) compress([]State, []byte, []Message, int) { panic("multibuffer: no kernels") }

func ticks() uint64 { return 0 }
