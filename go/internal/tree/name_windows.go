package tree

import "io/fs"

func directoryPath(path string) string { return path }

const listFlags = openFlags

func checkName(name string) error { return checkWindowsName(name) }

// listedSize returns the size of a file by its directory. It may be an old one.
func listedSize(e fs.DirEntry) int64 {
	info, err := e.Info()
	if err != nil || !e.Type().IsRegular() {
		return -1
	}
	return info.Size()
}
