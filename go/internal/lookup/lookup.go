// Package lookup finds checksum lists.
package lookup

import (
	"context"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/bag"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Details of results: how a file shows that it is a checksum list.
const (
	byName    = "name"    // it has a conventional name and an entry near its start
	byContent = "content" // it has only the entry
	noEntry   = "name without entry"
	noDigest  = "name without digest" // nor anything like a digest
	isBag     = "bag"                 // it is the declaration of a bag
)

// Beneath starts a job with a result for each file beneath the root that has a list's
// conventional name and is not excluded, in the order of the names. A bag has one for its
// declaration, and none for its manifests. A directory that can't be read has a result
// too, which fails.
func Beneath(ctx context.Context, r job.Request) (*job.Job, error) {
	return start(ctx, r, beneath)
}

// Directly starts a job with a result for each file directly in the root that has a list's
// conventional name, in the order of the names. If the root is a bag, the only result is
// that for its declaration.
func Directly(ctx context.Context, r job.Request) (*job.Job, error) {
	return start(ctx, r, directly)
}

// finder returns the results of a search in a root.
type finder func(ctx context.Context, j *job.Job, settled job.Settled, root *tree.Root) ([]verdict.Result, error)

// start starts a job whose results are those that find finds in the root of a request.
func start(ctx context.Context, r job.Request, find finder) (*job.Job, error) {
	settled, err := r.Settle()
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
		root, err := j.OpenRoot(ctx, settled)
		if err != nil {
			return s, err
		}
		defer root.Close()
		found, err := find(ctx, j, settled, root)
		if err != nil {
			return s, err
		}
		return conclude(ctx, j, found), nil
	})
}

func beneath(ctx context.Context, j *job.Job, settled job.Settled, root *tree.Root) (found []verdict.Result, err error) {
	declared, content := map[string]bool{}, map[string]bool{} // by directory: it has a declaration, and more of a bag
	// What is kept of a name is cloned: a part of it would keep those of all neighbours.
	visit := func(n tree.Node) error {
		directory, base := path.Split(n.Name)
		if i := strings.Index("/"+n.Name, "/"+bag.Payload+"/"); i >= 0 && !content[n.Name[:i]] {
			content[strings.Clone(n.Name[:i])] = true
		}
		if bag.IsManifest(base) {
			content[strings.Clone(directory)] = true
		}
		switch {
		case base == bag.Declaration:
			declared[strings.Clone(directory)] = true
			found = append(found, verdict.Result{Path: strings.Clone(n.Name), Size: -1, Detail: isBag})
		case list.IsListName(base):
			found = append(found, verdict.Result{Path: strings.Clone(n.Name), Size: -1, Detail: namedList(filepath.Join(settled.Root.At, n.Name))})
		}
		return nil
	}
	failed := func(name string, err error) {
		found = append(found, verdict.Result{Path: name, Status: verdict.Unreadable, Fails: true, Size: -1, Detail: problem.Reason(err)})
	}
	if err := root.Walk(ctx, j.Selecting(settled), tree.Each(visit), failed); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(r verdict.Result) bool {
		directory, base := path.Split(r.Path)
		return !r.Fails && (declared[directory] && content[directory]) == (base != bag.Declaration)
	})
	slices.SortFunc(found, func(a, b verdict.Result) int { return compareNames(a.Path, b.Path) })
	return found, nil
}

func directly(ctx context.Context, _ *job.Job, settled job.Settled, root *tree.Root) (found []verdict.Result, err error) {
	names, isDeclared, err := namesIn(ctx, root)
	switch {
	case ctx.Err() != nil:
		return nil, problem.ErrCancelled
	case err != nil:
		return nil, settled.Root.Failed(problem.RootUnreadable, "%s", problem.Reason(err))
	case isDeclared:
		return []verdict.Result{{Path: bag.Declaration, Size: -1, Detail: isBag}}, nil
	}
	for _, name := range names {
		found = append(found, verdict.Result{Path: name, Size: -1, Detail: namedList(filepath.Join(settled.Root.At, name))})
	}
	return found, nil
}

// namesIn returns the names directly in a root that are those of lists, and whether it has
// the declaration of a bag.
func namesIn(ctx context.Context, root *tree.Root) (names []string, isDeclared bool, err error) {
	err = root.Entries(ctx, func(name string, mode fs.FileMode) {
		switch {
		case name == bag.Declaration:
			isDeclared = true
		case list.IsListName(name) && !mode.IsDir():
			names = append(names, name)
		}
	})
	slices.Sort(names)
	return names, isDeclared, err
}

// compareNames puts the files of a directory before those of its subdirectories.
func compareNames(a, b string) int {
	if byDirectory := comparePaths(path.Dir(a), path.Dir(b)); byDirectory != 0 {
		return byDirectory
	}
	return comparePaths(a, b)
}

func comparePaths(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			return rank(a[i]) - rank(b[i])
		}
	}
	return len(a) - len(b)
}

// rank puts a separator before all other bytes.
func rank(c byte) int {
	if c == '/' {
		return -1
	}
	return int(c)
}

const lookedAt = 64 << 10 // bytes at the start of a file that may hold an entry

// Recognise starts a job with a result for each path. It is OK if the file is a
// checksum list, by its name or its content; or by its name alone, which may be that of a
// list with its signature, and no file is opened.
func Recognise(ctx context.Context, directory string, files []string, nameAlone bool) (*job.Job, error) {
	base := paths.From(directory)
	var all []paths.Path
	for _, f := range files {
		p, err := base.Locate(f)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return job.Start(ctx, func(ctx context.Context, j *job.Job) (job.Summary, error) {
		var found []verdict.Result
		for _, p := range all {
			r := verdict.Result{Path: p.Shown, Size: -1}
			err := j.Call(ctx, func() error {
				if nameAlone {
					r.Detail = listByName(p.At)
				} else {
					r.Detail = listBy(p.At)
				}
				if r.Detail == "" {
					r.Status, r.Fails = verdict.Malformed, true
				}
				return nil
			})
			if err != nil {
				return job.Summary{}, err
			}
			found = append(found, r)
		}
		return conclude(ctx, j, found), nil
	})
}

func listByName(file string) string {
	name := filepath.Base(file)
	signed, isSignature := list.SignedName(name)
	if list.IsListName(name) || list.IsForeignListName(name) || isSignature && list.IsListName(signed) {
		return byName
	}
	return ""
}

func listBy(file string) string {
	name := filepath.Base(file)
	if list.IsListName(name) || list.IsForeignListName(name) {
		return namedList(file)
	}
	if contentOf(file) == list.AnEntry {
		return byContent
	}
	return ""
}

// namedList returns how a file with a list's name shows that it is one.
func namedList(file string) string {
	switch contentOf(file) {
	case list.AnEntry:
		return byName
	case list.NoDigest:
		return noDigest
	}
	return noEntry
}

// contentOf returns what the start of a file holds; nothing if it can't be read, or is
// not a file.
func contentOf(file string) list.Content {
	f, err := tree.OpenPath(file)
	switch {
	case err != nil && tree.IsNoFile(file, err):
		return list.NoDigest
	case err != nil:
		return list.NoEntry
	}
	defer f.Close()
	return list.ContentOf(io.LimitReader(f, lookedAt), filepath.Base(file))
}

func conclude(ctx context.Context, j *job.Job, found []verdict.Result) job.Summary {
	s := job.Summary{OK: true}
	for _, r := range found {
		s.Counts[r.Status]++
		s.OK = s.OK && !r.Fails
	}
	j.Deliver(ctx, found)
	return s
}
