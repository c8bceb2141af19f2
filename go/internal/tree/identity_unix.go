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

func identityOf(f fs.FileInfo) Identity {
	s, ok := f.Sys().(*syscall.Stat_t)
	if !ok {
		return Identity{}
	}
	return Identity{s.Ino, uint64(s.Dev)}
}

// deviceOf returns the number of the file system that a file is on.
func deviceOf(f fs.FileInfo) (uint64, bool) {
	s, ok := f.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(s.Dev), true
}
