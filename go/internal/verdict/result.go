package verdict

import (
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/tree"
)

// Result is the verdict on one entry or file.
type Result struct {
	Path      string // as in the list; relative to the root for Extra; "" for Malformed
	Status    Status
	Fails     bool             // whether it fails the run
	Algorithm digest.Algorithm // Unknown for Malformed and Extra
	Expected  string           // hex, lower case; "" if there is none
	Actual    string           // hex, lower case; "" if none was computed
	Size      int64            // in bytes; -1: unknown
	Manifest  string           // path of the list; "" for Extra
	Line      int32            // 1-based; 0 for Extra, and for a list without entries
	Detail    string           // the reason as text; may be ""
	MovedTo   string           // the new name of a file that has moved, relative to the root; otherwise ""
	MovedWith string           // the old name of the directory that was renamed; "" if the file moved by itself
	Found     *Found           // of an archive alone: what there is to record; nil: nothing new
}

// Found is the state of a file of an archive.
type Found struct {
	tree.Info
	Sums string // the digests of all its algorithms in hex, one after another; "" if it was not read
	Name string // the new name of a file that has moved, else ""
}
