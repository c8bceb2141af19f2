// Package verify gives a verdict on every entry of checksum lists. It reads the
// lists, computes the digests with package hashing, and delivers results in the order
// of the lists. It is the only place that decides which verdicts fail a run.
package verify

import (
	"context"
	"os"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// Request is the request to verify the files in checksum lists.
type Request struct {
	job.Request
	Lists         []List           // nil: those found in Root by their names
	Algorithm     digest.Algorithm // of lines without a tag; Unknown: by the list
	Format        *list.Format     // of the lists; nil: by their content
	Backslash     bool             // each "\\" in the names of lists means "/"
	Lenient       bool             // malformed lines and lists without entries don't fail the run
	IgnoreMissing bool             // missing files don't fail the run and are not reported
	Extra         Extra            // report files that no list names
	ExtraAlone    bool             // and verify nothing
	Moved         bool             // look for missing files among those, by their content
	Outputs       []string         // paths of files that are never extra: the caller writes them
	KeepAll       bool             // report verdicts that are OK too
	Unordered     bool             // report verdicts as they are found, and not in the order of the lists
	FailFast      bool             // verify nothing more after the first failure
	Attacks       bool             // a file of a collision attack on SHA-1 is a mismatch
	Files         []string         // verify the entries of the files with these paths only
	Only          []string         // verify the entries whose names match these patterns only
}

// List is a checksum list: a file, or content that the caller has. Only one of
// Content, File and Entries is set.
type List struct {
	Path    string       // names the list in results
	Content []byte       // its text, instead of that of the file
	Before  int32        // lines before Content in its file
	File    string       // the file with its text, instead of the one at Path
	Entries []list.Entry // instead of a text; Path may be "" then
	Span    *list.Span   // only this part of the file, if it still is as it was cut
	Size    int64        // of the file that was cut, in bytes
}

// Start starts a job that verifies files. It returns an error if the request is
// unusable, or if the process is in no state to run a job.
//
// With a range of names, entries whose names are not in it are not verified, and only files in
// it can be extra. Lines that are no entries belong to the range that begins with the first
// name. A range without entries is no error.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	v, err := settle(r)
	if err != nil {
		return nil, err
	}
	return job.StartSmall(ctx, v.run, v.atHand)
}

// verification is a settled request.
type verification struct {
	job.Settled
	policy
	way
	lists     []given // nil: those found in the root by their names
	isPartial bool    // the lists are spans, of which one may have nothing to verify
	selection
	reading list.Options // but for the list's name
	extra   Extra
	alone   bool // the extra files alone are wanted
	outputs []paths.Path
	inCall  bool // it must not wait for storage
}

// given is a list with a settled path.
type given struct {
	paths.Path
	content []byte
	before  int32      // lines before the content in its file
	file    paths.Path // where the text is, unless there is content
	entries []list.Entry
	found   bool // in the root, by its name
	span    *list.Span
	size    int64 // of the file that was cut
}

func settle(r Request) (*verification, error) {
	if r.Lists != nil && len(r.Lists) == 0 {
		return nil, problem.New(problem.InvalidArgument, "manifest is empty; leave it out to use the lists found in the root")
	}
	s, err := r.Request.Settle()
	if err != nil {
		return nil, err
	}
	s.Attacks = r.Attacks
	v := &verification{
		Settled: s, policy: policy{r.Lenient, r.IgnoreMissing, r.KeepAll}, way: way{r.Unordered, r.FailFast, r.Moved},
		reading: list.Options{Algorithm: r.Algorithm, Format: r.Format, Backslash: r.Backslash}, extra: r.Extra, alone: r.ExtraAlone,
	}
	if v.selection, err = newSelection(s.Base, r.Files, r.Only); err != nil {
		return nil, err
	}
	if r.Extra != NoExtra && !v.selection.isAll() {
		return nil, problem.New(problem.InvalidArgument, "extra can't be combined with a selection of files")
	}
	if r.Moved && r.Extra == NoExtra {
		return nil, problem.New(problem.InvalidArgument, "moved: needs extra, because files that moved are among those that no list names")
	}
	if err := r.checkPart(); err != nil {
		return nil, err
	}
	for _, l := range r.Lists {
		g, err := locate(s.Base, l)
		if err != nil {
			return nil, err
		}
		v.lists = append(v.lists, g)
		v.isPartial = v.isPartial || g.span != nil
	}
	switch {
	case v.isPartial && !v.selection.isAll():
		return nil, problem.New(problem.InvalidArgument, "a span can't be combined with a selection of files")
	case v.isPartial && v.extra != NoExtra && !v.alone:
		return nil, problem.New(problem.InvalidArgument, "a span can't be combined with extra: files of other spans would be extra, too")
	}
	v.outputs, err = s.Locate("outputs", r.Outputs)
	return v, err
}

