package engine

import (
	"fmt"

	"github.com/checksig/checksig/go/internal/tree"
)

// reading is what came of reading one file.
type reading struct {
	status Status // OK: all of it was read, and it held still
	sum    []byte // the digest, valid until the lane's next file
	size   int64  // in bytes; -1: unknown
	detail string // why, where status is not OK
}

// moved says what shows that the file was written while it was read. Files of
// /proc say they have 0 bytes and have some; that alone is no movement.
func moved(before, after tree.Info, total int64) string {
	switch {
	case before.Size != after.Size:
		return fmt.Sprintf("size went from %d to %d bytes while it was read", before.Size, after.Size)
	case before.ModTime != after.ModTime:
		return "modified while it was read"
	case before.Size != total && before.Size > 0:
		return fmt.Sprintf("size is %d bytes, but %d could be read", before.Size, total)
	}
	return ""
}
