package tree

import (
	"path/filepath"
	"strings"
	"syscall"
)

const maxLinks = 40 // links followed for one name, the same as on Linux

// Resolve follows the links in name, also absolute ones, and returns a name without
// links, or ErrOutside. The result is not trusted: the open that follows enforces the
// root again.
func (r *Root) Resolve(name string) (string, error) {
	at, name, err := r.resolve(name)
	if err == nil && at != r {
		return "", ErrOutside
	}
	return name, err
}

// resolve is Resolve for names that may lead to an allowed directory. The resolved
// name is relative to the root or to an allowed directory, at.
func (r *Root) resolve(name string) (at *Root, resolved string, err error) {
	way := passage{root: r, at: r, todo: elements(name)}
	for way.own = len(way.todo); len(way.todo) > 0; {
		if err := way.step(); err != nil {
			return nil, "", err
		}
	}
	if len(way.done) == 0 {
		return way.at, ".", nil
	}
	return way.at, strings.Join(way.done, "/"), nil
}

func elements(name string) []string { return strings.Split(filepath.ToSlash(name), "/") }

// passage is a name that is being resolved. done contains no links.
type passage struct {
	root       *Root
	at         *Root // done is relative to it: root, or an allowed directory
	done, todo []string
	own        int // number of elements at the end of todo that are the name's own, not a link's
	links      int // followed so far
}

func (p *passage) step() error {
	part := p.todo[0]
	p.todo = p.todo[1:]
	isOwn := len(p.todo) < p.own
	p.own = min(p.own, len(p.todo))
	switch part {
	case "", ".":
		return nil
	case "..":
		return p.up(isOwn)
	}
	p.done = append(p.done, part)
	target, err := p.at.dir.Readlink(strings.Join(p.done, "/"))
	if err != nil {
		return nil // not a link, or missing, which the open will report
	}
	if p.links++; p.links > maxLinks {
		return syscall.ELOOP
	}
	p.done = p.done[:len(p.done)-1]
	if filepath.IsAbs(target) {
		return p.enter(target)
	}
	p.todo = append(elements(target), p.todo...)
	return nil
}

// up goes to the parent directory. A name may lead up only within the root, a link
// wherever links may lead.
func (p *passage) up(isOwn bool) error {
	switch {
	case isOwn && p.at != p.root:
		return ErrOutside
	case len(p.done) == 0 && p.at.all:
		return nil
	case len(p.done) == 0 && isOwn:
		return ErrOutside
	case len(p.done) == 0:
		return p.leave()
	}
	if info, err := p.at.dir.Lstat(strings.Join(p.done, "/")); err != nil || !info.IsDir() {
		return syscall.ENOTDIR
	}
	p.done = p.done[:len(p.done)-1]
	return nil
}

// leave goes on outside p.at, with the elements that are a link's. It resolves the
// first ".." by itself, so that most targets are recognised by their text.
func (p *passage) leave() error {
	real, err := filepath.EvalSymlinks(p.at.path)
	if err != nil {
		return ErrOutside
	}
	links := p.todo[:len(p.todo)-p.own]
	for real = filepath.Dir(real); len(links) > 0 && links[0] == ".."; links = links[1:] {
		real = filepath.Dir(real)
	}
	p.todo = p.todo[len(p.todo)-p.own:]
	separator := string(filepath.Separator)
	target := strings.TrimSuffix(real, separator) + separator + strings.Join(links, separator)
	if len(p.root.allowed) == 0 {
		return p.outside(target)
	}
	return p.enter(target)
}

// enter goes on where the absolute path of a link leads.
func (p *passage) enter(target string) error {
	inside, err := p.root.Inside(target)
	p.at = p.root
	for i := 0; err != nil && i < len(p.root.allowed); i++ {
		p.at = p.root.allowed[i]
		inside, err = p.at.Inside(target)
	}
	if err != nil {
		return p.outside(target)
	}
	p.todo, p.done = append(elements(inside), p.todo...), nil
	return nil
}

// outside returns the error for a link to a file, or to a directory that the name
// passes through.
func (p *passage) outside(target string) error {
	if len(p.todo) == 0 {
		target = filepath.Dir(target)
	}
	return &LinkOutsideError{filepath.Clean(target)}
}
