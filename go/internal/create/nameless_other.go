//go:build !linux

package create

import (
	"errors"
	"io/fs"
	"os"
)

var openNameless = func(string, fs.FileMode) (*os.File, error) { return nil, errors.ErrUnsupported }

var giveName = func(*os.File, string) error { return errors.ErrUnsupported }
