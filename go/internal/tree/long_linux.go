package tree

import (
	"errors"
	"strings"
	"sync"
	"syscall"
	"time"
)

// longestPath is the length in bytes of the longest path that the kernel accepts in
// one call. Names relative to the root may be longer.
const longestPath = 4096 - 1

// errSlow means that a name must be opened by openPortable.
var errSlow = errors.New("the name must be opened element by element")

const directoryFlags = openPath | syscall.O_DIRECTORY | syscall.O_CLOEXEC

// openLong opens a name that is too long for one call, piece by piece. Each piece
// stays beneath the one before. It returns errSlow for a name with "..", and for a
// link that leads up or is absolute, because these may stay beneath the root.
//
// Names that follow often start with the same elements, so the directory that these
// lead to is kept open.
func (o *Opener) openLong(root *Root, name string, flags uint64) (int, error) {
	if !root.all && leadsUp(name) {
		return -1, errSlow
	}
	first, rest := cutPath(name, (len(name)-1)/prefixStep*prefixStep)
	if first == "" {
		return -1, syscall.ENAMETOOLONG
	}
	p := root.prefixes.get(first)
	if p == nil {
		fd, err := o.pieces(root, root.fd, first, directoryFlags)
		if err != nil {
			return -1, err
		}
		p = root.prefixes.keep(first, fd)
	}
	defer root.prefixes.release(p)
	return o.pieces(root, p.fd, rest, flags)
}

// pieces opens a name in a directory, with as few calls as possible.
func (o *Opener) pieces(root *Root, from int, name string, flags uint64) (int, error) {
	for directory := from; ; {
		piece, rest, f := name, "", flags
		if len(name) > longestPath {
			piece, rest = cutPath(name, longestPath)
			f = directoryFlags
		}
		next, err := -1, error(syscall.ENAMETOOLONG)
		if piece != "" {
			next, err = o.openat2(directory, piece, f, root.all)
		}
		if directory != from {
			syscall.Close(directory)
		}
		if err == syscall.EXDEV {
			err = errSlow
		}
		if err != nil || rest == "" {
			return next, err
		}
		directory, name = next, rest
	}
}

// cutPath splits name at a slash. first is as long as possible, but not longer than
// most bytes. It is empty if there is no such slash.
func cutPath(name string, most int) (first, rest string) {
	end := strings.LastIndexByte(name[:most+1], '/')
	first, rest = name[:max(end, 0)], strings.TrimLeft(name[end+1:], "/")
	if rest == "" {
		rest = "." // a name that ends in a slash is a directory's
	}
	return first, rest
}

const (
	prefixStep = 1 << 10 // bytes

	// prefixAge is the time for which a kept directory counts as beneath the root.
	// It may have been moved out of the root meanwhile.
	prefixAge = 50 * time.Millisecond
)

// prefixes keeps the directory in which the last long name was opened.
type prefixes struct {
	mu   sync.Mutex
	last *prefix
}

type prefix struct {
	name   string
	fd     int
	opened time.Time
	users  int
}

// get returns the directory with this name, or nil if it is not kept or too old.
func (c *prefixes) get(name string) *prefix {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.last; p != nil && p.name == name && time.Since(p.opened) < prefixAge {
		p.users++
		return p
	}
	return nil
}

func (c *prefixes) keep(name string, fd int) *prefix {
	p := &prefix{name, fd, time.Now(), 2} // used by the caller and by c
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(c.last)
	c.last = p
	return p
}

func (c *prefixes) release(p *prefix) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(p)
}

// drop closes a directory after its last use. The caller holds the lock.
func (c *prefixes) drop(p *prefix) {
	if p == nil {
		return
	}
	if p.users--; p.users == 0 {
		syscall.Close(p.fd)
	}
}

func (c *prefixes) stop() {
	c.release(c.last)
	c.last = nil
}
