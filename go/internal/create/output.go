package create

import (
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// output is a list that is being written. Until it is complete, it has no name or a
// temporary name, because a truncated list would look like a list of fewer files.
type output struct {
	path  string
	force bool // replace an existing file
	mode  fs.FileMode
	part  *os.File
	named bool // whether part has a temporary name, for lack of nameless files

	replaces bool   // an existing file, as keep has seen
	kept     string // another name of that file
}

// openOutput creates an output. It returns an error at once if the list could not be
// put in place later.
func openOutput(path string, force bool) (*output, error) {
	return openChecked(path, force, checkIsList)
}

// openChecked is openOutput, with what decides whether an existing file may be replaced.
func openChecked(path string, force bool, check func(string, fs.FileInfo) error) (*output, error) {
	o := &output{path: path, force: force, mode: 0o666}
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, problem.At(path, problem.OutputNotRegular, "is a directory; give the path of a file")
	case err == nil && !info.Mode().IsRegular():
		return nil, problem.At(path, problem.OutputNotRegular, "not a regular file, refusing to replace it")
	case err == nil && !force:
		return nil, exists(path)
	case err == nil:
		if err := check(path, info); err != nil {
			return nil, err
		}
		o.mode = info.Mode().Perm()
	}
	if o.part, err = openNameless(filepath.Dir(path), o.mode); err != nil {
		o.named = true
		o.part, err = o.openPart()
	}
	if err != nil {
		return nil, unwritable(path, err)
	}
	if info != nil {
		keepRights(o.part, info)
	}
	return o, nil
}

// checkIsList returns an error if a file has content and is not a checksum list, so
// that a mistyped path doesn't cost the user a file that nothing can bring back.
func checkIsList(path string, info fs.FileInfo) error {
	if info.Size() == 0 {
		return nil
	}
	f, err := tree.OpenPath(path)
	if err != nil {
		return unwritable(path, err)
	}
	defer f.Close()
	if !list.HasEntry(f, filepath.Base(path)) {
		return problem.At(path, problem.OutputNotAList, "not a checksum list, refusing to replace it")
	}
	return nil
}

func (o *output) openPart() (*os.File, error) {
	return os.OpenFile(partName(o.path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, o.mode)
}

func exists(path string) error {
	return problem.At(path, problem.OutputExists, "already exists")
}

func unwritable(path string, err error) error {
	return problem.At(path, problem.OutputUnwritable, "can't be written: %s", problem.Reason(err))
}

// place names the list in one step, unless err is not nil or commit returns false.
// err is the error of writing the list.
func (o *output) place(err error, commit func() bool) error {
	err = o.close(err)
	if err == nil && !commit() {
		return problem.ErrCancelled
	}
	if err == nil {
		err = o.putInPlace()
	}
	return o.placed(err)
}

// close closes a file that has a temporary name. err is the error of writing the list.
func (o *output) close(err error) error {
	if o.named {
		if closed := o.part.Close(); err == nil {
			err = closed
		}
	}
	return err
}

// placed returns the error of putting the list in place for people.
func (o *output) placed(err error) error {
	switch {
	case err == nil:
		syncDirectory(filepath.Dir(o.path))
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

// replace gives the list a temporary name first, because only a rename replaces a
// file. A process killed between the two system calls leaves the temporary file.
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

// copy is for systems that create nameless files but can't name them.
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
		err = syncFile(part)
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = putInPlace(part.Name(), o.path, o.force)
	}
	return err
}

// syncFile writes a file through to the storage. Tests replace it.
var syncFile = (*os.File).Sync

// discard removes the list, unless place has named it. It may be called at any time.
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

// partName returns a temporary name for a list. It is short, so that it is allowed
// even if the list's own name is as long as the system allows.
func partName(list string) string {
	return filepath.Join(filepath.Dir(list), fmt.Sprintf("%s%08x%s", partPrefix, rand.Uint32(), partSuffix))
}

// isPart reports whether a name is the temporary name of a list, which a killed run
// may leave behind.
func isPart(name string) bool {
	random, ok := strings.CutPrefix(path.Base(name), partPrefix)
	random, ended := strings.CutSuffix(random, partSuffix)
	return ok && ended && len(random) == 8 && strings.Trim(random, "0123456789abcdef") == ""
}
