package archive

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// scan walks the root and compares what it finds with the records.
type scan struct {
	*comparison
	next    int     // the record after the last one that was found
	seen    []bool  // by record: something has its name
	found   bool    // any regular file
	other   []int32 // records whose file has the recorded size and time, and another identity
	by      map[tree.Info]int32
	same    []tree.Node // new files that have the size, the time and the identity of a record
	special []string    // names of what is not a regular file, and not recorded
	unread  []string    // directories

	mu       sync.Mutex
	sizes    map[int64]bool // of the records; nil until needed
	held     []verdict.Result
	vanished []int32 // records whose file was deleted after the walk had found it
}

func newScan(c *comparison) *scan { return &scan{comparison: c, seen: make([]bool, len(c.Records))} }

// run walks the root, reads meanwhile what is new or changed, and concludes what is missing.
func (s *scan) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	walked := make(chan error, 1)
	go func() {
		err := job.Guarded(func() error { return s.walk(ctx) })
		if err != nil {
			cancel()
		}
		s.tasks.end()
		walked <- err
	}()
	s.waitForFirst(ctx)
	err := hashing.Run(ctx, s.root, s, s.job.Options(s.Settled), s.job.Share, &s.job.Meter)
	if err != nil {
		cancel()
	}
	if failed := <-walked; failed != nil && (err == nil || err == problem.ErrCancelled) {
		return failed
	}
	if err != nil {
		return err
	}
	s.settleReplaced(ctx)
	s.conclude(ctx)
	if ctx.Err() != nil {
		return problem.ErrCancelled
	}
	return nil
}

// waitForFirst waits until there is a file to read: mostly there is none. With few
// descriptors, the walk must not take them from its own job.
func (s *scan) waitForFirst(ctx context.Context) {
	if holdings.FewFiles() {
		s.WaitForMore(ctx, math.MaxInt)
	} else {
		s.WaitForMore(ctx, 0)
	}
}

func (s *scan) walk(ctx context.Context) error {
	crew := s.job.Selecting(s.Settled)
	crew.Inspect = true
	failed := func(directory string, err error) {
		s.unread = append(s.unread, directory)
		s.put(verdict.Result{Path: directory, Status: verdict.Unreadable, Size: -1, Detail: "can't search the directory: " + problem.Reason(err)})
	}
	if err := s.root.Walk(ctx, crew, s.visit, failed); err != nil {
		if ctx.Err() != nil {
			return problem.ErrCancelled
		}
		return err
	}
	if n := len(s.Records); n > 0 && !s.found && len(s.unread) == 0 {
		return s.Root.Failed(problem.NoFiles, "there is no file, but %d are recorded", n)
	} else if !s.found && len(s.unread) == 0 {
		return s.Root.Failed(problem.NoFiles, "no files to record")
	}
	s.readReplaced()
	s.settleSame()
	return nil
}

// visit compares the files of a directory, which are in order, as the records are.
func (s *scan) visit(nodes []tree.Node) error {
	unchanged := int64(0)
	for i := range nodes {
		n := &nodes[i]
		if s.own[n.Name] {
			continue
		}
		at, isKnown := s.find(n.Name)
		isFile := n.Type.IsRegular()
		s.found = s.found || isFile
		switch {
		case !isKnown && isFile:
			s.foundNew(*n)
		case !isKnown:
			s.special = append(s.special, strings.Clone(n.Name))
		case s.seen[at]: // it was listed twice
		case !isFile:
			s.seen[at] = true
			s.put(verdict.Result{Path: s.Records[at].Name, Status: verdict.NotRegular, Size: -1, Detail: "is a " + n.Kind()})
		default:
			s.seen[at] = true
			if s.isUnchanged(at, n) {
				unchanged++
			}
		}
	}
	s.counts[verdict.OK].Add(unchanged)
	return nil
}

// isUnchanged reports whether a file has the recorded size, time and identity. With another
// size or time it is read, and with another identity perhaps, at the end of the walk.
func (s *scan) isUnchanged(at int, n *tree.Node) bool {
	known := &s.Records[at]
	if n.Size != known.Size || n.ModTime != known.ModTime {
		s.tasks.add(task{name: known.Name, record: int32(at), size: n.Size})
		return false
	}
	s.inodes.note(known.Identity, n.Identity)
	if n.Identity != known.Identity {
		s.other = append(s.other, int32(at))
		return false
	}
	return true
}

// readReplaced has files with other inodes read, where that means something.
func (s *scan) readReplaced() {
	if !s.inodes.areKept() {
		s.counts[verdict.OK].Add(int64(len(s.other)))
		return
	}
	for _, at := range s.other {
		s.tasks.add(task{name: s.Records[at].Name, record: at, size: s.Records[at].Size})
	}
}

