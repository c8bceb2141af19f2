package create

import (
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
)

// Write writes the list at a path: the whole text that make returns, or nothing. If
// make returns no text, there is no list.
func Write(j *job.Job, path paths.Path, force bool, make func() ([]byte, error)) error {
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
	return placeAll([]*target{t}, j.Commit)
}
