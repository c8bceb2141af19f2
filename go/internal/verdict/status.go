// Package verdict defines the verdicts on files.
package verdict

// Status is the verdict on one entry of a list, or on a file that no list names.
type Status uint8

// The verdicts.
const (
	OK          Status = iota
	Mismatch           // the digest or the size differs
	Missing            // no file has this name
	Unreadable         // opening or reading failed
	NotRegular         // a directory, FIFO, device or socket
	OutsideRoot        // the name leads outside the root
	Changed            // size or modification time changed while reading
	Malformed          // a line can't be read as an entry, or a list has no entries
	Extra              // on disk, but not in any list
	NotListed          // asked for, but not in any list
	Unsupported        // listed with a digest of an algorithm that is not supported
	Moved              // missing, but another file that is not listed, or recorded, is the same
	Added              // new in a list that was updated, or in an archive
	Modified           // the digest differs from the listed one, and the new one was accepted; in an archive, the size or the time differs too
	Rotten             // in an archive: the digest differs from the recorded one, and neither the size nor the time does
	statusCount
)

var statusNames = [statusCount]string{
	"ok", "mismatch", "missing", "unreadable", "not_regular", "outside_root", "changed", "malformed", "extra", "not_listed", "unsupported",
	"moved", "added", "modified", "rotten",
}

func (s Status) String() string { return statusNames[s] }

// Counts holds the number of results with each status.
type Counts [statusCount]int64

// Statuses returns all statuses in their order.
func Statuses() []Status {
	all := make([]Status, statusCount)
	for i := range all {
		all[i] = Status(i)
	}
	return all
}
