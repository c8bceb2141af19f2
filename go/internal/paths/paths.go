// Package paths settles what a path means at the moment at which a caller gives
// it: the caller may change its directory while a job runs.
package paths

import (
	"path/filepath"
	"strings"
	"syscall"

	"github.com/checksig/checksig/go/internal/problem"
)

// Path is a path as the caller gave it, and the absolute path that it meant then.
type Path struct{ Shown, At string }

// Base is the directory in which relative paths start. The zero value is the
// working directory, as it is when the first path is located.
type Base struct{ directory string }

// From returns the base of a directory; "" is the working directory.
func From(directory string) *Base { return &Base{directory} }

// Locate makes a path absolute. It is joined and not cleaned: behind a link ".."
// is not what it reads as.
func (b *Base) Locate(path string) (Path, error) {
	if path == "" || isAbsolute(path) {
		return Path{path, path}, nil
	}
	if b.directory == "" {
		directory, err := syscall.Getwd() // os.Getwd trusts $PWD, where a link may be swapped
		if err != nil {
			return Path{}, problem.At(path, problem.WorkingDirectoryGone, "the working directory no longer exists: %s", problem.Reason(err))
		}
		b.directory = directory
	}
	at, err := join(b.directory, path)
	if err != nil {
		return Path{}, problem.At(path, problem.WorkingDirectoryGone, "%s", problem.Reason(err))
	}
	return Path{path, at}, nil
}

// In is the path of a name directly in the directory p.
func (p Path) In(name string) Path {
	if slashed := filepath.ToSlash(p.Shown); strings.Contains("/"+slashed+"/", "/../") {
		return Path{strings.TrimSuffix(p.Shown, "/") + "/" + name, p.At + "/" + name}
	}
	return Path{filepath.Join(p.Shown, name), p.At + "/" + name}
}

// Real is where p leads, without a link or ".." on the way to its directory, so
// that the text may be taken apart.
func (p Path) Real() string {
	directory, base := filepath.Split(p.At)
	if real, err := filepath.EvalSymlinks(directory); err == nil && base != "" {
		return filepath.Join(real, base)
	}
	return p.At // opening it will tell
}

// Failed makes an error about p.
func (p Path) Failed(c problem.Code, format string, args ...any) error {
	return problem.At(p.Shown, c, format, args...)
}

// AsShown gives an error about p the path that the caller knows.
func (p Path) AsShown(err error) error {
	if e, ok := err.(*problem.Error); ok && e.Path != "" {
		return &problem.Error{Code: e.Code, Path: p.Shown, Line: e.Line, Reason: e.Reason}
	}
	return err
}
