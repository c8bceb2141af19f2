package tree

import (
	"path"
	"path/filepath"
	"strings"
)

// NameOnDisk is the name by which a walk finds what a list names so. ".." means
// the directory above as the system has it, also behind a link.
func (r *Root) NameOnDisk(name string) (string, bool) {
	name, ok := r.Relative(name)
	if !ok {
		return "", false
	}
	if leadsUp(name) {
		resolved, err := r.Resolve(name)
		return resolved, err == nil
	}
	return path.Clean(name), true
}

// Relative is the name, relative to the root and with slashes, of what a
// list names so.
func (r *Root) Relative(name string) (string, bool) {
	if r.All() {
		return strings.TrimLeft(name, "/"), true
	}
	if filepath.IsAbs(name) {
		inside, err := r.Inside(name)
		return filepath.ToSlash(inside), err == nil
	}
	name = filepath.ToSlash(name)
	return name, !strings.HasPrefix(name, "/")
}

// NameOf is the name, relative to the root, of a file that the user named in
// any way, through links also.
func (r *Root) NameOf(file string) (string, bool) {
	directory, base := filepath.Split(file) // unlike Dir it leaves ".." as it is
	directory, err := filepath.EvalSymlinks(directory)
	if err != nil {
		return "", false
	}
	if directory, err = filepath.Abs(directory); err != nil {
		return "", false
	}
	name, err := r.Inside(filepath.Join(directory, base))
	return path.Clean(filepath.ToSlash(name)), err == nil
}
