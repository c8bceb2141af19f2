package tree

import (
	"errors"
	"strings"
	"sync"
	"syscall"
	"time"
)

// longestPath is the longest path in bytes that the kernel takes in one call. Names
// relative to the root have no limit.
const longestPath = 4096 - 1

// errSlow says that a name has to be opened the portable way.
var errSlow = errors.New("the name has to be opened element by element")

const directoryFlags = openPath | syscall.O_DIRECTORY | syscall.O_CLOEXEC

// openLong opens a name that is too long for one call, piece by piece. Each piece
// stays beneath the one before, so a "..", or a link that leads up or is absolute,
// needs the portable way, although it may stay beneath the root.
//
// All but the last elements are those of many names that follow, and are opened
// once for them.
func (o *Opener) openLong(name string, flags uint64) (int, error) {
	if !o.root.all && leadsUp(name) {
		return -1, errSlow
	}
	first, rest := cutPath(name, (len(name)-1)/prefixStep*prefixStep)
	if first == "" {
		return -1, syscall.ENAMETOOLONG
	}
	p := o.root.prefixes.get(first)
	if p == nil {
		fd, err := o.pieces(o.root.fd, first, directoryFlags)
		if err != nil {
			return -1, err
		}
		p = o.root.prefixes.keep(first, fd)
	}
	defer o.root.prefixes.release(p)
	return o.pieces(p.fd, rest, flags)
}

// pieces opens a name in a directory, in as few calls as can be.
func (o *Opener) pieces(from int, name string, flags uint64) (int, error) {
	for directory := from; ; {
		piece, rest, f := name, "", flags
		if len(name) > longestPath {
			piece, rest = cutPath(name, longestPath)
			f = directoryFlags
		}
		next, err := -1, error(syscall.ENAMETOOLONG)
		if piece != "" {
			next, err = o.openat2(directory, piece, f)
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

// cutPath cuts name behind the last element that ends before or at most. The first
// part is empty if none does.
func cutPath(name string, most int) (first, rest string) {
	end := strings.LastIndexByte(name[:most+1], '/')
	first, rest = name[:max(end, 0)], strings.TrimLeft(name[end+1:], "/")
	if rest == "" {
		rest = "." // as a name that ends in a slash is a directory's
	}
	return first, rest
}

const (
	prefixStep = 1 << 10 // bytes

	// A directory that is moved out of the root after it was opened stays open. As
	// long as this, one is taken to be beneath the root still.
	prefixAge = 50 * time.Millisecond
)

// prefixes keeps the directory that a long name was opened in last.
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

// get returns the directory if it is kept and not too old.
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
	p := &prefix{name, fd, time.Now(), 2} // the caller, and this
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

// drop closes a directory that nobody uses any more. The lock is held.
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
