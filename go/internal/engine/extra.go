package engine

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/tree"
)

// findExtra reports what is on disk beneath the root and in no list, in the
// order of names. The lists themselves are expected there.
func (j *Job) findExtra(ctx context.Context, v *Verify, root *tree.Root, p *plan, counts *Counts) error {
	named := namesOf(p, root)
	var extra []Result
	links := map[string]int{} // name → its place in extra
	visit := func(n tree.Node) error {
		if named[n.Name] {
			return nil
		}
		if n.Kind() == "symbolic link" {
			links[n.Name] = len(extra)
		}
		extra = append(extra, Result{Path: n.Name, Status: Extra, Size: -1, Detail: n.Kind()})
		return nil
	}
	failed := func(folder string, err error) {
		extra = append(extra, Result{Path: folder, Status: Unreadable, Size: -1, Detail: "can't be searched for extra files: " + reason(err)})
	}
	if err := root.Walk(ctx, visit, failed); err != nil {
		if ctx.Err() != nil {
			return ErrCancelled
		}
		return err
	}
	extra = withoutPassages(extra, links, named)
	slices.SortFunc(extra, func(a, b Result) int { return strings.Compare(a.Path, b.Path) })
	for _, r := range extra {
		counts[r.Status]++
	}
	j.deliver(extra)
	return nil
}

// namesOf collects what is expected on disk: all names in lists, and the lists.
func namesOf(p *plan, root *tree.Root) map[string]bool {
	named := make(map[string]bool, p.entries)
	for _, s := range p.sources {
		for i := range s.Entries {
			named[tidyName(s.Entries[i].Name)] = true
		}
		if name, ok := nameBeneath(root.Path(), s.path); ok {
			named[name] = true
		}
	}
	return named
}

func tidyName(name string) string {
	return strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), "/")
}

// nameBeneath is the name, relative to root, of a file that the user named in
// any way, through links also.
func nameBeneath(root, file string) (string, bool) {
	folder, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return "", false
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return "", false
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	name, err := filepath.Rel(root, filepath.Join(folder, filepath.Base(file)))
	if err != nil || !filepath.IsLocal(name) {
		return "", false
	}
	return filepath.ToSlash(name), true
}

// withoutPassages drops links to folders through which a listed name leads.
func withoutPassages(extra []Result, links map[string]int, named map[string]bool) []Result {
	if len(links) == 0 {
		return extra
	}
	passage := map[int]bool{}
	for name := range named {
		for i := range len(name) {
			if place, ok := links[name[:i]]; ok && name[i] == '/' {
				passage[place] = true
			}
		}
	}
	kept := make([]Result, 0, len(extra))
	for i, r := range extra {
		if !passage[i] {
			kept = append(kept, r)
		}
	}
	return kept
}
