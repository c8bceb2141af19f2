package update

import (
	"context"
	"path"
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
	lost     []verdict.Result       // missing files whose entries stay
	gone     int                    // entries of missing files
	stops    bool                   // a failure keeps the list as it is
}

// progressEvery is the time after which the progress of the verification is looked at.
const progressEvery = 50 * time.Millisecond

// compare verifies the entries, and delivers the failures.
func (u *update) compare(ctx context.Context, j *job.Job, root *tree.Root, old *original, s *job.Summary) (*comparison, error) {
	c := &comparison{accepted: map[int]verdict.Result{}, missing: map[int]verdict.Result{}, onDisk: map[string][]int{}}
	if err := u.settleAccept(old); err != nil {
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
		return c, u.checkPresent(c, old)
	}
}

// checkPresent returns an error if none of the files is there: then the root is most likely
// another directory, or not mounted, and what is in it is not new.
func (u *update) checkPresent(c *comparison, old *original) error {
	if c.gone < len(old.Entries) {
		return nil
	}
	return u.path.Failed(problem.NotUpdated, "none of the files that it names is beneath %s; is that the right directory, and is it mounted?",
		problem.Quoted(u.Settled.Root.Shown))
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

// settleAccept finds out what each accepted name means: the entry of that name alone, or
// else a pattern. It is an error that the list has nothing of it.
func (u *update) settleAccept(old *original) error {
	for i := range u.accept {
		a := &u.accept[i]
		a.isName = slices.ContainsFunc(old.Entries, func(e list.Entry) bool { return path.Clean(e.Name) == a.name })
		if !slices.ContainsFunc(old.Entries, func(e list.Entry) bool { return a.selects(e.Name) }) {
			return u.path.Failed(problem.NotListed, "no entry matches what is accepted, %s", problem.Quoted(u.Accept[i]))
		}
	}
	return nil
}

// accepted is a name, or a pattern for names, of files that may differ.
type accepted struct {
	verify.Pattern
	name   string // clean
	isName bool   // the list has an entry of that name
}

func (a *accepted) selects(name string) bool {
	if a.isName {
		return path.Clean(name) == a.name
	}
	return a.Selects(name)
}

// accepts reports whether a file may differ.
func (u *update) accepts(name string) bool {
	return slices.ContainsFunc(u.accept, func(a accepted) bool { return a.selects(name) })
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
		case r.Status == verdict.Mismatch && i >= 0 && u.accepts(r.Path):
			c.accepted[i] = r
		case r.Status == verdict.Missing && i >= 0:
			if c.gone++; u.DropMissing {
				c.missing[i] = r
			} else {
				c.lost = append(c.lost, r)
			}
		default:
			c.stops = true
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
	listed := old.info.ModTime()
	if listed.After(old.started) {
		listed = time.Time{} // a clock was wrong: nothing is surely older
	}
	err = j.Call(ctx, func() error {
		for i := range old.Entries {
			if ctx.Err() != nil {
				return problem.ErrCancelled
			}
			if e := &old.Entries[i]; !isOlder(root, e, listed) {
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
	if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(listed) || !changed(info).Before(listed) {
		return false
	}
	size, has := e.Size()
	return !has || size == info.Size()
}
