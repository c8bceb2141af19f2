package create

import (
	"bufio"
	"bytes"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
)

// part is a part of a list, for a range of names. It is not written to a file.
type part struct {
	header []byte // of the list
	lines  bytes.Buffer
	begun  bool
}

// beginParts makes parts of the lists. None is read back as the start of its list: that is for
// who joins them.
func (c *creation) beginParts() {
	for _, t := range c.targets {
		t.part = &part{}
		t.text = bufio.NewWriter(&t.part.lines)
		t.isChecked = true
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
}

// parts returns the parts of all lists.
func (c *creation) parts() (all []job.Part) {
	for _, t := range c.targets {
		t.text.Flush() // to memory
		all = append(all, job.Part{Path: t.path.Shown, Header: t.part.header, Lines: t.part.lines.Bytes()})
	}
	return all
}
