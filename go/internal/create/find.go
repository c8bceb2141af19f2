package create

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// found holds the files beneath the root.
type found struct {
	names []string    // files to list, sorted by bytes
	left  []tree.Node // left out because they are not regular files
	out   []string    // links left out because they lead outside the root, sorted
	lists []string    // left out because they are lists or signatures of lists, sorted
}

func findFiles(ctx context.Context, root *tree.Root, outputs []paths.Path, all bool) (*found, error) {
	output := outputs[0]
	own := ownNames(root, outputs)
	unseen := maps.Clone(own)
	f := &found{}
	links := newLinks(root, outputs)
	visit := func(n tree.Node) error {
		switch {
		case own[n.Name]:
			delete(unseen, n.Name)
		case isPart(n.Name):
		case n.Type.IsRegular():
			f.names = append(f.names, n.Name)
		case n.Type&fs.ModeSymlink != 0:
			f.addLink(links, n)
		default:
			f.left = append(f.left, n)
		}
		return nil
	}
	var unread error
	failed := func(directory string, err error) {
		unread = output.Failed(problem.DirectoryUnreadable, "not written: can't read directory %s: %s", problem.Quoted(directory), problem.Reason(err))
	}
	if err := root.Walk(ctx, visit, failed); err != nil {
		if ctx.Err() != nil {
			return nil, problem.ErrCancelled
		}
		return nil, err
	}
	if len(unseen) > 0 {
		f.leaveOut(ctx, root, unseen)
	}
	slices.Sort(f.names)
	slices.Sort(f.out)
	if !all {
		f.leaveOutLists(ctx, root, slices.Collect(maps.Keys(own)))
	}
	if unread == nil && len(f.names) == 0 {
		unread = f.nothing(output)
	}
	slices.SortFunc(f.left, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return f, unread
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

// leaveOut removes the files with these names, if the walk found them under other names.
func (f *found) leaveOut(ctx context.Context, root *tree.Root, names map[string]bool) {
	meant := root.Aliases(ctx, maps.Keys(names), slices.Values(f.names), slices.Values([]string(nil)))
	f.names = slices.DeleteFunc(f.names, func(n string) bool { return meant[n] })
}

// leaveOutLists removes the lists in the root, because each of them would change when
// another one is written, and their signatures. own are the names of the new lists.
func (f *found) leaveOutLists(ctx context.Context, root *tree.Root, own []string) {
	f.lists = lists.Among(ctx, root, f.names, own...)
	f.names = slices.DeleteFunc(f.names, func(name string) bool {
		_, is := slices.BinarySearch(f.lists, name)
		return is
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

// follow returns an error if a link does not lead to a file that can be listed.
func (l *links) follow(name string) error {
	file, _, err := l.opener.Open(name)
	if err == nil {
		file.Close()
	}
	return err
}

// isToOutput reports whether a link leads to a list that will be replaced.
func (l *links) isToOutput(name string) bool {
	if len(l.outputs) == 0 {
		return false
	}
	info, err := l.root.Dir().Stat(name)
	return err == nil && slices.ContainsFunc(l.outputs, func(o fs.FileInfo) bool { return os.SameFile(o, info) })
}

// addLink lists a link to a file. It leaves out a link that leads nowhere, such as a
// loop, or to the list itself, but not one that can't be followed for another reason,
// which then prevents the list.
func (f *found) addLink(l *links, n tree.Node) {
	err := l.follow(n.Name)
	switch status, _ := verdict.Of(err); {
	case l.isToOutput(n.Name):
		f.left = append(f.left, n)
	case status == verdict.OK, status == verdict.Unreadable && !tree.LeadsNowhere(err):
		f.names = append(f.names, n.Name)
	case status == verdict.OutsideRoot:
		f.out = append(f.out, n.Name)
	default:
		f.left = append(f.left, n)
	}
}

// nothing returns the error that there is nothing to list.
func (f *found) nothing(output paths.Path) error {
	if len(f.out) > 0 {
		return output.Failed(problem.OnlyLinksOutside, "not written: no files to list, only %s", linksOut(f.out, ""))
	}
	if len(f.lists) > 0 {
		return output.Failed(problem.NoFiles, "not written: no files to list but %s (--all lists them)", some(f.lists, problem.Quoted))
	}
	return output.Failed(problem.NoFiles, "not written: no files to list")
}

// linksOut names links that lead outside the root, and says what became of them.
func linksOut(links []string, became string) string {
	what := "1 link that leads outside the root"
	if len(links) > 1 {
		what = fmt.Sprintf("%d links that lead outside the root", len(links))
	}
	return fmt.Sprintf("%s%s: %s", what, became, some(links, problem.Quoted))
}

const mostNamed = 5 // names in a warning

// leftOut returns a warning that names what was left out because it is not a regular
// file.
func leftOut(left []tree.Node) problem.Warning {
	what, them := "1 name left out, not a regular file", "it"
	if len(left) > 1 {
		what, them = fmt.Sprintf("%d names left out, not regular files", len(left)), "them"
	}
	names := some(left, func(n tree.Node) string { return fmt.Sprintf("%s (%s)", problem.Quoted(n.Name), n.Kind()) })
	return problem.Warn(problem.FilesLeftOut, "%s beneath the root, so verify --extra will report %s (--extra=files won't): %s",
		what, them, names)
}

// listsLeftOut returns a warning that names the lists and signatures left out.
func listsLeftOut(names []string) problem.Warning {
	what, them := "1 file left out, a checksum list or its signature", "it"
	if len(names) > 1 {
		what, them = fmt.Sprintf("%d files left out, checksum lists or their signatures", len(names)), "them"
	}
	return problem.Warn(problem.ListsLeftOut, "%s (--all lists %s): %s", what, them, some(names, problem.Quoted))
}

// some returns the first few of all as text.
func some[T any](all []T, text func(T) string) string {
	var names []string
	for _, one := range all[:min(mostNamed, len(all))] {
		names = append(names, text(one))
	}
	if len(all) > mostNamed {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
