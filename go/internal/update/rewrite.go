package update

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
)

// rewriting is a list in the making. All lines that need not change are those of the old
// one, byte for byte.
type rewriting struct {
	*original
	*changes
	to     *list.Format
	writer compose.Writer
	style  style
	want   []list.Entry // what a reader is to find
}

// rewrite returns the text of the list with the changes. It is an error that a reader would
// find anything else in it than the entries that are meant.
func rewrite(old *original, n *changes) ([]byte, error) {
	w := &rewriting{original: old, changes: n, to: old.Format}
	if w.to == nil {
		w.to = &list.Coreutils
	}
	w.style = styleOf(old, w.to)
	w.writer = compose.Writer{To: w.to, Name: filepath.Base(old.path.At), Tagged: w.style.tagged}
	w.writer.Continue(&old.Entries[0])
	text, err := w.text()
	if err != nil {
		return nil, err
	}
	return text, w.verify(text)
}

// mark is the byte order mark of UTF-8, which stays in front of the first line.
const mark = "\xef\xbb\xbf"

// text returns the new text.
func (w *rewriting) text() ([]byte, error) {
	var text bytes.Buffer
	added := w.added
	isSorted := slices.IsSortedFunc(w.Entries, func(a, b list.Entry) int { return strings.Compare(a.Name, b.Name) })
	number, index := int32(0), 0
	body, isMarked := bytes.CutPrefix(w.original.text, []byte(mark))
	for line := range w.style.lines(body) {
		number++
		for ; index < len(w.Entries) && w.Entries[index].Line == number; index++ {
			for isSorted && len(added) > 0 && w.style.name(added[0].Name) < w.Entries[index].Name {
				if err := w.add(&text, added[0]); err != nil {
					return nil, err
				}
				added = added[1:]
			}
			var err error
			if line, err = w.renewed(line, index); err != nil {
				return nil, err
			}
		}
		text.Write(line)
	}
	for _, f := range added {
		if err := w.add(&text, f); err != nil {
			return nil, err
		}
	}
	if isMarked {
		return append([]byte(mark), text.Bytes()...), nil
	}
	return text.Bytes(), nil
}

// renewed returns the line of an entry; nil if it is dropped.
func (w *rewriting) renewed(line []byte, index int) ([]byte, error) {
	old := &w.Entries[index]
	if _, ok := w.dropped[index]; ok {
		return nil, nil
	}
	e, ok := w.replaced[index]
	if !ok {
		w.want = append(w.want, *old)
		return line, nil
	}
	w.want = append(w.want, e)
	if isPlain(w.to) {
		if changed, ok := withDigest(line, w.to, old.Hex, w.style.hex(e.Hex)); ok {
			return changed, nil
		}
	}
	return w.lines(&e)
}

// add writes the lines of a new file.
func (w *rewriting) add(text *bytes.Buffer, f create.File) error {
	if n := text.Len(); n > 0 && text.Bytes()[n-1] != w.style.end {
		text.WriteString(w.style.lineEnd())
	}
	all := compose.Entries(w.to, w.style.name(f.Name), 0, f.Size, w.style.digests(f.Digests))
	for i := range all {
		lines, err := w.lines(&all[i])
		if err != nil {
			return err
		}
		text.Write(lines)
		w.want = append(w.want, all[i])
	}
	return nil
}

func (w *rewriting) lines(e *list.Entry) ([]byte, error) {
	lines, why := w.writer.Lines(e)
	if why != "" {
		return nil, w.path.Failed(problem.EntryUnwritable, "%s can't be in this list: %s", problem.Quoted(e.Name), why)
	}
	return w.style.applied(lines, e), nil
}

// verify returns an error if a reader would find anything else than what is wanted.
func (w *rewriting) verify(text []byte) error {
	if len(w.want) == 0 {
		return w.path.Failed(problem.NotUpdated, "no entry would be left; remove the list instead")
	}
	o := w.reading
	o.FileName = filepath.Base(w.path.At)
	l, err := list.Parse(bytes.NewReader(text), o)
	if err != nil {
		return w.path.Failed(problem.NotUpdated, "it would no longer be read as a list: %v", err)
	}
	if len(l.Malformed) > 0 || len(l.Entries) != len(w.want) || l.Format != w.List.Format {
		return w.path.Failed(problem.NotUpdated, "it would be read as another list; use create --force")
	}
	for i := range w.want {
		if e := &w.want[i]; !compose.Same(&l.Entries[i], e) {
			return w.path.Failed(problem.NotUpdated, "%s would be read as another entry; use create --force", problem.Quoted(e.Name))
		}
	}
	return nil
}
