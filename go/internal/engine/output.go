package engine

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// output is a list that is being written, under a name of its own until it is
// whole: a list that ends in the middle would be one of fewer files.
type output struct {
	path  string
	force bool // replace what is there
	part  *os.File
}

// openOutput refuses at once what could not be put in place after the work.
func openOutput(path string, force bool) (*output, error) {
	mode := fs.FileMode(0o666)
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, &ManifestError{path, 0, "is a folder; name a file"}
	case err == nil && !info.Mode().IsRegular():
		return nil, &ManifestError{path, 0, "is no regular file; only such a one is replaced"}
	case err == nil && !force:
		return nil, exists(path)
	case err == nil:
		mode = info.Mode().Perm()
	}
	part, err := os.OpenFile(partName(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return &output{path, force, part}, nil
}

func exists(path string) error {
	return &ManifestError{path, 0, "exists already, and is replaced only by force"}
}

func unwritable(path string, err error) error {
	return &ManifestError{path, 0, "can't be written: " + reason(err)}
}

// place gives the list its name in one step, unless writing it failed or commit
// says no.
func (o *output) place(err error, commit func() bool) error {
	if closed := o.part.Close(); err == nil {
		err = closed
	}
	if err == nil && !commit() {
		return ErrCancelled
	}
	if err == nil {
		err = putInPlace(o.part.Name(), o.path, o.force)
	}
	switch {
	case err == nil:
		syncFolder(filepath.Dir(o.path))
		return nil
	case os.IsExist(err):
		return exists(o.path)
	}
	return unwritable(o.path, err)
}

// discard removes what has not got its name.
func (o *output) discard() {
	o.part.Close()
	os.Remove(o.part.Name())
}

const (
	partPrefix = ".checksig-"
	partSuffix = ".part"
)

// partName is short, so that it fits where the list's own name just does.
func partName(list string) string {
	return filepath.Join(filepath.Dir(list), fmt.Sprintf("%s%08x%s", partPrefix, rand.Uint32(), partSuffix))
}

// isPart recognises what a run that was killed left of its list.
func isPart(name string) bool {
	random, ok := strings.CutPrefix(path.Base(name), partPrefix)
	random, ended := strings.CutSuffix(random, partSuffix)
	return ok && ended && len(random) == 8 && strings.Trim(random, "0123456789abcdef") == ""
}
