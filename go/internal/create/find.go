package create

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
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
	lists []string    // left out because they are lists or signatures of lists, sorted
}

func findFiles(ctx context.Context, root *tree.Root, output paths.Path, all bool) (*found, error) {
	own, isBeneath := root.NameOf(output.At)
	opener := root.Opener()
	f := &found{}
	visit := func(n tree.Node) error {
		switch {
		case n.Name == own && isBeneath:
			isBeneath = false // the walk has found the output itself
		case isPart(n.Name):
		case n.Type.IsRegular(), n.Type&fs.ModeSymlink != 0 && leadsToFile(opener, n.Name):
			f.names = append(f.names, n.Name)
		default:
			f.left = append(f.left, n)
		}
		return nil
	}
	var unread error
	failed := func(directory string, err error) {
		unread = output.Failed(problem.DirectoryUnreadable, "not written: can't read directory %q: %s", directory, problem.Reason(err))
	}
	if err := root.Walk(ctx, visit, failed); err != nil {
		if ctx.Err() != nil {
			return nil, problem.ErrCancelled
		}
		return nil, err
	}
	if isBeneath {
		f.leaveOut(ctx, root, own)
	}
	slices.Sort(f.names)
	if !all {
		f.leaveOutLists(ctx, root, own)
	}
	if unread == nil && len(f.names) == 0 {
		unread = output.Failed(problem.NoFiles, "not written: %s", f.none())
	}
	slices.SortFunc(f.left, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return f, unread
}

// leaveOut removes the file with this name, if the walk found it under another name.
func (f *found) leaveOut(ctx context.Context, root *tree.Root, name string) {
	meant := root.Aliases(ctx, slices.Values([]string{name}), slices.Values(f.names), slices.Values([]string(nil)))
	f.names = slices.DeleteFunc(f.names, func(n string) bool { return meant[n] })
}

// leaveOutLists removes the lists in the root, because each of them would change when
// another one is written, and their signatures. own is the name of the new list.
func (f *found) leaveOutLists(ctx context.Context, root *tree.Root, own string) {
	f.lists = lists.Among(ctx, root, f.names, own)
	f.names = slices.DeleteFunc(f.names, func(name string) bool {
		_, is := slices.BinarySearch(f.lists, name)
		return is
	})
}

// none returns why there are no files to list.
func (f *found) none() string {
	if len(f.lists) > 0 {
		return fmt.Sprintf("no files to list but %s (--all lists them)", someOf(f.lists))
	}
	return "no files to list"
}

// leadsToFile reports whether to list a link. It returns false for a link that leads
// nowhere, such as a loop, and true for a link that can't be followed for another
// reason, which then prevents the list.
func leadsToFile(o *tree.Opener, name string) bool {
	file, _, err := o.Open(name)
	if err == nil {
		file.Close()
		return true
	}
	status, _ := verdict.Of(err)
	return status == verdict.Unreadable && !tree.LeadsNowhere(err)
}

const mostNamed = 5 // names in a warning

// leftOut returns a warning that names what was left out because it is not a regular
// file.
func leftOut(left []tree.Node) problem.Warning {
	var names []string
	for _, n := range left[:min(mostNamed, len(left))] {
		names = append(names, fmt.Sprintf("%q (%s)", n.Name, n.Kind()))
	}
	if len(left) > mostNamed {
		names = append(names, "…")
	}
	what, them := "1 name left out, not a regular file", "it"
	if len(left) > 1 {
		what, them = fmt.Sprintf("%d names left out, not regular files", len(left)), "them"
	}
	return problem.Warn(problem.FilesLeftOut, "%s beneath the root, so verify --extra will report %s (--extra=files won't): %s",
		what, them, strings.Join(names, ", "))
}

// listsLeftOut returns a warning that names the lists and signatures left out.
func listsLeftOut(names []string) problem.Warning {
	what, them := "1 file left out, a checksum list or its signature", "it"
	if len(names) > 1 {
		what, them = fmt.Sprintf("%d files left out, checksum lists or their signatures", len(names)), "them"
	}
	return problem.Warn(problem.ListsLeftOut, "%s (--all lists %s): %s", what, them, someOf(names))
}

// someOf returns the first names in quotes.
func someOf(names []string) string {
	var quoted []string
	for _, name := range names[:min(mostNamed, len(names))] {
		quoted = append(quoted, strconv.Quote(name))
	}
	if len(names) > mostNamed {
		quoted = append(quoted, "…")
	}
	return strings.Join(quoted, ", ")
}
