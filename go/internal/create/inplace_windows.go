package create

import (
	"os"
	"syscall"
)

// putInPlace names the written file in one step.
func putInPlace(part, path string, force bool) error {
	if force {
		return os.Rename(part, path)
	}
	from, err := syscall.UTF16PtrFromString(part)
	if err != nil {
		return err
	}
	to, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	return syscall.MoveFile(from, to) // never replaces, unlike os.Rename
}

func syncDirectory(string) {} // Windows can't sync directories
