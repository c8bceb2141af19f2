//go:build !windows

package tree

import (
	"io/fs"
	"syscall"
)

// identity is equal for all names of one file, and of few other files.
func identity(f fs.FileInfo) [2]uint64 {
	if s, ok := f.Sys().(*syscall.Stat_t); ok {
		return [2]uint64{uint64(s.Dev), s.Ino}
	}
	return [2]uint64{}
}
