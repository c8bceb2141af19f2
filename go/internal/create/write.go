package create

import (
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
)

// Write writes the list at a path: the whole text that make returns, or nothing. If
// make returns no text, there is no list.
func Write(j *job.Job, path paths.Path, force bool, make func() ([]byte, error)) error {
	c := &creation{output: path, force: force}
	out, err := c.open(j)
	if err != nil {
		return err
	}
	defer out.discard()
	text, err := make()
	if err != nil || text == nil {
		return err
	}
	_, err = out.part.Write(text)
	if err == nil {
		err = syncFile(out.part)
	}
	return path.AsShown(out.place(err, j.Commit))
}
