package create

import (
	"bufio"
	"bytes"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
)

// part is a part of a list, for a range of names. It is not written to a file.
type part struct {
	header []byte // of the list
	lines  bytes.Buffer
	begun  bool
}

// beginParts makes parts of the lists. Only the part that begins a list is read back as what
// shows its format.
func (c *creation) beginParts() {
	for _, t := range c.targets {
		t.part = &part{}
		t.text = bufio.NewWriter(&t.part.lines)
		t.isChecked = c.Within.From != ""
	}
}

// beginPart takes the header of the list from the lines, before the first of them.
func (t *target) beginPart(first *list.Entry) {
	if t.part.begun {
		return
	}
	t.part.begun = true
	t.part.header = t.writer.To.Header(first)
	t.writer.Continue(first)
	if !t.isChecked {
		t.unchecked = append(t.unchecked, t.part.header...)
	}
}

// parts returns the parts of all lists.
func (c *creation) parts() (all []job.Part) {
	for _, t := range c.targets {
		t.text.Flush() // to memory
		all = append(all, job.Part{Path: t.path.Shown, Header: t.part.header, Lines: t.part.lines.Bytes()})
	}
	return all
}

// leftOut returns what the warnings say.
func (f *found) leftOut() (all []job.LeftOut) {
	add := func(code problem.WarningCode, count int, names []string) {
		if count > 0 {
			all = append(all, job.LeftOut{Code: code, Count: count, First: names})
		}
	}
	add(problem.LinksLeftOut, len(f.out), first(f.out, problem.Quoted))
	add(problem.FilesLeftOut, len(f.left), first(f.left, notRegular))
	add(problem.ListsLeftOut, len(f.lists), first(f.lists, problem.Quoted))
	return all
}