// find returns the number of the record of a name. It begins where the last one was found,
// because mostly it is the next.
func (s *scan) find(name string) (at int, ok bool) {
	if s.next < len(s.Records) && s.Records[s.next].Name == name {
		s.next++
		return s.next - 1, true
	}
	at, ok = sort.Find(len(s.Records), func(i int) int { return strings.Compare(name, s.Records[i].Name) })
	if s.next = at; ok {
		s.next++
	}
	return at, ok
}

// foundNew keeps a file that seems to be a recorded one under a new name, and has others
// read.
func (s *scan) foundNew(n tree.Node) {
	n.Name = strings.Clone(n.Name)
	if len(s.Records) > 0 && n.Identity != (tree.Identity{}) {
		if s.by == nil {
			s.by = make(map[tree.Info]int32, len(s.Records))
			for i := range s.Records {
				s.by[s.Records[i].Info] = int32(i)
			}
		}
		if _, ok := s.by[n.Info()]; ok {
			s.same = append(s.same, n)
			return
		}
	}
	s.tasks.add(task{name: n.Name, record: isNew, size: n.Size})
}

// settleSame finds out of which of the files that were kept the recorded name is gone. Where
// files don't keep their identity, as on a file system that makes it up, they are read.
func (s *scan) settleSame() {
	if len(s.same) == 0 {
		return
	}
	slices.SortFunc(s.same, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	of := map[tree.Info][]int32{} // several names of a file have one state
	for i := range s.Records {
		if _, ok := s.by[s.Records[i].Info]; ok && !s.seen[i] && !s.isUnread(s.Records[i].Name) {
			of[s.Records[i].Info] = append(of[s.Records[i].Info], int32(i))
		}
	}
	for _, n := range s.same {
		gone := of[n.Info()]
		if len(gone) == 0 || !s.inodes.areKept() {
			s.tasks.add(task{name: n.Name, record: isNew, size: n.Size})
			continue
		}
		of[n.Info()] = gone[1:]
		s.seen[gone[0]] = true
		s.put(moved(&s.Records[gone[0]], n.Name, n.Info(), ""))
	}
}

// isUnread reports whether a name is beneath a directory that can't be read.
func (s *scan) isUnread(name string) bool {
	return slices.ContainsFunc(s.unread, func(directory string) bool {
		return directory == "." || strings.HasPrefix(name, directory+"/")
	})
}

// holds reports whether a result is not to be delivered yet, or never: a new file may turn
// out to be one that is missing under its recorded name.
func (s *scan) holds(t *task, r *verdict.Result) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Status == verdict.Missing { // it was deleted after the walk had found it
		if t.record != isNew {
			s.vanished = append(s.vanished, t.record)
		}
		return true
	}
	if r.Status != verdict.Added || r.Size == 0 || len(s.Records) == 0 {
		return false
	}
	if s.sizes == nil {
		s.sizes = make(map[int64]bool)
		for i := range s.Records {
			s.sizes[s.Records[i].Size] = true
		}
	}
	if !s.sizes[r.Size] {
		return false
	}
	s.held = append(s.held, *r)
	return true
}

// conclude delivers what is known at the end: what has moved, was added or is missing.
func (s *scan) conclude(ctx context.Context) {
	for _, i := range s.vanished {
		s.seen[i] = false
	}
	put := func(r verdict.Result) {
		s.job.WaitForRoom(ctx)
		s.put(r)
	}
	gone := map[string][]int{}
	for i := range s.Records {
		if !s.seen[i] && !s.isUnread(s.Records[i].Name) {
			gone[s.Records[i].Sums] = append(gone[s.Records[i].Sums], i)
		}
	}
	slices.SortFunc(s.held, func(a, b verdict.Result) int { return cmp.Compare(a.Path, b.Path) })
	for _, r := range s.held {
		sums := unhex(r.Found.Sums)
		if all := gone[sums]; len(all) > 0 {
			gone[sums] = all[1:]
			s.seen[all[0]] = true
			r = moved(&s.Records[all[0]], r.Path, r.Found.Info, r.Found.Sums)
		}
		put(r)
	}
	for i := range s.Records {
		if !s.seen[i] && !s.isUnread(s.Records[i].Name) {
			put(verdict.Result{Path: s.Records[i].Name, Status: verdict.Missing, Size: -1})
		}
	}
}

// mostNamed is the number of names in a warning.
const mostNamed = 3

func (s *scan) warnings() []problem.Warning {
	if len(s.special) == 0 {
		return nil
	}
	slices.Sort(s.special)
	var names []string
	for _, name := range s.special[:min(mostNamed, len(s.special))] {
		names = append(names, problem.Quoted(name))
	}
	text := strings.Join(names, ", ")
	if more := len(s.special) - len(names); more > 0 {
		text = fmt.Sprintf("%s and %d more", text, more)
	}
	what := "1 name is not recorded, not of a regular file"
	if len(s.special) > 1 {
		what = fmt.Sprintf("%d names are not recorded, not of regular files", len(s.special))
	}
	return []problem.Warning{problem.Warn(problem.FilesLeftOut, "%s: %s", what, text)}
}
