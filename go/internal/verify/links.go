package verify

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// outsideLinks is where listed names lead that leave the root through a link.
type outsideLinks struct {
	count     int    // of names
	directory string // everything they lead to is beneath it
}

// note counts the error of a name that leads outside, if that is due to a link.
func (l *outsideLinks) note(err error) {
	var link *tree.LinkOutsideError
	if !errors.As(err, &link) {
		return
	}
	if l.count++; l.count == 1 {
		l.directory = link.Directory
	}
	for !isBeneath(link.Directory, l.directory) {
		l.directory = filepath.Dir(l.directory)
	}
}

// isBeneath reports whether a path leads to a directory or beneath it, by the text.
func isBeneath(path, directory string) bool {
	parent := filepath.Dir(directory)
	return path == directory || parent == directory || strings.HasPrefix(path, directory+string(filepath.Separator))
}

// warning tells where the names lead, unless that has no directory in common.
func (l *outsideLinks) warning() problem.Warning {
	what := "1 listed name leads outside the root through a link"
	if l.count > 1 {
		what = problem.Count(l.count, "listed name", "listed names") + " lead outside the root through links"
	}
	if filepath.Dir(l.directory) != l.directory {
		what += ", to " + problem.Quoted(l.directory)
	}
	return problem.Warn(problem.LinksOutside, "%s", what)
}
