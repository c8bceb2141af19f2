package wire

import (
	"errors"
	"strconv"
	"strings"

	"github.com/checksig/checksig/go/internal/archive"
	"github.com/checksig/checksig/go/internal/digest"
)

// records is the number of records of an archive in the bytes after a request's JSON. Each
// record is
//
//	SIZE MTIME INODE DEVICE DIGESTSNAME NUL
//
// The numbers are in decimal, those that identify a file perhaps with a sign, and a space
// follows each. The digests are as many bytes as those of all algorithms have. A database
// can put that together without an object for each file.
type records int

var errRecords = errors.New("unusable request: the records are not as it says")

// read reads all records. It keeps nothing of b.
func (n records) read(b []byte, algorithms []digest.Algorithm) ([]archive.Record, error) {
	if n < 0 || int(n) > len(b) {
		return nil, errRecords
	}
	length := 0
	for _, a := range algorithms {
		length += a.Size()
	}
	all := make([]archive.Record, n)
	rest := string(b) // one for the names and digests of all
	for i := range all {
		r := recordReader{rest: rest}
		one := &all[i]
		one.Size, one.ModTime = r.number(), r.number()
		one.Inode, one.Device = uint64(r.number()), uint64(r.number())
		one.Sums, one.Name = r.take(length), r.name()
		if r.failed || one.Size < 0 || one.Name == "" {
			return nil, errRecords
		}
		rest = r.rest
	}
	if rest != "" {
		return nil, errRecords
	}
	return all, nil
}

// recordReader reads what a text begins with.
type recordReader struct {
	rest   string
	failed bool
}

func (r *recordReader) until(end string) string {
	if found, rest, ok := strings.Cut(r.rest, end); ok {
		r.rest = rest
		return found
	}
	r.failed = true
	return ""
}

func (r *recordReader) number() int64 {
	n, err := strconv.ParseInt(r.until(" "), 10, 64)
	r.failed = r.failed || err != nil
	return n
}

func (r *recordReader) name() string { return r.until("\x00") }

func (r *recordReader) take(length int) string {
	if length > len(r.rest) {
		r.failed = true
		return ""
	}
	taken := r.rest[:length]
	r.rest = r.rest[length:]
	return taken
}
