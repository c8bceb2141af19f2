package engine

import (
	"errors"

	"github.com/checksig/checksig/go/internal/problem"
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
	return reading{status, nil, -1, problem.Reason(err)}
}
