package engine

import (
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/checksig/checksig/go/internal/problem"
)

// output is a list that is being written, without a name, or under a name of its
// own, until it is whole: a list that ends in the middle would be one of fewer files.
type output struct {
	path  string
	force bool // replace what is there
	mode  fs.FileMode
	part  *os.File
	named bool // part has a name, because the file system has no files without one
}

// openOutput refuses at once what could not be put in place after the work.
func openOutput(path string, force bool) (*output, error) {
	o := &output{path: path, force: force, mode: 0o666}
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, problem.At(path, problem.OutputNotRegular, "is a folder; name a file")
	case err == nil && !info.Mode().IsRegular():
		return nil, problem.At(path, problem.OutputNotRegular, "is no regular file; only such a one is replaced")
	case err == nil && !force:
		return nil, exists(path)
	case err == nil:
		o.mode = info.Mode().Perm()
	}
	if o.part, err = openNameless(filepath.Dir(path), o.mode); err != nil {
		o.named = true
		o.part, err = o.openPart()
	}
	if err != nil {
		return nil, unwritable(path, err)
	}
	return o, nil
}

func (o *output) openPart() (*os.File, error) {
	return os.OpenFile(partName(o.path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, o.mode)
}

func exists(path string) error {
	return problem.At(path, problem.OutputExists, "exists already, and is replaced only by force")
}

func unwritable(path string, err error) error {
	return problem.At(path, problem.OutputUnwritable, "can't be written: %s", problem.Reason(err))
}

// place gives the list its name in one step, unless writing it failed or commit
// says no.
func (o *output) place(err error, commit func() bool) error {
	if o.named {
		if closed := o.part.Close(); err == nil {
			err = closed
		}
	}
	if err == nil && !commit() {
		return problem.ErrCancelled
	}
	if err == nil {
		err = o.putInPlace()
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

func (o *output) putInPlace() error {
	if o.named {
		return putInPlace(o.part.Name(), o.path, o.force)
	}
	defer o.part.Close()
	if o.force {
		return o.replace()
	}
	err := giveName(o.part, o.path)
	if err == nil || os.IsExist(err) {
		return err
	}
	return o.copy()
}

// replace gives the list a name of its own first, since only a rename replaces a
// file. A process that is killed between these two system calls leaves a part.
func (o *output) replace() error {
	part := partName(o.path)
	if err := giveName(o.part, part); err != nil {
		return o.copy()
	}
	err := os.Rename(part, o.path)
	if err != nil {
		os.Remove(part)
	}
	return err
}

// copy is for systems that make files without a name and then refuse them one.
func (o *output) copy() error {
	part, err := o.openPart()
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if _, err = o.part.Seek(0, io.SeekStart); err == nil {
		_, err = io.Copy(part, o.part)
	}
	if err == nil {
		err = part.Sync()
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = putInPlace(part.Name(), o.path, o.force)
	}
	return err
}

// discard removes what has not got its name. It may be called at any time.
func (o *output) discard() {
	o.part.Close()
	if o.named {
		os.Remove(o.part.Name())
	}
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
