//go:build !windows

package paths

import "strings"

func isAbsolute(path string) bool { return strings.HasPrefix(path, "/") }

func join(directory, path string) (string, error) {
	return strings.TrimSuffix(directory, "/") + "/" + path, nil
}
