package create

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// found is what there is to list, and what is left out.
type found struct {
	names []string // sorted by bytes
	left  []tree.Node
}

func findFiles(ctx context.Context, root *tree.Root, output paths.Path) (*found, error) {
	own, isBeneath := root.NameOf(output.At)
	opener := root.Opener()
	f := &found{}
	visit := func(n tree.Node) error {
		switch {
		case n.Name == own && isBeneath:
			isBeneath = false // and found
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
	if unread == nil && len(f.names) == 0 {
		unread = output.Failed(problem.NoFiles, "not written: no files to list")
	}
	slices.Sort(f.names)
	slices.SortFunc(f.left, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return f, unread
}

// leaveOut drops the file that a name means, if the walk found it under another.
func (f *found) leaveOut(ctx context.Context, root *tree.Root, name string) {
	meant := root.Aliases(ctx, slices.Values([]string{name}), slices.Values(f.names), slices.Values([]string(nil)))
	f.names = slices.DeleteFunc(f.names, func(n string) bool { return meant[n] })
}

// leadsToFile tells links to list from those to leave out. One that leads nowhere,
// such as in a circle, is left out; one that can't be followed for another reason
// is listed, and fails the list.
func leadsToFile(o *tree.Opener, name string) bool {
	file, _, err := o.Open(name)
	if err == nil {
		file.Close()
		return true
	}
	status, _ := verdict.Of(err)
	return status == verdict.Unreadable && !tree.LeadsNowhere(err)
}

// leftOut names what a list of files can't hold.
func leftOut(left []tree.Node) problem.Warning {
	const most = 5
	var names []string
	for _, n := range left[:min(most, len(left))] {
		names = append(names, fmt.Sprintf("%q (%s)", n.Name, n.Kind()))
	}
	if len(left) > most {
		names = append(names, "…")
	}
	return problem.Warn(problem.FilesLeftOut, "%d left out because they don't lead to a regular file beneath the root: %s",
		len(left), strings.Join(names, ", "))
}
