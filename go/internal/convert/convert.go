// Package convert writes a checksum list in another format.
package convert

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

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
	To     *list.Format
	Output string // path of the new list
	Force  bool   // replace Output if it exists
}

// Start starts a job that writes the list. If a line of the old list fails the job, or
// an entry can't be in the new format, it writes nothing. The results are on the lines
// that are no entries.
func Start(ctx context.Context, r Request) (*job.Job, error) {
	if !r.To.Writes() {
		return nil, problem.New(problem.UnknownFormat, "lists of the format %q can't be written (known: %s)", r.To.Name, names())
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
			s.Output = output.Shown
			text, err = Text(l.Entries, r.To, filepath.Base(output.At))
			return text, one.Located(err)
		})
		return s, err
	})
}

func names() string {
	var all []string
	for _, f := range list.Formats() {
		if f.Writes() {
			all = append(all, f.Name)
		}
	}
	return strings.Join(all, ", ")
}

// Text returns a list of this format. It is an error that a reader, who knows nothing
// but the list's name, would read other names or digests. A size, and that a file has
// several digests in one line, may be lost.
func Text(entries []list.Entry, to *list.Format, name string) ([]byte, error) {
	if !to.WritesSeveral() {
		entries = single(entries)
	}
	said := list.SaidByName(name)
	var text bytes.Buffer
	var header []byte
	for i := range entries {
		e := &entries[i]
		if h := to.Header(e); !bytes.Equal(h, header) {
			header = h
			text.Write(h)
		}
		line := write(e, to, said)
		if line == nil || len(line) > list.MaxLine {
			return nil, unwritable(e, to, whyNot(e, to))
		}
		if denied(said, e) {
			return nil, unwritable(e, to, fmt.Sprintf("the name of output %s says %v, but algorithm is %s", problem.Quoted(name), said, algorithms(e)))
		}
		text.Write(line)
	}
	return text.Bytes(), check(text.Bytes(), entries, to, name)
}

// single returns the entries with one digest each.
func single(entries []list.Entry) []list.Entry {
	several := false
	for i := range entries {
		several = several || entries[i].Digests() > 1
	}
	if !several {
		return entries
	}
	var all []list.Entry
	for i := range entries {
		e := &entries[i]
		size, sized := e.Size()
		for d := range e.Digests() {
			one := list.Entry{Name: e.Name, Hex: e.Digest(d).Hex, Line: e.Line, Algorithm: e.Digest(d).Algorithm}
			if sized {
				one.SetSize(size)
			}
			all = append(all, one)
		}
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

// write returns an entry as a line, which says the algorithm if the list's name and the
// digest's length don't.
func write(e *list.Entry, to *list.Format, said list.Said) []byte {
	if a, ok := said.BySize(e.Algorithm.Size()); ok && a == e.Algorithm {
		return to.Write(e)
	}
	return to.WriteTagged(e)
}

// check reads the text as others will.
func check(text []byte, entries []list.Entry, to *list.Format, name string) error {
	l, err := list.Parse(bytes.NewReader(text), list.Options{FileName: name})
	if err != nil {
		return unwritable(&entries[0], to, "the list would be refused: "+err.Error())
	}
	for i := range entries {
		e := &entries[i]
		switch {
		case i == len(l.Entries):
			return unwritable(e, to, "the line would be malformed")
		case l.Entries[i].Name != e.Name && l.Entries[i].Name != "./"+e.Name:
			return unwritable(e, to, fmt.Sprintf("the name would be read as %s", problem.Quoted(l.Entries[i].Name)))
		case !sameDigests(&l.Entries[i], e):
			return unwritable(e, to, fmt.Sprintf("its digest would be read as %s", algorithms(&l.Entries[i])))
		}
	}
	if len(l.Malformed) > 0 || len(l.Entries) > len(entries) {
		return unwritable(&entries[0], to, "the list would have malformed lines")
	}
	return nil
}

func sameDigests(a, b *list.Entry) bool {
	if a.Digests() != b.Digests() {
		return false
	}
	for i := range a.Digests() {
		x, y := a.Digest(i), b.Digest(i)
		if x.Algorithm != y.Algorithm || !strings.EqualFold(x.Hex, y.Hex) {
			return false
		}
	}
	return true
}

// whyNot returns the reason why a format has no line for an entry.
func whyNot(e *list.Entry, to *list.Format) string {
	if strings.ContainsAny(e.Name, "\r\n") {
		return "the name has a line end"
	}
	other := list.Entry{Name: e.Name, Hex: e.Hex, Line: e.Line, Algorithm: e.Algorithm}
	other.SetSize(0)
	if _, ok := e.Size(); !ok && to.Write(&other) != nil {
		return "its size is not known"
	}
	if other.Name = "a"; to.Write(&other) == nil {
		return fmt.Sprintf("the format has no digests of %s", algorithms(e))
	}
	return "the format can't hold such a name"
}

func algorithms(e *list.Entry) string {
	var all []string
	for i := range e.Digests() {
		all = append(all, e.Digest(i).Algorithm.String())
	}
	return strings.Join(all, " and ")
}

func unwritable(e *list.Entry, to *list.Format, why string) error {
	reason := fmt.Sprintf("%s can't be in a list of the format %s: %s", problem.Quoted(e.Name), to.Name, why)
	return &problem.Error{Code: problem.EntryUnwritable, Line: e.Line, Reason: reason}
}