func locate(base *paths.Base, l List) (g given, err error) {
	if l.Entries != nil && len(l.Entries) == 0 {
		return g, problem.New(problem.InvalidArgument, "manifest has no entries")
	}
	g = given{content: l.Content, before: l.Before, entries: l.Entries, span: l.Span, size: l.Size}
	if g.Path, err = base.Locate(l.Path); err != nil {
		return g, err
	}
	g.file = g.Path
	if l.File != "" {
		g.file, err = base.Locate(l.File)
	}
	return g, err
}

func (v *verification) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	v.inCall = j.InCall()
	root, err := v.open(ctx, j)
	if err != nil {
		return s, err
	}
	defer root.Close()
	var p *plan
	if err := j.Call(ctx, func() (err error) { p, err = v.plan(ctx, root); return err }); err != nil {
		return s, err
	}
	if v.inCall && !p.atHand(root) {
		return s, job.ErrLater
	}
	if v.alone {
		return v.searchAlone(ctx, j, root, p)
	}
	j.Meter.TotalFiles.Store(p.entries + p.unsupported)
	j.Lists.Store(int64(len(p.sources)))
	var extra *search
	if v.extra != NoExtra && p.bag == nil {
		extra = v.begin(ctx, j, root, p)
		defer extra.beside.Leave()
	}
	o, err := v.compare(ctx, j, root, p)
	if err != nil {
		return s, err
	}
	counts, unjudged := o.conclude()
	if !v.isOver(counts) {
		unlisted := v.unlisted(p)
		counts[verdict.NotListed] += int64(len(unlisted))
		j.Deliver(ctx, unlisted)
	}
	if p.bag != nil && !v.isOver(counts) {
		o.tally.findings(p, v.policy, &counts)
		j.Deliver(ctx, p.bag.findings)
	} else if extra != nil && !v.isOver(counts) {
		if err := extra.conclude(ctx); err != nil {
			return s, err
		}
		if err := extra.findMoved(ctx, o.absent); err != nil {
			return s, err
		}
		o.deliverAbsent(ctx, &counts)
		extra.deliver(ctx, &counts)
	} else {
		o.deliverAbsent(ctx, &counts)
	}
	s = v.summary(p, counts)
	o.tally.write(&s, p, root, unjudged)
	s.Root = v.Root.Shown
	if p.isPart {
		s.LeftOut = p.leftOut()
	}
	if p.bag != nil {
		s.Bag = p.bag.version.String()
	}
	if unjudged > 0 {
		s.Warnings = append(s.Warnings, stoppedEarly(unjudged))
	}
	return s, nil
}

// open opens the root. A root that is a file is a list, and its directory the root.
func (v *verification) open(ctx context.Context, j *job.Job) (*tree.Root, error) {
	root, err := j.OpenRoot(ctx, v.Settled)
	if err == nil || v.lists != nil {
		return root, err
	}
	isFile := false
	_ = j.Call(ctx, func() error { // if it fails, the first error says why
		info, err := os.Stat(v.Root.At)
		isFile = err == nil && !info.IsDir()
		return nil
	})
	if !isFile {
		return nil, err
	}
	v.lists = []given{{Path: v.Root, file: v.Root}}
	v.Root = v.Root.Directory()
	return j.OpenRoot(ctx, v.Settled)
}

// compare gives a verdict on every entry, or on some of them if a failure ends the run.
func (v *verification) compare(ctx context.Context, j *job.Job, root *tree.Root, p *plan) (*order, error) {
	comparing, stop := context.WithCancel(ctx)
	defer stop()
	o := newOrder(j, p, v.policy, v.way, stop)
	err := hashing.Run(comparing, root, newComparison(p, o, root), j.Options(v.Settled), j.Share, &j.Meter)
	if stopped := err == problem.ErrCancelled && ctx.Err() == nil; err != nil && !stopped {
		return nil, err
	}
	return o, nil
}

// isOver reports whether a failure has ended the run.
func (v *verification) isOver(counts verdict.Counts) bool { return v.failFast && v.anyFails(counts) }

func (p policy) summary(all *plan, counts verdict.Counts) job.Summary {
	return job.Summary{
		OK:       (counts[verdict.OK] > 0 || all.isPart) && !p.anyFails(counts),
		Counts:   counts,
		Warnings: p.warnings(all, counts),
	}
}
