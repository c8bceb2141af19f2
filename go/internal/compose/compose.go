// Package compose writes entries as the text of a checksum list, so that a reader, who
// knows nothing but the text and the list's name, reads the same entries.
package compose

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
)

// Writer makes the lines of one list.
type Writer struct {
	To     *list.Format
	Name   string // of the list, without its directory
	Tagged bool   // each line says its algorithm, if the format can

	header []byte
	tags   tags // of the last algorithm
}

// tags is whether lines of an algorithm say it. To find that out takes longer than to
// write a line.
type tags struct {
	algorithm  digest.Algorithm
	are, known bool
}

// Entries returns the entries with which a list of the format has several digests of a
// file. size is -1 if it is not known.
func Entries(to *list.Format, name string, line int32, size int64, digests []list.Digest) []list.Entry {
	var all []list.Entry
	for _, d := range digests {
		if last := len(all) - 1; last >= 0 && to.WritesSeveral() {
			all[last].AddDigest(d)
			continue
		}
		e := list.Entry{Name: name, Hex: d.Hex, Line: line, Algorithm: d.Algorithm}
		if size >= 0 {
			e.SetSize(size)
		}
		all = append(all, e)
	}
	return all
}

// Lines returns the lines of an entry, with the header of the list if they need one; or
// why the list can't have it.
func (w *Writer) Lines(e *list.Entry) (lines []byte, why string) {
	lines = w.write(e)
	switch {
	case lines == nil:
		return nil, whyNot(e, w.To)
	case isTooLong(lines):
		return nil, TooLong
	}
	if h := w.To.Header(e); !bytes.Equal(h, w.header) {
		w.header = h
		lines = append(bytes.Clone(h), lines...)
	}
	return lines, ""
}

// Continue says that the list has an entry already, and what needs to be before it.
func (w *Writer) Continue(e *list.Entry) { w.header = w.To.Header(e) }

// TooLong is the reason for a line that no list may have.
const TooLong = "its line in the list would be longer than a list may have"

func isTooLong(lines []byte) bool {
	if len(lines) <= list.MaxLine {
		return false
	}
	for line := range bytes.Lines(lines) {
		if len(bytes.TrimSuffix(line, []byte("\n"))) > list.MaxLine {
			return true
		}
	}
	return false
}

// write returns an entry as a line, which says the algorithm if the list's name and the
// digest's length don't.
func (w *Writer) write(e *list.Entry) []byte {
	if !w.tags.known || w.tags.algorithm != e.Algorithm {
		a, ok := list.SaidByName(w.Name).BySize(e.Algorithm.Size())
		w.tags = tags{e.Algorithm, !ok || a != e.Algorithm || w.Tagged, true}
	}
	if w.tags.are {
		return w.To.WriteTagged(e)
	}
	return w.To.Write(e)
}

// whyNot returns the reason why a format has no line for an entry.
func whyNot(e *list.Entry, to *list.Format) string {
	if strings.ContainsAny(e.Name, "\r\n") {
		return "the name has a line end"
	}
	other := *e
	if _, ok := e.Size(); !ok {
		other = list.Entry{Name: e.Name, Hex: e.Hex, Line: e.Line, Algorithm: e.Algorithm}
		if other.SetSize(0); to.Write(&other) != nil {
			return "its size is not known"
		}
	}
	if other.Name = "a"; to.Write(&other) == nil {
		return "the format has no digests of " + Algorithms(e)
	}
	return "the format can't hold such a name"
}

// Check reads lines of the list as others will: its start, which has to show the format,
// or some of the rest. It returns the number of the first entry that they would not read,
// and why; -1 if there is none. entry returns each of count entries once, in their order.
func (w *Writer) Check(lines []byte, isStart bool, count int, entry func(int) *list.Entry) (number int, why string) {
	text := io.MultiReader(bytes.NewReader(w.header), bytes.NewReader(lines))
	o := list.Options{FileName: w.Name, Format: w.To}
	if isStart {
		text, o.Format = bytes.NewReader(lines), nil
	}
	l, err := list.Parse(text, o)
	if err != nil {
		return 0, "the list would be refused: " + err.Error()
	}
	for i := range count {
		e := entry(i)
		switch {
		case i == len(l.Entries):
			return i, "the line would be malformed"
		case !sameName(&l.Entries[i], e):
			return i, "the name would be read as " + problem.Quoted(l.Entries[i].Name)
		case !sameDigests(&l.Entries[i], e):
			return i, "its digest would be read as " + Algorithms(&l.Entries[i])
		}
	}
	if len(l.Malformed) > 0 || len(l.Entries) > count {
		return 0, "the list would have malformed lines"
	}
	if count > 0 && l.Format != w.To {
		return 0, "the list would be read as one of the format " + l.Format.Name
	}
	return -1, ""
}

// Same reports whether an entry that was read is the one that was written.
func Same(read, written *list.Entry) bool {
	a, hasA := read.Size()
	b, hasB := written.Size()
	return sameName(read, written) && sameDigests(read, written) && (!hasA || !hasB || a == b)
}

func sameName(read, written *list.Entry) bool {
	return read.Name == written.Name || read.Name == "./"+written.Name
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

// Algorithms returns the names of those of an entry, for messages.
func Algorithms(e *list.Entry) string {
	var all []digest.Algorithm
	for i := range e.Digests() {
		all = append(all, e.Digest(i).Algorithm)
	}
	return Names(all)
}

// Names returns the names of algorithms, for messages.
func Names(all []digest.Algorithm) string {
	var names []string
	for _, a := range all {
		names = append(names, a.String())
	}
	return strings.Join(names, " and ")
}

// Has reports whether lists of the format have digests of an algorithm.
func (w *Writer) Has(a digest.Algorithm) bool { return w.write(probe(w.To, a)) != nil }

// Tells reports whether a reader of the list knows that a digest is of the algorithm.
func (w *Writer) Tells(a digest.Algorithm) bool {
	e := probe(w.To, a)
	one := Writer{To: w.To, Name: w.Name, Tagged: w.Tagged}
	text, why := one.Lines(e)
	if why != "" {
		return false
	}
	number, _ := one.Check(text, true, 1, func(int) *list.Entry { return e })
	return number < 0
}

// probe returns the entry of an empty file.
func probe(to *list.Format, a digest.Algorithm) *list.Entry {
	d := list.Digest{Algorithm: a, Hex: hex.EncodeToString(a.New().Sum(nil))}
	return &Entries(to, "a", 1, 0, []list.Digest{d})[0]
}
