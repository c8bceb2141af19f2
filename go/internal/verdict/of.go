package verdict

import (
	"errors"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// Of returns the verdict on a file by the error of opening and reading it, before
// its digests are compared, and the reason as text. The verdict is OK for nil.
func Of(err error) (Status, string) {
	if err == nil {
		return OK, ""
	}
	var unread *hashing.ReadError
	var special *tree.NotRegularError
	status := Unreadable
	switch {
	case errors.As(err, &unread):
		if unread.Changed {
			status = Changed
		}
	case tree.IsMissing(err):
		status = Missing
	case errors.Is(err, tree.ErrOutside):
		status = OutsideRoot
	case errors.As(err, &special):
		status = NotRegular
	}
	return status, problem.Reason(err)
}
