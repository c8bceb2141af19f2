package tree

import (
	"errors"
	"strings"
	"syscall"
)

// longestPath is the longest path in bytes that the kernel takes in one call. Names
// relative to the root have no limit.
const longestPath = 4096 - 1

// errSlow says that a name has to be opened the portable way.
var errSlow = errors.New("the name has to be opened element by element")

// openLong opens a name that is too long for one call, piece by piece. Each piece
// stays beneath the one before, so a "..", or a link that leads up or is absolute,
// needs the portable way, although it may stay beneath the root.
func (o *Opener) openLong(name string, flags uint64) (int, error) {
	if !o.root.all && LeadsUp(name) {
		return -1, errSlow
	}
	directory := o.root.fd
	for {
		piece, rest := cutPath(name)
		if piece == "" {
			o.leave(directory)
			return -1, syscall.ENAMETOOLONG
		}
		f := flags
		if rest != "" {
			f = openPath | syscall.O_DIRECTORY | syscall.O_CLOEXEC
		}
		next, err := o.openat2(directory, piece, f)
		o.leave(directory)
		if err == syscall.EXDEV {
			err = errSlow
		}
		if err != nil || rest == "" {
			return next, err
		}
		directory, name = next, rest
	}
}

func (o *Opener) leave(directory int) {
	if directory != o.root.fd {
		syscall.Close(directory)
	}
}

// cutPath cuts name behind the last element that fits in one call. The piece is
// empty if none fits.
func cutPath(name string) (piece, rest string) {
	if len(name) <= longestPath {
		return name, ""
	}
	end := strings.LastIndexByte(name[:longestPath+1], '/')
	piece, rest = name[:max(end, 0)], strings.TrimLeft(name[end+1:], "/")
	if rest == "" {
		rest = "." // as a name that ends in a slash is a directory's
	}
	return piece, rest
}
