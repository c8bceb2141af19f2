package create

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
)

// target is one of the lists that a job writes.
type target struct {
	path       paths.Path
	algorithms []digest.Algorithm // in the order in which a file has them
	writer     compose.Writer
	out        *output
	part       *part         // instead of out; may be nil
	text       *bufio.Writer // to either
	lines      []byte        // memory for those of a file
	digests    []list.Digest // the same

	isChecked bool   // the start of the list was
	unchecked []byte // lines that are to be read back
	files     []int  // the numbers of their files
}

// open creates the file for the list.
func (t *target) open(force bool) (err error) {
	if t.out, err = openOutput(t.path.Real(), force); err != nil {
		return t.path.AsShown(err)
	}
	t.text = bufio.NewWriterSize(t.out.part, 64<<10)
	return nil
}

// discard removes the list, unless it was put in place.
func (t *target) discard() {
	if t.out != nil {
		t.out.discard()
	}
}

// entriesOf returns the entries for a file that was read.
func (t *target) entriesOf(l *listing, number int) []list.Entry {
	t.digests = t.digests[:0]
	for _, a := range t.algorithms {
		t.digests = append(t.digests, list.Digest{Algorithm: a, Hex: l.hex(number, a)})
	}
	return compose.Entries(t.writer.To, l.name(number), 0, l.sizeOf(number), t.digests)
}

// add writes the lines of a file, or returns why the list can't have it.
func (t *target) add(l *listing, number int) (why string) {
	lines := t.lines[:0]
	all := t.entriesOf(l, number)
	if t.part != nil {
		t.beginPart(&all[0])
	}
	for i := range all {
		line, why := t.writer.Lines(&all[i])
		if why != "" {
			return why
		}
		lines = append(lines, line...)
	}
	t.lines = lines
	t.text.Write(lines)                 // its first error is that of complete
	if t.writer.To != &list.Coreutils { // which has a line for every name
		t.unchecked = append(t.unchecked, lines...)
		t.files = append(t.files, number)
	}
	return ""
}

// mostUnchecked is the number of files in which the list is read back at once. Their
// lines are longer than what a reader looks at to recognise the format. Tests make it
// smaller.
var mostUnchecked = 10_000

// check reads back what was added since the last time, if that is enough or the rest. It
// returns the number of the first file that a reader would not find, and why; -1 if there
// is none.
func (t *target) check(l *listing, isRest bool) (number int, why string) {
	if len(t.files) == 0 || len(t.files) < mostUnchecked && !isRest {
		return -1, ""
	}
	now := t.entriesOf(l, t.files[0])
	perFile := len(now)
	i, why := t.writer.Check(t.unchecked, !t.isChecked, len(t.files)*perFile, func(i int) *list.Entry {
		if i%perFile == 0 {
			now = t.entriesOf(l, t.files[i/perFile])
		}
		return &now[i%perFile]
	})
	number = -1
	if i >= 0 {
		number = t.files[i/perFile]
	}
	t.isChecked, t.unchecked, t.files = true, t.unchecked[:0], t.files[:0]
	return number, why
}

// complete writes the list through to the storage.
func (t *target) complete() error {
	err := t.text.Flush() // the first error of all writes
	if err == nil {
		err = syncFile(t.out.part)
	}
	if err = t.out.close(err); err != nil {
		return t.path.AsShown(unwritable(t.out.path, err))
	}
	return nil
}

// placeAll puts all lists in place once all of them are complete, unless commit returns
// false. If one can't be put in place, it undoes what it did for those before.
func placeAll(all []*target, commit func() bool) error {
	for _, t := range all {
		if err := t.complete(); err != nil {
			return err
		}
	}
	if !commit() {
		return problem.ErrCancelled
	}
	for i, t := range all {
		var err error
		if i < len(all)-1 {
			t.out.keep()
		}
		if err = t.out.placed(t.out.putInPlace()); err == nil {
			continue
		}
		t.out.forget()
		e := problem.From(t.path.AsShown(err))
		for _, before := range all[:i] {
			if failed := before.out.undo(); failed != nil {
				e.Reason += fmt.Sprintf("; %s was written already", problem.Quoted(before.path.Shown))
			}
		}
		return e
	}
	for _, t := range all {
		t.out.forget()
	}
	return nil
}

// linkFile gives a file another name. Tests replace it.
var linkFile = os.Link

// keep keeps the file that is to be replaced, for undo.
func (o *output) keep() {
	if _, err := os.Lstat(o.path); !o.force || err != nil {
		return
	}
	o.replaces = true
	kept := partName(o.path)
	if linkFile(o.path, kept) == nil {
		o.kept = kept
	}
}

// undo brings back what was there before the list was put in place.
func (o *output) undo() (err error) {
	switch {
	case o.kept != "":
		err = os.Rename(o.kept, o.path)
	case o.replaces:
		return os.ErrInvalid // the file system has no links
	default:
		err = os.Remove(o.path)
	}
	syncDirectory(filepath.Dir(o.path))
	return err
}

// forget removes what keep has kept.
func (o *output) forget() {
	if o.kept != "" {
		os.Remove(o.kept)
	}
}
