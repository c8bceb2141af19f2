// Package update brings a checksum list up to date: it verifies what is listed, adds what
// is new, and replaces digests only of files whose change was accepted.
package update

import (
	"bytes"
	"context"
	"io"
	"os"
	slashpath "path"
	"path/filepath"

	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// Request asks for a list to be brought up to date.
type Request struct {
	job.Request              // Root "": the directory of the list
	List        string       // its path
	Reading     list.Options // but for the list's name
	Accept      []string     // patterns of names whose files may have changed
	DropMissing bool         // remove the entries of missing files
	Quick       bool         // verify only files that have another size, or changed after the list was written
	Fixed       bool         // add no files
	Outputs     []string     // paths of files that are never listed: the caller writes them
}

// Start starts a job that updates a list. Its results are on the entries that fail, and on
// those that are new, accepted or removed. If one fails, the list stays as it is, except
// that a missing file only keeps its entry.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	u, err := settle(r)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, u.run)
}

// update is a settled request.
type update struct {
	job.Settled
	Request
	path    paths.Path
	accept  []accepted
	outputs []paths.Path // the list is the first
}

func settle(r Request) (*update, error) {
	if r.List == "" {
		return nil, problem.New(problem.InvalidArgument, "manifest is empty")
	}
	path, err := paths.From(r.Directory).Locate(r.List)
	if err != nil {
		return nil, err
	}
	if r.Root == "" {
		r.Root = path.Directory().Shown
	}
	u := &update{Request: r, path: path}
	if u.Settled, err = r.Request.Settle(); err != nil {
		return nil, err
	}
	for _, text := range r.Accept {
		p, err := verify.NewPattern(text)
		if err != nil {
			return nil, problem.New(problem.InvalidArgument, "accept: %q is not a valid pattern: %v", text, err)
		}
		u.accept = append(u.accept, accepted{Pattern: p, name: slashpath.Clean(text)})
	}
	u.outputs, err = u.Locate("outputs", r.Outputs)
	u.outputs = append([]paths.Path{path}, u.outputs...)
	return u, err
}

func (u *update) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	root, err := j.OpenRoot(ctx, u.Settled)
	if err != nil {
		return s, err
	}
	defer root.Close()
	old, err := u.read(ctx, j)
	if err != nil {
		return s, err
	}
	err = create.Replace(j, u.path, func() (text []byte, err error) {
		s, text, err = u.renew(ctx, j, root, old)
		return text, err
	}, func() error { return old.check(u.path) })
	if s.Output != "" && err == nil {
		old.keepTime(u.path)
	}
	s.Root = u.Settled.Root.Shown
	return s, err
}

// renew returns the new text of the list; nil if it stays as it is.
func (u *update) renew(ctx context.Context, j *job.Job, root *tree.Root, old *original) (s job.Summary, text []byte, err error) {
	s.OK = true
	if len(old.Malformed) > 0 {
		u.deliver(ctx, j, &s, old.malformed())
		return s, nil, nil
	}
	look := u.begin(ctx, j, root, old)
	defer look.beside.Leave()
	c, err := u.compare(ctx, j, root, old, &s)
	if err != nil {
		return s, nil, err
	}
	if c.stops {
		u.deliver(ctx, j, &s, c.lost)
		return s, nil, nil
	}
	if err := look.conclude(ctx); err != nil {
		return s, nil, err
	}
	s.Warnings = append(s.Warnings, look.warnings...)
	files, failed, err := create.Digest(ctx, j, root, u.Settled, old.algorithms(), append(c.namesOf(root, old), look.names...))
	if err != nil {
		return s, nil, err
	}
	if len(failed) > 0 {
		u.deliver(ctx, j, &s, append(c.lost, failed...))
		return s, nil, nil
	}
	text, err = u.write(ctx, j, &s, old, c, files)
	return s, text, err
}

// write returns the text with what was found, and delivers the results on it.
func (u *update) write(ctx context.Context, j *job.Job, s *job.Summary, old *original, c *comparison, files []create.File) ([]byte, error) {
	changes := changesOf(old, c, files)
	changes.findMoved(old, c.lost)
	u.deliver(ctx, j, s, c.lost)
	if changed := changes.unlike(c); len(changed) > 0 {
		u.deliver(ctx, j, s, changed)
		return nil, nil
	}
	if changes.isNone() {
		return nil, nil
	}
	text, err := rewrite(old, changes)
	if err != nil {
		return nil, err
	}
	u.deliver(ctx, j, s, changes.results(u.path.Shown))
	s.Output, s.Outputs = u.path.Shown, []string{u.path.Shown}
	return text, nil
}

func (u *update) deliver(ctx context.Context, j *job.Job, s *job.Summary, results []verdict.Result) {
	for _, r := range results {
		s.Counts[r.Status]++
		s.OK = s.OK && !r.Fails
	}
	j.Deliver(ctx, results)
}

// read reads the list, and refuses one that can't be updated.
func (u *update) read(ctx context.Context, j *job.Job) (old *original, err error) {
	err = j.Call(ctx, func() (err error) { old, err = u.readFile(ctx); return err })
	return old, err
}

func (u *update) readFile(ctx context.Context) (*original, error) {
	if err := u.refuse(); err != nil {
		return nil, err
	}
	f, err := tree.WhenReleased(ctx, func() (*os.File, error) { return tree.OpenPath(u.path.At) })
	if err != nil {
		return nil, u.path.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, u.path.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	text, err := io.ReadAll(&tree.Cancellable{Context: ctx, Reader: f})
	if err != nil {
		return nil, u.path.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	one, err := verify.NewOne(u.Base, verify.List{Path: u.path.Shown, Content: text}, u.Reading, false)
	if err != nil {
		return nil, err
	}
	l, err := one.Read(ctx)
	if err != nil {
		return nil, err
	}
	return newOriginal(u.path, text, info, u.Reading, one, l)
}

// refuse returns an error if others depend on the bytes of the list.
func (u *update) refuse() error {
	name := filepath.Base(u.path.At)
	directory := filepath.Dir(u.path.At)
	if _, err := os.Lstat(filepath.Join(directory, "bagit.txt")); err == nil {
		return u.path.Failed(problem.NotUpdated, "part of a bag, whose manifests are written together; use create --bagit --force")
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		return u.path.Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	for _, e := range entries {
		if signed, is := list.SignedName(e.Name()); is && signed == name {
			return u.path.Failed(problem.NotUpdated, "signed by %s, which would no longer fit; remove the signature, update the list, and sign it again",
				problem.Quoted(e.Name()))
		}
	}
	return nil
}

// isSigned reports whether a text contains its own signature.
func isSigned(text []byte) bool {
	return bytes.Contains(text, []byte("-----BEGIN PGP SIGNED MESSAGE-----")) || bytes.HasPrefix(text, []byte("untrusted comment: "))
}
