package create

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// found is what was found beneath the root and is not listed.
type found struct {
	left  []tree.Node // left out because they are not regular files, sorted
	out   []string    // links left out because they lead outside the root, sorted
	lists []string    // left out because they are lists or signatures of lists, sorted

	excludes bool // patterns leave files out
	excluded int  // files that were named, and are left out by patterns
}

// finding looks for the files to list.
type finding struct {
	found
	root    *tree.Root
	crew    tree.Crew
	share   *holdings.Share
	outputs []paths.Path
	all     bool
	own     map[string]bool // names of the outputs
	unseen  map[string]bool // those of them that the walk has not found
	known   *tree.Expected  // names of files that are not looked for; nil: there are none
	within  *tree.Range     // of names, for which alone it looks; nil: all
	linked  []tree.Node     // links
	listed  []tree.Node     // may be lists or their signatures
}

func newFinding(root *tree.Root, j *job.Job, s job.Settled, outputs []paths.Path, all bool) *finding {
	return &finding{
		found: found{excludes: s.Exclude != nil}, root: root, crew: j.Selecting(s), share: j.Share, outputs: outputs, all: all, within: s.Within,
	}
}

// run adds the files to list, as soon as it is certain that they are to be listed. Only an
// output that exists under another name is read in vain. It calls stop after the first
// error, and goes on, because that of another directory may come before it.
func (f *finding) run(ctx context.Context, l *listing, stop func()) error {
	if !f.share.Do(ctx, func() { f.own = ownNames(f.root, f.outputs) }) {
		return problem.ErrCancelled
	}
	f.unseen = maps.Clone(f.own)
	unread := unreadable{stop: stop}
	visit := func(nodes []tree.Node) error {
		l.add(slices.DeleteFunc(nodes, func(n tree.Node) bool { return !f.isCertain(n) }))
		return nil
	}
	if err := f.root.Walk(ctx, f.crew, visit, unread.note); err != nil {
		return cancelledOr(ctx, err)
	}
	if unread.err != nil {
		return unread.failure(f.outputs[0])
	}
	for _, conclude := range []func(context.Context, *listing) bool{f.followLinks, f.seeElsewhere, f.leaveOutAliases, f.leaveOutLists} {
		if !conclude(ctx, l) {
			return problem.ErrCancelled
		}
	}
	slices.Sort(f.out)
	slices.SortFunc(f.left, byName)
	if l.Count() == len(l.out) && f.within == nil {
		return f.nothing(f.outputs[0])
	}
	return nil
}

// isCertain reports whether a file is to be listed, whatever else is found. It keeps those
// that may be.
func (f *finding) isCertain(n tree.Node) bool {
	switch {
	case f.known.See(n.Name):
	case f.own[n.Name]:
		delete(f.unseen, n.Name)
	case isPart(n.Name):
	case n.Type&fs.ModeSymlink != 0:
		f.linked = append(f.linked, n)
	case !n.Type.IsRegular():
		f.left = append(f.left, n)
	case f.mayBeList(n):
		f.listed = append(f.listed, n)
	default:
		return true
	}
	return false
}

func (f *finding) mayBeList(n tree.Node) bool { return !f.all && lists.MayBe(n.Name, f.own) }

// unreadable is the error of a directory: of several, the first one by its name.
type unreadable struct {
	stop      func()
	directory string
	err       error
}

func (u *unreadable) note(directory string, err error) {
	if u.err == nil || directory < u.directory {
		u.directory, u.err = directory, err
	}
	u.stop()
}

func (u *unreadable) failure(output paths.Path) error {
	return output.Failed(problem.DirectoryUnreadable, "not written: can't read directory %s: %s", problem.Quoted(u.directory), problem.Reason(u.err))
}

func cancelledOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return problem.ErrCancelled
	}
	return err
}

// ownNames returns the names beneath the root that the outputs have.
func ownNames(root *tree.Root, outputs []paths.Path) map[string]bool {
	own := map[string]bool{}
	for _, output := range outputs {
		if name, isBeneath := root.NameOf(output.At); isBeneath {
			own[name] = true
		}
	}
	return own
}

