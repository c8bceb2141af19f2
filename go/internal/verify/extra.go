package verify

import (
	"context"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Extra selects the files to report that no list names.
type Extra uint8

// The selections.
const (
	NoExtra    Extra = iota
	AllExtra         // of every kind
	FilesExtra       // regular files, but no links, FIFOs, devices or sockets
)

func (e Extra) selects(n tree.Node) bool { return e == AllExtra || n.Type.IsRegular() }

// search looks for files that no list names, beside the reading of those that are listed.
type search struct {
	*verification
	job      *job.Job
	root     *tree.Root
	plan     *plan
	expected *tree.Expected
	extra    []tree.Node
	unread   []verdict.Result
	beside   job.Beside
}

// begin begins the search. With few descriptors, it must wait for the end of the reading;
// and where a failure ends the run, so that storage that hangs can't keep it from that.
func (v *verification) begin(ctx context.Context, j *job.Job, root *tree.Root, p *plan) *search {
	s := &search{verification: v, job: j, root: root, plan: p}
	if !holdings.FewFiles() && !v.failFast {
		s.beside.Begin(ctx, s.walk)
	}
	return s
}

func (s *search) walk(ctx context.Context) error {
	if !s.job.Share.Do(ctx, func() { s.expected = s.expectedOf(s.plan, s.root) }) {
		return problem.ErrCancelled
	}
	visit := func(n tree.Node) error {
		if !s.expected.See(n.Name) && s.verification.extra.selects(n) {
			n.Name = strings.Clone(n.Name)
			s.extra = append(s.extra, n)
		}
		return nil
	}
	failed := func(name string, err error) {
		s.unread = append(s.unread, s.found(name, verdict.Unreadable, "can't search for extra files: "+problem.Reason(err)))
	}
	err := s.root.Walk(ctx, s.job.Selecting(s.Settled), tree.Each(visit), failed)
	if err != nil && ctx.Err() != nil {
		return problem.ErrCancelled
	}
	return err
}

// conclude waits for the end of the search, and sorts what it has found. The outputs are
// not extra, nor are the lists directly in the root and their signatures, whether they are
// used or not.
func (s *search) conclude(ctx context.Context) error {
	if !s.beside.HasBegun() {
		s.beside.Begin(ctx, s.walk)
	}
	if err := s.beside.Wait(); err != nil {
		return err
	}
	if s.Within != nil {
		return s.concludePart(ctx)
	}
	return s.job.Call(ctx, func() error {
		extra := withoutPassages(s.extra, s.plan, s.root)
		extra = withoutAliases(ctx, s.root, s.expected, extra)
		s.extra, s.plan.unused = withoutLists(ctx, s.root, inOrder(extra), s.plan, nil)
		return nil
	})
}

func inOrder(nodes []tree.Node) []tree.Node {
	slices.SortFunc(nodes, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return nodes
}

// deliver delivers results on all files beneath the root that no list names, in the order
// of their names.
func (s *search) deliver(ctx context.Context, counts *verdict.Counts) {
	slices.SortFunc(s.unread, func(a, b verdict.Result) int { return strings.Compare(a.Path, b.Path) })
	counts[verdict.Unreadable] += int64(len(s.unread))
	counts[verdict.Extra] += int64(len(s.extra))
	s.job.Deliver(ctx, s.unread)
	s.deliverExtra(ctx, s.job, s.extra)
}

func (v *verification) deliverExtra(ctx context.Context, j *job.Job, extra []tree.Node) {
	var results []verdict.Result
	for piece := range slices.Chunk(extra, job.BatchSize) {
		results = results[:0]
		for _, n := range piece {
			results = append(results, v.found(n.Name, verdict.Extra, n.Kind()))
		}
		j.Deliver(ctx, results)
	}
}

// found returns a result of the search.
func (v *verification) found(name string, s verdict.Status, detail string) verdict.Result {
	return verdict.Result{Path: name, Status: s, Fails: v.fails(s), Size: -1, Detail: detail}
}

// expectedOf returns all names in the lists, the lists themselves, and the outputs.
func (v *verification) expectedOf(p *plan, root *tree.Root) *tree.Expected {
	e := tree.NewExpected(int(p.entries))
	add := func(name string, ok bool) {
		if ok {
			e.Add(name)
		}
	}
	for _, s := range p.sources {
		for i := range s.Entries {
			add(root.NameOnDisk(s.Entries[i].Name))
		}
		for i := range s.Malformed {
			if name := s.Malformed[i].Name; name != "" {
				add(root.NameOnDisk(name))
			}
		}
		for i := range s.Listed {
			add(root.NameOnDisk(s.Listed[i].Name))
		}
		add(root.NameOf(s.At))
	}
	for _, o := range v.outputs {
		add(root.NameOf(o.At))
	}
	return e
}

// withoutLists removes the lists in the root and their signatures, and returns the
// names of these lists too. There may be other lists elsewhere.
func withoutLists(ctx context.Context, root *tree.Root, extra []tree.Node, p *plan, elsewhere []string) (rest []tree.Node, unused []string) {
	names, used := slices.Clone(elsewhere), []string(nil)
	for _, n := range extra {
		names = append(names, n.Name)
	}
	for _, s := range p.sources {
		if name, ok := root.NameOf(s.At); ok {
			used = append(used, name)
		}
	}
	found := lists.Among(ctx, root, names, used...)
	found = slices.DeleteFunc(found, func(name string) bool { return slices.Contains(elsewhere, name) })
	for _, name := range found {
		if _, isSignature := list.SignedName(name); !isSignature {
			unused = append(unused, name)
		}
	}
	return slices.DeleteFunc(extra, func(n tree.Node) bool {
		_, is := slices.BinarySearch(found, n.Name)
		return is
	}), unused
}

// withoutAliases removes the nodes that are expected under another name.
func withoutAliases(ctx context.Context, root *tree.Root, e *tree.Expected, extra []tree.Node) []tree.Node {
	if len(extra) == 0 || !e.HasUnseen() {
		return extra
	}
	nodes := func(yield func(string) bool) {
		for _, n := range extra {
			if !yield(n.Name) {
				return
			}
		}
	}
	meant := root.Aliases(ctx, e.Names(false), nodes, e.Names(true))
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return meant[n.Name] })
}
