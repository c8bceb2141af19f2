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

// found holds the files beneath the root.
type found struct {
	names []string    // files to list, sorted by bytes
	left  []tree.Node // left out of the list
}

func findFiles(ctx context.Context, root *tree.Root, output paths.Path) (*found, error) {
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
	if unread == nil && len(f.names) == 0 {
		unread = output.Failed(problem.NoFiles, "not written: no files to list")
	}
	slices.Sort(f.names)
	slices.SortFunc(f.left, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return f, unread
}

// leaveOut removes the file with this name, if the walk found it under another name.
func (f *found) leaveOut(ctx context.Context, root *tree.Root, name string) {
	meant := root.Aliases(ctx, slices.Values([]string{name}), slices.Values(f.names), slices.Values([]string(nil)))
	f.names = slices.DeleteFunc(f.names, func(n string) bool { return meant[n] })
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

// leftOut returns a warning that names what was left out.
func leftOut(left []tree.Node) problem.Warning {
	const most = 5
	var names []string
	for _, n := range left[:min(most, len(left))] {
		names = append(names, fmt.Sprintf("%q (%s)", n.Name, n.Kind()))
	}
	if len(left) > most {
		names = append(names, "…")
	}
	what := "1 name left out, not a regular file"
	if len(left) > 1 {
		what = fmt.Sprintf("%d names left out, not regular files", len(left))
	}
	return problem.Warn(problem.FilesLeftOut, "%s beneath the root: %s", what, strings.Join(names, ", "))
}
