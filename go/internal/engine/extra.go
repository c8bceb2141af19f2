package engine

import (
	"context"
	"iter"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// findExtra reports what is on disk beneath the root and in no list, in the
// order of names. The lists themselves are expected there.
func (j *Job) findExtra(ctx context.Context, v *Verify, root *tree.Root, p *plan, counts *Counts) error {
	expected := expectedOf(p, root)
	var extra []tree.Node
	var results []Result
	visit := func(n tree.Node) error {
		if !expected.see(n.Name) {
			extra = append(extra, n)
		}
		return nil
	}
	failed := func(name string, err error) {
		results = append(results, Result{Path: name, Status: Unreadable, Fails: true, Size: -1, Detail: "can't be searched for extra files: " + problem.Reason(err)})
	}
	if err := j.inCall(ctx, func() error { return root.Walk(ctx, visit, failed) }); err != nil {
		if ctx.Err() != nil {
			return problem.ErrCancelled
		}
		return err
	}
	extra = withoutPassages(extra, p, root)
	extra = expected.withoutAliases(ctx, root, extra)
	slices.SortFunc(extra, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	counts[Unreadable] += int64(len(results))
	counts[Extra] += int64(len(extra))
	j.deliver(results)
	j.deliverExtra(extra)
	return nil
}

func (j *Job) deliverExtra(extra []tree.Node) {
	var results []Result
	for piece := range slices.Chunk(extra, batchSize) {
		results = results[:0]
		for _, n := range piece {
			results = append(results, Result{Path: n.Name, Status: Extra, Fails: true, Size: -1, Detail: n.Kind()})
		}
		j.deliver(results)
	}
}

// expected is what is expected on disk.
type expected struct {
	numbers map[string]int
	seen    []bool // by the walk
	unseen  int
}

// expectedOf collects all names in lists, and the lists.
func expectedOf(p *plan, root *tree.Root) *expected {
	e := &expected{numbers: make(map[string]int, p.entries)}
	number := 0
	add := func(name string, ok bool) {
		if ok {
			e.numbers[name] = number
			number++
		}
	}
	for _, s := range p.sources {
		for i := range s.Entries {
			add(nameOnDisk(s.Entries[i].Name, root))
		}
		add(nameBeneath(root, s.at))
	}
	e.seen, e.unseen = make([]bool, number), len(e.numbers)
	return e
}

// see says whether a name that is on disk is expected.
func (e *expected) see(name string) bool {
	number, ok := e.numbers[name]
	if ok && !e.seen[number] {
		e.seen[number] = true
		e.unseen--
	}
	return ok
}

// withoutAliases drops nodes that are expected under another name.
func (e *expected) withoutAliases(ctx context.Context, root *tree.Root, extra []tree.Node) []tree.Node {
	if len(extra) == 0 || e.unseen == 0 {
		return extra
	}
	nodes := func(yield func(string) bool) {
		for _, n := range extra {
			if !yield(n.Name) {
				return
			}
		}
	}
	meant := aliases(ctx, root, e.names(false), nodes, e.names(true))
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return meant[n.Name] })
}

// names are those that the walk has seen, or those that it has not.
func (e *expected) names(seen bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name, number := range e.numbers {
			if e.seen[number] == seen && !yield(name) {
				return
			}
		}
	}
}

// nameOnDisk is the name by which a walk finds what a list names so. ".." means
// the folder above as the system has it, also behind a link.
func nameOnDisk(name string, root *tree.Root) (string, bool) {
	name, ok := relativeName(name, root)
	if !ok {
		return "", false
	}
	if tree.LeadsUp(name) {
		resolved, err := root.Resolve(name)
		return resolved, err == nil
	}
	return path.Clean(name), true
}

// relativeName is the name, relative to the root and with slashes, of what a
// list names so.
func relativeName(name string, root *tree.Root) (string, bool) {
	if root.All() {
		return strings.TrimLeft(name, "/"), true
	}
	if filepath.IsAbs(name) {
		inside, err := root.Inside(name)
		return filepath.ToSlash(inside), err == nil
	}
	name = filepath.ToSlash(name)
	return name, !strings.HasPrefix(name, "/")
}

// nameBeneath is the name, relative to root, of a file that the user named in
// any way, through links also.
func nameBeneath(root *tree.Root, file string) (string, bool) {
	directory, base := filepath.Split(file) // unlike Dir it leaves ".." as it is
	directory, err := filepath.EvalSymlinks(directory)
	if err != nil {
		return "", false
	}
	if directory, err = filepath.Abs(directory); err != nil {
		return "", false
	}
	name, err := root.Inside(filepath.Join(directory, base))
	return path.Clean(filepath.ToSlash(name)), err == nil
}

// withoutPassages drops links to directories through which a listed name leads.
func withoutPassages(extra []tree.Node, p *plan, root *tree.Root) []tree.Node {
	links := &passage{}
	for i := range extra {
		if extra[i].Kind() == "symbolic link" {
			links.add(&extra[i])
		}
	}
	if links.next == nil {
		return extra
	}
	for _, s := range p.sources {
		for i := range s.Entries {
			if name, ok := relativeName(s.Entries[i].Name, root); ok {
				links.drop(name)
			}
		}
	}
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return n.Name == "" })
}

// passage is a step on the way to a link: names may be as long as a tree is deep,
// and are looked at once.
type passage struct {
	link *tree.Node // nil: none ends here
	next map[string]*passage
}

func (p *passage) add(link *tree.Node) {
	for element := range strings.SplitSeq(link.Name, "/") {
		if p.next == nil {
			p.next = map[string]*passage{}
		}
		if p.next[element] == nil {
			p.next[element] = &passage{}
		}
		p = p.next[element]
	}
	p.link = link
}

// drop empties the nodes of links that name leads through. Behind ".." a name's
// directories are not what they read as.
func (p *passage) drop(name string) {
	for {
		element, rest, through := strings.Cut(name, "/")
		if name = rest; !through || element == ".." {
			return
		}
		if element == "" || element == "." {
			continue
		}
		if p = p.next[element]; p == nil {
			return
		}
		if p.link != nil {
			p.link.Name = ""
		}
	}
}
