package engine

import (
	"path/filepath"
	"strings"
	"syscall"

	"github.com/checksig/checksig/go/internal/problem"
)

// place is a path as the caller gave it, and the absolute path that it meant then.
type place struct{ shown, at string }

// locate makes a path absolute, in the moment in which the caller gives it. It is
// joined and not cleaned: behind a link ".." is not what it reads as.
func (c *Common) locate(path string) (place, error) {
	if path == "" || isAbsolute(path) {
		return place{path, path}, nil
	}
	if c.Directory == "" {
		directory, err := syscall.Getwd() // os.Getwd trusts $PWD, where a link may be swapped
		if err != nil {
			return place{}, &problem.Error{Code: problem.WorkingDirectoryGone, Path: path, Reason: "the working directory is gone: " + problem.Reason(err)}
		}
		c.Directory = directory
	}
	at, err := join(c.Directory, path)
	if err != nil {
		return place{}, &problem.Error{Code: problem.WorkingDirectoryGone, Path: path, Reason: problem.Reason(err)}
	}
	return place{path, at}, nil
}

// in is the place of a name directly in the directory p.
func (p place) in(name string) place {
	if slashed := filepath.ToSlash(p.shown); strings.Contains("/"+slashed+"/", "/../") {
		return place{strings.TrimSuffix(p.shown, "/") + "/" + name, p.at + "/" + name}
	}
	return place{filepath.Join(p.shown, name), p.at + "/" + name}
}

// real is where p leads, without a link or ".." on the way to its directory, so
// that the text may be taken apart.
func (p place) real() string {
	directory, base := filepath.Split(p.at)
	if real, err := filepath.EvalSymlinks(directory); err == nil && base != "" {
		return filepath.Join(real, base)
	}
	return p.at // opening it will tell
}

// asShown gives an error about p the path that the caller knows.
func (p place) asShown(err error) error {
	if e, ok := err.(*problem.Error); ok && e.Path != "" {
		return &problem.Error{Code: e.Code, Path: p.shown, Line: e.Line, Reason: e.Reason}
	}
	return err
}

// failed makes an error about p.
func (p place) failed(c problem.Code, format string, args ...any) error {
	return problem.At(p.shown, c, format, args...)
}
