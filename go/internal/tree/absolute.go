package tree

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// absolutes remembers where absolute names lead, so that of many names in one
// directory only the first one asks the system about the directories on its way.
type absolutes struct {
	alias atomic.Pointer[string] // another path of the root, found last
	mu    sync.Mutex
	known map[string]place // by directory
}

type place struct {
	name string // relative to the root
	err  error
}

const maxPlaces = 4 << 10

// Inside turns an absolute name into one relative to the root, or returns
// ErrOutside. It only finds the way: nothing it says is trusted, the open that
// follows enforces the root.
func (r *Root) Inside(name string) (string, error) {
	if rest, ok := after(r.path, name); ok {
		return rest, nil
	}
	if alias := r.absolutes.alias.Load(); alias != nil && name != *alias { // that is outside until it is known
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

// after cuts the root's path off a name, unless what is left leads up: where to
// is for the system to say.
func after(root, name string) (string, bool) {
	root = strings.TrimSuffix(root, string(filepath.Separator)) // as "/" has it
	rest, ok := strings.CutPrefix(name, root)
	if !ok || leadsUp(rest) || rest != "" && !os.IsPathSeparator(rest[0]) {
		return "", false
	}
	return relative(rest), true
}

// relative drops the separators before a name.
func relative(rest string) string {
	for rest != "" && os.IsPathSeparator(rest[0]) {
		rest = rest[1:]
	}
	if rest == "" {
		return "."
	}
	return rest
}

// placeOf is where an absolute path of a directory leads.
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
		// A link may lead into the root and not to it.
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

// search looks for the root, by whatever name, among the directories that an
// absolute path passes. It takes the first that is the root, and goes on only
// where the path leads up from there.
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

// mayAsk says whether the system may be asked about an absolute path: on Windows
// another computer's is none of the root's, and asking would sign in there.
func (r *Root) mayAsk(path string) bool {
	const drive = len("C:")
	volume := filepath.VolumeName(path)
	return len(volume) <= drive || strings.EqualFold(volume, filepath.VolumeName(r.path))
}
