//go:build !linux || !(amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package tree

// ReadAhead does nothing: the call is missing here, or has another form.
func (f File) ReadAhead() {}
