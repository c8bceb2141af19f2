//go:build linux && (amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package tree

import "syscall"

const sequential = 2 // POSIX_FADV_SEQUENTIAL, linux/fadvise.h

// ReadAhead advises the kernel to read more of a large file ahead than usual.
func (f File) ReadAhead() {
	syscall.Syscall6(syscall.SYS_FADVISE64, uintptr(f.fd), 0, 0, sequential, 0, 0)
}
