//go:build !windows

package tree

import (
	"io/fs"
	"syscall"
)

func checkName(string) error { return nil }

// directoryPath changes path so that opening it fails unless it is a directory.
// Opening a FIFO would wait for a writer.
func directoryPath(path string) string { return path + "/." }

const listFlags = openFlags | syscall.O_DIRECTORY

// listedSize returns -1: a directory has no sizes.
func listedSize(fs.DirEntry) int64 { return -1 }
