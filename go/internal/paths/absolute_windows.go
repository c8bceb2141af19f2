package paths

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

func isAbsolute(path string) bool { return filepath.IsAbs(path) }

// join handles the four kinds of relative paths: a\b, \a\b, C:a\b and device names.
// Cleaning the path is safe here: Windows itself resolves ".." in the text, before
// any link.
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
	return syscall.FullPath(path) // relative to the working directory of another drive
}
