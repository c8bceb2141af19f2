package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/manifest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

// create writes a list of all regular files beneath the root, and of links to
// such. Where one of them can't be read as a whole, nothing is written.
func (j *Job) create(ctx context.Context, c *Create) (Summary, error) {
	root, err := j.openRoot(ctx, c.root)
	if err != nil {
		return Summary{}, err
	}
	defer root.Close()
	out, err := j.open(c)
	if err != nil {
		return Summary{}, err
	}
	defer out.discard()
	var found *found
	err = j.inCall(ctx, func() (err error) { found, err = findFiles(ctx, root, c.output); return err })
	if err != nil {
		return Summary{}, err
	}
	j.totalFiles.Store(int64(len(found.names)))
	l := &listing{j, c.Algorithm, found.names, make([]reading, len(found.names))}
	a := newAgenda(l)
	if c.Sizes {
		if err := a.measure(ctx, j, root, c.Jobs); err != nil {
			return Summary{}, err
		}
	}
	if err := j.digestAll(ctx, root, &c.Common, a); err != nil {
		return Summary{}, err
	}
	return j.conclude(c, out, found, l.readings)
}

// open makes the file that the list is written to, unless the job was cancelled.
func (j *Job) open(c *Create) (*output, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.summary != nil {
		return nil, problem.ErrCancelled
	}
	out, err := openOutput(c.output.real(), c.Force)
	if err == nil {
		j.undo = out.discard
	}
	return out, c.output.asShown(err)
}

// found is what there is to list, and what is left out.
type found struct {
	names []string // sorted by bytes
	left  []tree.Node
}

func findFiles(ctx context.Context, root *tree.Root, output place) (*found, error) {
	own, isBeneath := nameBeneath(root, output.at)
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
	failed := func(folder string, err error) {
		unread = output.failed(problem.DirectoryUnreadable, "not written, for folder %q can't be read: %s", folder, problem.Reason(err))
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
		unread = output.failed(problem.NoFiles, "not written, for there is no file to list")
	}
	slices.Sort(f.names)
	slices.SortFunc(f.left, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return f, unread
}

// leaveOut drops the file that a name means, if the walk found it under another.
func (f *found) leaveOut(ctx context.Context, root *tree.Root, name string) {
	meant := aliases(ctx, root, slices.Values([]string{name}), slices.Values(f.names), slices.Values([]string(nil)))
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
	return failedOpen(err).status == Unreadable && !tree.LeadsNowhere(err)
}

// listing is the work of computing the digests for a new list.
type listing struct {
	job       *Job
	algorithm digest.Algorithm
	names     []string
	readings  []reading
}

func (l *listing) count() int                 { return len(l.names) }
func (l *listing) admit(int, bool, bool) bool { return true }

func (l *listing) file(number int) (string, digest.Algorithm, bool) {
	return l.names[number], l.algorithm, true
}

func (l *listing) done(number int, r reading) {
	r.sum = bytes.Clone(r.sum)
	l.readings[number] = r
	l.job.files.Add(1)
}

// conclude writes the list, or reports why there can't be one.
func (j *Job) conclude(c *Create, out *output, found *found, readings []reading) (Summary, error) {
	s := Summary{OK: true}
	text := bufio.NewWriter(out.part)
	for i, r := range readings {
		s.Counts[r.status]++
		if r.status != OK {
			s.OK = false
			j.deliver([]Result{{Path: found.names[i], Status: r.status, Fails: true, Algorithm: c.Algorithm, Size: r.size, Detail: r.detail}})
			continue
		}
		text.Write(manifest.Line(found.names[i], hex.EncodeToString(r.sum)))
	}
	if s.Warnings = leftOut(found.left); c.Algorithm.Weak() {
		s.Warnings = append(s.Warnings, weakWarning([]digest.Algorithm{c.Algorithm}))
	}
	if !s.OK {
		return s, nil
	}
	s.Output = c.output.shown
	err := text.Flush() // the first error of all writes
	if err == nil {
		err = out.part.Sync()
	}
	return s, c.output.asShown(out.place(err, j.commit))
}

// leftOut names what a list of files can't hold.
func leftOut(left []tree.Node) []problem.Warning {
	const most = 5
	if len(left) == 0 {
		return nil
	}
	var names []string
	for _, n := range left[:min(most, len(left))] {
		names = append(names, fmt.Sprintf("%q (%s)", n.Name, n.Kind()))
	}
	if len(left) > most {
		names = append(names, "…")
	}
	return []problem.Warning{problem.Warn(problem.FilesLeftOut, "%d left out, for they lead to no regular file beneath the root: %s", len(left), strings.Join(names, ", "))}
}
