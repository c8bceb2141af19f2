//go:build linux && (amd64 || arm64 || loong64 || riscv64 || s390x)

package tree

import (
	"syscall"
	"unsafe"
)

// fiemap is struct fiemap of linux/fiemap.h with room for one extent.
type fiemap struct {
	start, length                  uint64
	flags, mapped, count, reserved uint32
	extent                         struct {
		logical, physical, length uint64
		reserved                  [2]uint64
		flags                     uint32
		more                      [3]uint32
	}
}

const (
	fsIocFiemap   = 0xC020660B // FS_IOC_FIEMAP, linux/fs.h
	extentUnknown = 0x2        // FIEMAP_EXTENT_UNKNOWN, linux/fiemap.h
)

// Extent returns the offset on its disk at which the file begins; 0 if it has no content
// there yet. It is an error if the file system doesn't tell.
func (f File) Extent() (uint64, error) {
	m := fiemap{length: ^uint64(0), count: 1}
	for {
		_, _, number := syscall.Syscall(syscall.SYS_IOCTL, uintptr(f.fd), fsIocFiemap, uintptr(unsafe.Pointer(&m)))
		switch {
		case number == syscall.EINTR:
			continue
		case number != 0:
			return 0, number
		case m.mapped == 0 || m.extent.flags&extentUnknown != 0:
			return 0, nil
		}
		return m.extent.physical, nil
	}
}
