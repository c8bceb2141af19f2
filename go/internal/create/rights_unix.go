//go:build unix

package create

import (
	"io/fs"
	"os"
	"syscall"
)

// keepRights gives a file the permissions of the one that it will replace, whatever the
// umask is, and its owner and group as far as the process may. Not every file system has
// them.
func keepRights(f *os.File, old fs.FileInfo) {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(stat.Uid), int(stat.Gid))
	}
	_ = f.Chmod(old.Mode().Perm())
}
