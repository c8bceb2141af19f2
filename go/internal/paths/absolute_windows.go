package paths

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

func isAbsolute(path string) bool { return filepath.IsAbs(path) }

// join has four kinds of relative paths to deal with: a\b, \a\b, C:a\b, and a name
// of a device. Windows itself resolves "..", in the text, whatever is a link.
func join(directory, path string) (string, error) {
	volume := filepath.VolumeName(path)
	switch {
	case volume == "" && os.IsPathSeparator(path[0]):
		return syscall.FullPath(filepath.VolumeName(directory) + path)
	case volume == "":
		return syscall.FullPath(directory + `\` + path)
	case strings.EqualFold(volume, filepath.VolumeName(directory)):
		return syscall.FullPath(directory + `\` + path[len(volume):])
	}
	return syscall.FullPath(path) // the working directory that the other drive has
}
