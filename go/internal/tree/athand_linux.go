//go:build linux && (amd64 || arm64 || loong64 || riscv64)

package tree

import (
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"github.com/checksig/checksig/go/internal/mounts"
)

// From linux/openat2.h and linux/fs.h; package syscall lacks them.
const (
	resolveNoSymlinks = 0x04
	resolveCached     = 0x20 // since Linux 5.12; older ones refuse it
	readNoWait        = 0x08 // RWF_NOWAIT
	currentDir        = -100 // AT_FDCWD
)

// AtHandSize is the size in bytes of the largest file that is at hand.
const AtHandSize = 32 << 10

// IsFileAtHand reports whether the regular file at an absolute path can be opened and read
// without waiting for storage: its directories are in the kernel's cache, its file system
// is of this machine alone, and it is small and in memory. The function itself doesn't
// wait; of a file that is not in memory, the kernel begins to read it. What it says is of
// the moment: a caller may rely on it for speed, not for a verdict.
func IsFileAtHand(path string) bool { return isAtHand(path, syscall.S_IFREG) }

// IsDirectoryAtHand is IsFileAtHand for a directory that is to be opened, but not read.
func IsDirectoryAtHand(path string) bool { return isAtHand(path, syscall.S_IFDIR) }

func isAtHand(path string, kind uint32) bool {
	// Before it opens a root, Open resolves each "..".
	return !strings.Contains(path, "..") && isAtHandIn(currentDir, path, kind, resolveCached)
}

// IsAtHand is IsFileAtHand for a name beneath the root.
func (r *Root) IsAtHand(name string) bool {
	if !r.kernel || strings.HasPrefix(name, "/") && !r.all {
		return false
	}
	resolve := uint64(resolveCached)
	if !r.all {
		resolve |= resolveBeneath | resolveNoSymlinks // a link may have to be resolved in several calls
	}
	return isAtHandIn(r.fd, name, syscall.S_IFREG, resolve)
}

func isAtHandIn(directory int, name string, kind uint32, resolve uint64) bool {
	// To open a file asks its file system, except by O_PATH.
	fd, err := openCached(directory, name, openPath|syscall.O_CLOEXEC, resolve)
	if err != nil {
		return false
	}
	defer syscall.Close(fd)
	found := mounts.Look(fd)
	if !found.Local || found.Mode&syscall.S_IFMT != kind {
		return false
	}
	return kind == syscall.S_IFDIR || found.Size <= AtHandSize && isInMemory(directory, name, found.Size, resolve)
}

func openCached(directory int, name string, flags, resolve uint64) (int, error) {
	path, err := syscall.BytePtrFromString(name)
	if err != nil {
		return -1, err
	}
	how := openHow{flags: flags, resolve: resolve}
	fd, _, number := syscall.Syscall6(sysOpenat2, uintptr(directory), uintptr(unsafe.Pointer(path)),
		uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
	if number != 0 {
		return -1, number
	}
	return int(fd), nil
}

var scratch = sync.Pool{New: func() any { return new([AtHandSize + 1]byte) }}

// isInMemory reports whether a whole file can be read at once. It reads the file, because
// a page that is in memory may still be waiting for its content.
func isInMemory(directory int, name string, size int64, resolve uint64) bool {
	fd, err := openCached(directory, name, openFlags, resolve)
	if err != nil {
		return false
	}
	defer syscall.Close(fd)
	room := scratch.Get().(*[AtHandSize + 1]byte)
	defer scratch.Put(room)
	part := syscall.Iovec{Base: &room[0], Len: uint64(len(room))}
	const here = ^uintptr(0) // the offset of the file, in two halves
	n, _, number := syscall.Syscall6(sysPreadv2, uintptr(fd), uintptr(unsafe.Pointer(&part)), 1, here, here, readNoWait)
	return number == 0 && int64(n) == size
}
