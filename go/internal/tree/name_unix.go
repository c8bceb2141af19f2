//go:build !windows

package tree

import "syscall"

func checkName(string) error { return nil }

// folderPath names path so that opening it fails where it is no folder. Opening
// a FIFO would wait for a writer.
func folderPath(path string) string { return path + "/." }

const folderFlags = openFlags | syscall.O_DIRECTORY
