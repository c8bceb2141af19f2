// Package convert writes a checksum list in another format.
package convert

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/listing"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verify"
)

// Request asks for a list with the entries of another one.
type Request struct {
	listing.Request
	To     *list.Format // nil for the one that Output is named after, or that of coreutils
	Output string       // path of the new list
	Force  bool         // replace Output if it exists
}

// Start starts a job that writes the list. If a line of the old list fails the job, or
// an entry can't be in the new format, it writes nothing. The results are on the lines
// that are no entries.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if r.To == nil {
		r.To = cmp.Or(list.FormatBySuffix(filepath.Base(r.Output)), &list.Coreutils)
	}
	if !r.To.Writes() {
		return nil, create.NotWritten(r.To)
	}
	base := paths.From(r.Directory)
	one, err := verify.NewOne(base, r.List, r.Options, r.Lenient)
	if err != nil {
		return nil, err
	}
	output, err := base.Locate(r.Output)
	if err != nil {
		return nil, err
	}
	return job.Start(ctx, func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
		err = create.Write(j, output, r.Force, func() (text []byte, err error) {
			var l *list.List
			if err := j.Call(ctx, func() (err error) { l, err = one.Read(ctx); return err }); err != nil {
				return nil, err
			}
			s = listing.Deliver(ctx, j, one.NoEntries(l), l)
			if !s.OK {
				return nil, nil
			}
			j.Meter.Files.Store(int64(len(l.Entries)))
			s.Output, s.Outputs = output.Shown, []string{output.Shown}
			text, err = Text(l.Entries, r.To, filepath.Base(output.At))
			return text, one.Located(err)
		})
		return s, err
	})
}

// Text returns a list of this format. It is an error that a reader, who knows nothing
// but the list's name, would read other names or digests. A size, and that a file has
// several digests in one line, may be lost.
func Text(entries []list.Entry, to *list.Format, name string) ([]byte, error) {
	if !to.WritesSeveral() {
		entries = single(entries, to)
	}
	said := list.SaidByName(name)
	w := compose.Writer{To: to, Name: name}
	var text bytes.Buffer
	for i := range entries {
		e := &entries[i]
		lines, why := w.Lines(e)
		if why != "" {
			return nil, unwritable(e, to, why)
		}
		if denied(said, e) {
			return nil, unwritable(e, to, fmt.Sprintf("the name of output %s says %v, but algorithm is %s", problem.Quoted(name), said, compose.Algorithms(e)))
		}
		text.Write(lines)
	}
	number, why := w.Check(text.Bytes(), true, len(entries), func(i int) *list.Entry { return &entries[i] })
	if number >= 0 {
		return nil, unwritable(&entries[number], to, why)
	}
	return text.Bytes(), nil
}

// single returns the entries with one digest each.
func single(entries []list.Entry, to *list.Format) []list.Entry {
	if !slices.ContainsFunc(entries, func(e list.Entry) bool { return e.Digests() > 1 }) {
		return entries
	}
	var all []list.Entry
	for i := range entries {
		e := &entries[i]
		size, sized := e.Size()
		if !sized {
			size = -1
		}
		var digests []list.Digest
		for d := range e.Digests() {
			digests = append(digests, e.Digest(d))
		}
		all = append(all, compose.Entries(to, e.Name, e.Line, size, digests)...)
	}
	return all
}

// denied reports whether the list's name says another algorithm than one of an entry's digests.
func denied(said list.Said, e *list.Entry) bool {
	for i := range e.Digests() {
		if said.Denies(e.Digest(i).Algorithm) {
			return true
		}
	}
	return false
}

func unwritable(e *list.Entry, to *list.Format, why string) error {
	reason := fmt.Sprintf("%s can't be in a list of the format %s: %s", problem.Quoted(e.Name), to.Name, why)
	return &problem.Error{Code: problem.EntryUnwritable, Line: e.Line, Reason: reason}
}
