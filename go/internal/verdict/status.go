// Package verdict has the words for what is found of one file, and of all.
package verdict

// Status is the verdict on one entry of a list, or on one file that none names.
type Status uint8

// The verdicts. Only OK is a good one.
const (
	OK          Status = iota
	Mismatch           // the digest or the size is another
	Missing            // nothing is there by that name
	Unreadable         // opening or reading failed
	NotRegular         // a directory, FIFO, device or socket
	OutsideRoot        // the name leads outside the root
	Changed            // size or time moved while it was read
	Malformed          // the list's line can't be read as an entry, or the list has none
	Extra              // on disk, but in no list
	statusCount
)

var statusNames = [statusCount]string{
	"ok", "mismatch", "missing", "unreadable", "not_regular", "outside_root", "changed", "malformed", "extra",
}

func (s Status) String() string { return statusNames[s] }

// Counts holds how often each status was given.
type Counts [statusCount]int64

// Statuses lists all statuses in their order.
func Statuses() []Status {
	all := make([]Status, statusCount)
	for i := range all {
		all[i] = Status(i)
	}
	return all
}
