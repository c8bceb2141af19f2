package tree

import (
	"errors"
	"unicode/utf8"
)

func folderPath(path string) string { return path }

const folderFlags = openFlags

// checkName refuses bytes that no Windows name can hold: converted for the
// system they would turn into U+FFFD, and that might be some other file's name.
func checkName(name string) error {
	if !utf8.ValidString(name) {
		return errors.New("the name is not UTF-8, so no file can have it on Windows")
	}
	return nil
}
