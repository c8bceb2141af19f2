package update

import (
	"context"
	"slices"
	"time"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// comparison is what verifying the list has found.
type comparison struct {
	accepted map[int]verdict.Result // mismatches that were accepted, by the indexes of their entries
	missing  map[int]verdict.Result // to be removed, the same
	onDisk   map[string][]int       // the indexes of the accepted entries, by their names on disk
	stops    bool                   // a failure keeps the list as it is
}

// progressEvery is the time after which the progress of the verification is looked at.
const progressEvery = 50 * time.Millisecond

// compare verifies the entries, and delivers the failures.
func (u *update) compare(ctx context.Context, j *job.Job, root *tree.Root, old *original, s *job.Summary) (*comparison, error) {
	c := &comparison{accepted: map[int]verdict.Result{}, missing: map[int]verdict.Result{}, onDisk: map[string][]int{}}
	if err := u.checkAccept(old); err != nil {
		return nil, err
	}
	entries, skipped, err := u.toVerify(ctx, j, root, old)
	if err != nil || len(entries) == 0 {
		s.Warnings = append(s.Warnings, skipped...)
		return c, err
	}
	inner, err := verify.Start(ctx, u.verification(entries))
	if err != nil {
		return nil, err
	}
	at := old.indexes()
	for {
		b := inner.Next(progressEvery)
		mirror(&j.Meter, b.Progress)
		u.deliver(ctx, j, s, c.take(u, at, b.Results))
		if b.Summary == nil {
			continue
		}
		if b.Summary.Err != nil {
			return nil, b.Summary.Err
		}
		s.Counts[verdict.OK] = b.Summary.Counts[verdict.OK]
		s.Warnings = append(s.Warnings, slices.DeleteFunc(b.Summary.Warnings, func(w problem.Warning) bool { return w.Code == problem.NothingVerified })...)
		s.Warnings = append(s.Warnings, skipped...)
		return c, nil
	}
}

// mirror shows the progress of one job as that of another.
func mirror(m *hashing.Meter, p job.Progress) {
	m.Files.Store(p.Files)
	m.Bytes.Store(p.Bytes)
	m.TotalFiles.Store(p.TotalFiles)
	m.TotalBytes.Store(p.TotalBytes)
}

// verification returns the request to verify entries, also those of names that are not added.
func (u *update) verification(entries []list.Entry) verify.Request {
	common := u.Request.Request
	common.Exclude = nil
	return verify.Request{
		Request: common, Lists: []verify.List{{Path: u.path.Shown, Entries: entries}}, Algorithm: u.Reading.Algorithm,
		Format: u.Reading.Format, Backslash: u.Reading.Backslash,
	}
}

// checkAccept returns an error if something is accepted that the list doesn't have.
func (u *update) checkAccept(old *original) error {
	for i, p := range u.accept {
		if !slices.ContainsFunc(old.Entries, func(e list.Entry) bool { return p.Selects(e.Name) }) {
			return u.path.Failed(problem.NotListed, "no entry matches what is accepted, %s", problem.Quoted(u.Accept[i]))
		}
	}
	return nil
}

// indexes returns those of the entries by their lines.
func (o *original) indexes() func(line int32, name string) int {
	return func(line int32, name string) int {
		at, _ := slices.BinarySearchFunc(o.Entries, line, func(e list.Entry, line int32) int { return int(e.Line) - int(line) })
		for ; at < len(o.Entries) && o.Entries[at].Line == line; at++ {
			if o.Entries[at].Name == name {
				return at
			}
		}
		return -1
	}
}

// take sorts out the results that don't fail the update, and returns the others.
func (c *comparison) take(u *update, at func(int32, string) int, results []verdict.Result) (failures []verdict.Result) {
	for _, r := range results {
		i := at(r.Line, r.Path)
		switch {
		case r.Status == verdict.Mismatch && i >= 0 && slices.ContainsFunc(u.accept, func(p verify.Pattern) bool { return p.Selects(r.Path) }):
			c.accepted[i] = r
		case r.Status == verdict.Missing && i >= 0 && u.DropMissing:
			c.missing[i] = r
		default:
			c.stops = c.stops || r.Status != verdict.Missing
			failures = append(failures, r)
		}
	}
	return failures
}

// namesOf returns the names on disk of the files that were accepted, and notes their
// entries.
func (c *comparison) namesOf(root *tree.Root, old *original) (names []string) {
	for i := range c.accepted {
		if name, ok := root.NameOnDisk(old.Entries[i].Name); ok {
			if c.onDisk[name] == nil {
				names = append(names, name)
			}
			c.onDisk[name] = append(c.onDisk[name], i)
		}
	}
	return names
}

// toVerify returns the entries to verify. With Quick it leaves out those whose files have
// the listed size, if there is one, and are older than the list.
func (u *update) toVerify(ctx context.Context, j *job.Job, root *tree.Root, old *original) (entries []list.Entry, skipped []problem.Warning, err error) {
	if !u.Quick {
		return slices.Clone(old.Entries), nil, nil
	}
	err = j.Call(ctx, func() error {
		for i := range old.Entries {
			if ctx.Err() != nil {
				return problem.ErrCancelled
			}
			if e := &old.Entries[i]; !isOlder(root, e, old.info.ModTime()) {
				entries = append(entries, *e)
			}
		}
		return nil
	})
	if n := len(old.Entries) - len(entries); n > 0 {
		skipped = append(skipped, problem.Warn(problem.QuickSkipped, "%d of %d entries not verified: their files are older than the list", n, len(old.Entries)))
	}
	return entries, skipped, err
}

func isOlder(root *tree.Root, e *list.Entry, listed time.Time) bool {
	name, ok := root.Relative(e.Name)
	if !ok {
		return false
	}
	info, err := root.Dir().Stat(name)
	if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(listed) {
		return false
	}
	size, has := e.Size()
	return !has || size == info.Size()
}
