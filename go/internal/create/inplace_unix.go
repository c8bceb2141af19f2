//go:build !windows

package create

import (
	"errors"
	"os"
	"syscall"
)

// putInPlace names the written file in one step. A link, unlike a rename, never
// replaces a file, but some file systems don't support links.
func putInPlace(part, path string, force bool) error {
	if force {
		return os.Rename(part, path)
	}
	err := os.Link(part, path)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS) {
		if _, missing := os.Lstat(path); missing == nil {
			return os.ErrExist
		}
		return os.Rename(part, path)
	}
	return err
}

// syncDirectory makes the new name survive a power failure. Some file systems can't
// sync directories; the list is in place anyway.
func syncDirectory(path string) {
	if d, err := os.Open(path); err == nil {
		syncFile(d)
		d.Close()
	}
}