// leaveOutAliases leaves out the outputs that the walk has found under other names.
func (f *finding) leaveOutAliases(ctx context.Context, l *listing) bool {
	for name := range f.known.Names(false) {
		f.unseen[name] = true
	}
	if len(f.unseen) == 0 {
		return true
	}
	return f.share.Do(ctx, func() {
		names := func(yield func(string) bool) {
			for _, n := range f.listed {
				if !yield(n.Name) {
					return
				}
			}
			l.names(yield)
		}
		l.out = f.root.Aliases(ctx, maps.Keys(f.unseen), names, slices.Values([]string(nil)))
	})
}

// leaveOutLists leaves out the lists in the root, because each of them would change when
// another one is written, and their signatures.
func (f *finding) leaveOutLists(ctx context.Context, l *listing) bool {
	elsewhere, ok := f.listsElsewhere(ctx)
	return ok && f.share.Do(ctx, func() {
		slices.SortFunc(f.listed, byName)
		f.listed = slices.DeleteFunc(f.listed, func(n tree.Node) bool {
			is := l.out[n.Name]
			delete(l.out, n.Name)
			return is
		})
		names := elsewhere
		for _, n := range f.listed {
			names = append(names, n.Name)
		}
		f.lists = lists.Among(ctx, f.root, names, slices.Collect(maps.Keys(f.own))...)
		f.lists = slices.DeleteFunc(f.lists, f.isElsewhere)
		l.add(slices.DeleteFunc(f.listed, func(n tree.Node) bool {
			_, is := slices.BinarySearch(f.lists, n.Name)
			return is
		}))
	})
}

// links follows the links beneath the root.
type links struct {
	root    *tree.Root
	opener  *tree.Opener
	outputs []fs.FileInfo // of lists that will be replaced
}

func newLinks(root *tree.Root, outputs []paths.Path) *links {
	l := &links{root: root, opener: root.Opener()}
	for _, output := range outputs {
		if info, err := os.Stat(output.At); err == nil {
			l.outputs = append(l.outputs, info)
		}
	}
	return l
}

// follow returns the size of the file that a link leads to, or an error if it can't be
// listed.
func (l *links) follow(name string) (size int64, err error) {
	file, info, err := l.opener.Open(name)
	if err == nil {
		file.Close()
	}
	return info.Size, err
}

// judge returns whether a link is listed as a file, and its size, -1 if it is not known; or
// whether it leads out of the root.
func (l *links) judge(name string) (size int64, isFile, leadsOut bool) {
	size, err := l.follow(name)
	if err != nil {
		size = -1
	}
	status, _ := verdict.Of(err)
	switch {
	case l.isToOutput(name):
		return size, false, false
	case status == verdict.OK, status == verdict.Unreadable && !tree.LeadsNowhere(err):
		return size, true, false
	}
	return size, false, status == verdict.OutsideRoot
}

// isToOutput reports whether a link leads to a list that will be replaced.
func (l *links) isToOutput(name string) bool {
	if len(l.outputs) == 0 {
		return false
	}
	info, err := l.root.Dir().Stat(name)
	return err == nil && slices.ContainsFunc(l.outputs, func(o fs.FileInfo) bool { return os.SameFile(o, info) })
}

// followLinks adds the links to files. It leaves out a link that leads nowhere, such as a
// loop, or to the list itself, but not one that can't be followed for another reason,
// which then prevents the list.
func (f *finding) followLinks(ctx context.Context, l *listing) bool {
	slices.SortFunc(f.linked, byName)
	var follower *links
	for _, n := range f.linked {
		followed := f.share.Do(ctx, func() {
			if follower == nil {
				follower = newLinks(f.root, f.outputs)
			}
			f.followLink(follower, n, l)
		})
		if !followed {
			return false
		}
	}
	return true
}

func (f *finding) followLink(follower *links, n tree.Node, l *listing) {
	size, isFile, leadsOut := follower.judge(n.Name)
	switch n.Size = size; {
	case leadsOut:
		f.out = append(f.out, n.Name)
	case !isFile:
		f.left = append(f.left, n)
	case f.mayBeList(n):
		f.listed = append(f.listed, n)
	default:
		l.add([]tree.Node{n})
	}
}

func byName(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) }
