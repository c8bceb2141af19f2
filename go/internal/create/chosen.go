package create

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// choice adds the files that the caller names, instead of all beneath the root. Whether
// each of them can be listed is found when it is read.
type choice struct {
	*finding
	*creation
	subject paths.Path // of the error that nothing is left to list
	direct  bool       // all files must be directly in the root
}

func newChoice(f *finding, c *creation, subject paths.Path) *choice {
	return &choice{finding: f, creation: c, subject: subject}
}

func (c *choice) run(ctx context.Context, l *listing, _ func()) error {
	err := problem.ErrCancelled
	c.share.Do(ctx, func() { err = c.add(ctx, l) })
	return err
}

func (c *choice) add(ctx context.Context, l *listing) error {
	names, err := c.names(ctx)
	if err != nil {
		return err
	}
	if !c.finding.all {
		c.lists = lists.Among(ctx, c.root, names)
	}
	nodes := make([]tree.Node, 0, len(names))
	for _, name := range names {
		if _, is := slices.BinarySearch(c.lists, name); !is {
			nodes = append(nodes, tree.Node{Name: name, Size: -1})
		}
	}
	if l.add(nodes); len(nodes) == 0 {
		return c.nothing(c.subject)
	}
	return nil
}

// names returns the names of the files beneath the root, each once and sorted, without
// those that are left out.
func (c *choice) names(ctx context.Context) (names []string, err error) {
	own := ownNames(c.root, c.finding.outputs)
	for _, f := range c.files {
		if ctx.Err() != nil {
			return nil, problem.ErrCancelled
		}
		name, err := c.nameOf(f)
		if err != nil {
			return nil, err
		}
		switch {
		case own[name]:
		case c.Exclude != nil && c.Exclude.Excludes(name):
			c.excluded++
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// nameOf returns the name of a file beneath the root, which it must be.
func (c *choice) nameOf(f paths.Path) (string, error) {
	name, ok := c.root.NameOf(f.At)
	_, err := os.Lstat(f.At)
	switch {
	case !ok && err != nil:
		return "", f.Failed(problem.NotBeneathRoot, "%s", problem.Reason(err))
	case !ok:
		return "", f.Failed(problem.NotBeneathRoot, "not beneath %s, the directory that the list is for", problem.Quoted(c.Root.Shown))
	case c.direct && strings.Contains(name, "/"):
		return "", f.Failed(problem.NotBeneathRoot, "not directly in %s, as a file must be that gets a list of its own", problem.Quoted(c.Root.Shown))
	}
	return name, nil
}
