package tree

import (
	"path"
	"path/filepath"
	"strings"
)

// NameOnDisk returns the name under which Walk finds a file that a list names. It
// resolves ".." as the system does, also after a link, but not a link that has the
// name itself.
func (r *Root) NameOnDisk(name string) (string, bool) {
	name, ok := r.Relative(name)
	if !ok {
		return "", false
	}
	if !leadsUp(name) {
		return path.Clean(name), true
	}
	directory, base := path.Split(name)
	if leadsUp(base) {
		directory, base = name, ""
	}
	resolved, err := r.Resolve(directory)
	return path.Join(resolved, base), err == nil
}

// Relative returns a name from a list, relative to the root and with slashes.
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

// NameOf returns the name of a file relative to the root. The path may be any path
// of the file, also through links.
func (r *Root) NameOf(file string) (string, bool) {
	directory, base := filepath.Split(file) // unlike filepath.Dir, it keeps ".."
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
