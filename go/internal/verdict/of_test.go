package verdict

import (
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/tree"
)

func TestAFileThatCantBeOpenedOrReadHasAVerdictAndAReason(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status Status
		detail string
	}{
		{nil, OK, ""},
		{&fs.PathError{Op: "open", Path: "a", Err: syscall.ENOENT}, Missing, syscall.ENOENT.Error()},
		{syscall.ENOTDIR, Missing, syscall.ENOTDIR.Error()},
		{syscall.EACCES, Unreadable, syscall.EACCES.Error()},
		{tree.ErrOutside, OutsideRoot, tree.ErrOutside.Error()},
		{fmt.Errorf("a: %w", tree.ErrOutside), OutsideRoot, "a: " + tree.ErrOutside.Error()},
		{&tree.NotRegularError{Kind: "FIFO"}, NotRegular, "is a FIFO"},
		{&hashing.ReadError{Reason: "no such file or directory"}, Unreadable, "no such file or directory"},
		{&hashing.ReadError{Reason: "modified", Changed: true}, Changed, "modified"},
	} {
		if status, detail := Of(tt.err); status != tt.status || detail != tt.detail {
			t.Errorf("Of(%v) = %v, %q; want %v, %q", tt.err, status, detail, tt.status, tt.detail)
		}
	}
}

func TestEveryStatusHasAUniqueName(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Statuses() {
		if s.String() == "" || seen[s.String()] {
			t.Errorf("the name %q of status %d is empty or not unique", s, s)
		}
		seen[s.String()] = true
	}
}
