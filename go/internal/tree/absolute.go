package tree

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// absolutes remembers where absolute names lead, so that only the first of many names
// in one directory asks the system about the directories on its path.
type absolutes struct {
	alias atomic.Pointer[string] // the last other path of the root that was found
	mu    sync.Mutex
	known map[string]place // by directory
}

type place struct {
	name string // relative to the root
	err  error
}

const maxPlaces = 4 << 10

// Inside turns an absolute name into one relative to the root, or returns ErrOutside.
// The result is not trusted: the open that follows enforces the root.
func (r *Root) Inside(name string) (string, error) {
	if rest, ok := after(r.path, name); ok {
		return rest, nil
	}
	if alias := r.absolutes.alias.Load(); alias != nil && name != *alias { // the alias itself counts as outside
		if rest, ok := after(*alias, name); ok {
			return rest, nil
		}
	}
	end := len(name)
	for end > 0 && !os.IsPathSeparator(name[end-1]) {
		end--
	}
	dir, err := r.placeOf(name[:end])
	return dir + "/" + name[end:], err
}

// after returns the part of a name after the root's path. It returns false if that
// part contains "..", which only the system can resolve.
func after(root, name string) (string, bool) {
	root = strings.TrimSuffix(root, string(filepath.Separator)) // for "/"
	rest, ok := strings.CutPrefix(name, root)
	if !ok || leadsUp(rest) || rest != "" && !os.IsPathSeparator(rest[0]) {
		return "", false
	}
	return relative(rest), true
}

// relative removes the separators before a name.
func relative(rest string) string {
	for rest != "" && os.IsPathSeparator(rest[0]) {
		rest = rest[1:]
	}
	if rest == "" {
		return "."
	}
	return rest
}

// placeOf returns where the absolute path of a directory leads.
func (r *Root) placeOf(dir string) (string, error) {
	a := &r.absolutes
	a.mu.Lock()
	known, ok := a.known[dir]
	a.mu.Unlock()
	if ok {
		return known.name, known.err
	}
	found := r.search(dir)
	if found.err != nil {
		// A link may lead into the root without passing through the root itself.
		if real, err := filepath.EvalSymlinks(dir); err == nil && r.mayAsk(real) {
			found = r.search(real)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= maxPlaces {
		a.known = map[string]place{}
	}
	a.known[dir] = found
	return found.name, found.err
}

// search looks for the root among the directories on an absolute path, whatever their
// names. It takes the first one that is the root, and continues only if the path
// leads up from there.
func (r *Root) search(path string) place {
	self, err := r.dir.Stat(".")
	if err != nil || !r.mayAsk(path) {
		return place{"", ErrOutside}
	}
	found := -1
	for i := len(filepath.VolumeName(path)) + 1; i <= len(path); i++ {
		if i < len(path) && !os.IsPathSeparator(path[i]) || found >= 0 && !leadsUp(path[found:i]) {
			continue
		}
		if info, err := os.Stat(path[:i]); err == nil && os.SameFile(self, info) {
			found = i
		}
	}
	if found < 0 {
		return place{"", ErrOutside}
	}
	if prefix := path[:found]; !os.IsPathSeparator(prefix[found-1]) {
		r.absolutes.alias.Store(&prefix)
	}
	return place{relative(path[found:]), nil}
}

// mayAsk reports whether the system may be asked about an absolute path. On Windows,
// a path on another computer would make the system sign in there.
func (r *Root) mayAsk(path string) bool {
	const drive = len("C:")
	volume := filepath.VolumeName(path)
	return len(volume) <= drive || strings.EqualFold(volume, filepath.VolumeName(r.path))
}
