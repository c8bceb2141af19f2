// Package paths makes paths absolute when a caller gives them: the caller may change
// its working directory while a job runs.
package paths

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/checksig/checksig/go/internal/problem"
)

// Path is a path as the caller gave it, and the absolute path it meant at that time.
type Path struct{ Shown, At string }

// Base is the directory that relative paths start from. The zero value stands for
// the working directory at the time of the first call of Locate.
type Base struct{ directory string }

// From returns a base for a directory; "" is the working directory.
func From(directory string) *Base { return &Base{directory} }

// Locate makes a path absolute. It does not clean the path, because ".." after a
// link leads elsewhere than the text suggests.
func (b *Base) Locate(path string) (Path, error) {
	if path == "" || isAbsolute(path) {
		at, err := OfCaller(path)
		return Path{path, at}, err
	}
	if b.directory == "" {
		directory, err := workingDirectory()
		if err != nil {
			return Path{}, problem.At(path, problem.WorkingDirectoryGone, "the working directory no longer exists: %s", problem.Reason(err))
		}
		b.directory = directory
	}
	at, err := join(b.directory, path)
	if err != nil {
		return Path{}, problem.At(path, problem.WorkingDirectoryGone, "%s", problem.Reason(err))
	}
	at, err = OfCaller(at)
	return Path{path, at}, err
}

// In returns the path of a name in the directory p.
func (p Path) In(name string) Path {
	if slashed := filepath.ToSlash(p.Shown); strings.Contains("/"+slashed+"/", "/../") {
		return Path{strings.TrimSuffix(p.Shown, "/") + "/" + name, p.At + "/" + name}
	}
	return Path{filepath.Join(p.Shown, name), p.At + "/" + name}
}

// Directory returns the path of the directory that p is in. It does not clean the
// path, for the same reason as Locate.
func (p Path) Directory() Path {
	shown, _ := filepath.Split(p.Shown)
	at, _ := filepath.Split(p.At)
	if shown == "" {
		shown = "."
	}
	return Path{trimSeparators(shown), trimSeparators(at)}
}

// trimSeparators removes the separators at the end of a path, but not those of a root.
func trimSeparators(path string) string {
	top := len(filepath.VolumeName(path)) + 1
	for len(path) > top && os.IsPathSeparator(path[len(path)-1]) {
		path = path[:len(path)-1]
	}
	return path
}

// Real returns the path of p with its directory free of links and "..", so that its
// text can be compared with other paths.
func (p Path) Real() string {
	directory, base := filepath.Split(p.At)
	if real, err := filepath.EvalSymlinks(directory); err == nil && base != "" {
		return filepath.Join(real, base)
	}
	return p.At // opening it will report the error
}

// Failed returns an error about p.
func (p Path) Failed(c problem.Code, format string, args ...any) error {
	return problem.At(p.Shown, c, format, args...)
}

// AsShown replaces the path of an error about p with the path that the caller gave.
func (p Path) AsShown(err error) error {
	if e, ok := err.(*problem.Error); ok && e.Path != "" {
		return &problem.Error{Code: e.Code, Path: p.Shown, Line: e.Line, Reason: e.Reason}
	}
	return err
}
