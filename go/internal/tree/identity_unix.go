//go:build !windows

package tree

import (
	"io/fs"
	"syscall"
)

// identity is the same for all names of a file, and rarely for different files.
func identity(f fs.FileInfo) [2]uint64 {
	if s, ok := f.Sys().(*syscall.Stat_t); ok {
		return [2]uint64{uint64(s.Dev), s.Ino}
	}
	return [2]uint64{}
}
