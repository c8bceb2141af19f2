package engine

import (
	"errors"
	"io/fs"
	"os"

	"github.com/checksig/checksig/go/internal/tree"
)

// failedOpen is the verdict on a file that can't be opened.
func failedOpen(err error) reading {
	var special *tree.NotRegularError
	status := Unreadable
	switch {
	case tree.IsMissing(err):
		status = Missing
	case errors.Is(err, tree.ErrOutside):
		status = OutsideRoot
	case errors.As(err, &special):
		status = NotRegular
	}
	return reading{status, nil, -1, reason(err)}
}

// reason is the text of err without the path, which the result has already.
func reason(err error) string {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		err = p.Err
	case errors.As(err, &l):
		err = l.Err
	}
	return err.Error()
}
