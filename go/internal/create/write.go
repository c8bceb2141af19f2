package create

import (
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
)

// Write writes the list at a path: the whole text that make returns, or nothing. If
// make returns no text, there is no list.
func Write(j *job.Job, path paths.Path, force bool, make func() ([]byte, error)) error {
	return write(j, path, force, make, func() error { return nil })
}

// Replace replaces the list at a path by the whole text that make returns, if it returns
// one, with the permissions of the old one. Once the text is complete, may can refuse.
func Replace(j *job.Job, path paths.Path, make func() ([]byte, error), may func() error) error {
	return write(j, path, true, make, may)
}

func write(j *job.Job, path paths.Path, force bool, make func() ([]byte, error), may func() error) error {
	t := &target{path: path}
	if err := j.Undoable(func() (func(), error) { return t.discard, t.open(force) }); err != nil {
		return err
	}
	defer t.discard()
	text, err := make()
	if err != nil || text == nil {
		return err
	}
	t.text.Write(text) // its error is that of complete
	var refused error
	err = placeAll([]*target{t}, func() bool {
		refused = may()
		return refused == nil && j.Commit()
	})
	if refused != nil {
		return refused
	}
	return err
}
