package update

import (
	"io/fs"
	"syscall"
	"time"
)

// changed returns the time at which the system saw the last change of a file, which no
// program can set, unlike the time of modification: copies and unpacked files keep that.
func changed(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctim.Unix())
	}
	return info.ModTime()
}
