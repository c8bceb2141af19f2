//go:build !windows

package create

import (
	"errors"
	"os"
	"syscall"
)

// putInPlace gives the written file its name in one step. A link, unlike a
// rename, never replaces anything; some file systems have none.
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

// syncDirectory makes the new name last through a power cut. Where folders can't
// be synced the list is in place all the same.
func syncDirectory(path string) {
	if d, err := os.Open(path); err == nil {
		d.Sync()
		d.Close()
	}
}
