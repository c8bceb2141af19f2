package create

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/checksig/checksig/go/internal/bag"
	"github.com/checksig/checksig/go/internal/problem"
)

// mover moves all files in a directory into the directory data in it, by renames only.
// What it has done shows in the directory, so that another run can go on after the
// process was killed at any step:
//
//	staging exists                the files are on their way into it, or back
//	marker exists, staging not    staging has become data; the tag files are not complete
//	neither                       nothing has begun, or all is done
type mover struct{ directory string }

const (
	staging = ".checksig-bagging"
	marker  = ".checksig-bagging.state"
)

// before is called before each step that changes something. Tests make it fail, or end
// the process.
var before = func(step string) error { return nil }

func (m mover) at(name string) string { return filepath.Join(m.directory, name) }

// isInterrupted reports whether an earlier run has not come to its end.
func (m mover) isInterrupted() bool { return exist(m.at(staging)) || exist(m.at(marker)) }

// checkMarker returns an error if what is named like the marker is not from a mover, whose
// marker is an empty file.
func (m mover) checkMarker() error {
	info, err := os.Lstat(m.at(marker))
	switch {
	case os.IsNotExist(err):
		return nil
	case err != nil:
		return tidied(err)
	case !info.Mode().IsRegular() || info.Size() > 0:
		return errors.New("not written by checksig, which needs this name; rename or move it first")
	}
	return nil
}

func exist(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// moveIn moves everything into data, from the state in which an earlier run has left it.
func (m mover) moveIn() error {
	if exist(m.at(marker)) && !exist(m.at(staging)) {
		return nil
	}
	if err := m.begin(); err != nil {
		return err
	}
	for {
		names, err := m.others()
		if err != nil {
			return err
		}
		if len(names) == 0 {
			break
		}
		for _, name := range names {
			if err := move(m.at(name), m.at(filepath.Join(staging, name))); err != nil {
				return err
			}
		}
	}
	syncDirectory(m.at(staging))
	syncDirectory(m.directory)
	if err := move(m.at(staging), m.at(bag.Payload)); err != nil {
		return err
	}
	syncDirectory(m.directory)
	return nil
}

// begin creates the staging directory, and then the marker.
func (m mover) begin() error {
	if !exist(m.at(staging)) {
		info, err := os.Stat(m.directory)
		if err != nil {
			return tidied(err)
		}
		if err := before("create " + staging); err != nil {
			return err
		}
		if err := os.Mkdir(m.at(staging), 0o700); err != nil {
			return tidied(err)
		}
		// Some file systems have no permissions; the payload is there anyway.
		_ = os.Chmod(m.at(staging), info.Mode().Perm())
	}
	if exist(m.at(marker)) {
		return nil
	}
	if err := before("create " + marker); err != nil {
		return err
	}
	f, err := os.OpenFile(m.at(marker), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return tidied(err)
	}
	f.Close()
	syncDirectory(m.directory)
	return nil
}

// others returns what is in the directory besides the mover's own.
func (m mover) others() (names []string, err error) {
	entries, err := os.ReadDir(m.directory)
	for _, e := range entries {
		if e.Name() != staging && e.Name() != marker {
			names = append(names, e.Name())
		}
	}
	return names, tidied(err)
}

// moveBack undoes a moveIn that failed. If it fails itself, another run goes on.
func (m mover) moveBack() error {
	if !m.isInterrupted() {
		return nil
	}
	entries, err := os.ReadDir(m.at(staging))
	if err != nil {
		return tidied(err)
	}
	for _, e := range entries {
		if err := move(m.at(filepath.Join(staging, e.Name())), m.at(e.Name())); err != nil {
			return err
		}
	}
	// In this order: a marker alone says that all files have been moved.
	if err := m.finish(); err != nil {
		return err
	}
	return tidied(os.Remove(m.at(staging)))
}

// finish removes the marker.
func (m mover) finish() error {
	if err := before("remove " + marker); err != nil {
		return err
	}
	if err := os.Remove(m.at(marker)); err != nil && !os.IsNotExist(err) {
		return tidied(err)
	}
	syncDirectory(m.directory)
	return nil
}

// move renames a file or directory. Nobody else should create files in the directories
// of a mover, but if one has the new name, it is not replaced.
func move(from, to string) error {
	if exist(to) {
		return fmt.Errorf("%s exists already", problem.Quoted(to))
	}
	if err := before("rename " + filepath.Base(from)); err != nil {
		return err
	}
	return tidied(os.Rename(from, to))
}

// tidied returns an error with its path, but not with two.
func tidied(err error) error {
	var link *os.LinkError
	if errors.As(err, &link) {
		return fmt.Errorf("can't move %s: %s", problem.Quoted(link.Old), problem.Reason(err))
	}
	return err
}
