//go:build !linux || !(amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package tree

// ReadAhead does nothing where there is no such call, or one in another form.
func (f File) ReadAhead() {}
