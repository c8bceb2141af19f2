package update

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// original is the list before it is updated.
type original struct {
	*list.List
	path    paths.Path
	text    []byte
	info    fs.FileInfo
	one     *verify.One
	reading list.Options
	started time.Time // before the first file was verified
}

// kept are the formats of which a new line can be written so that nothing else that the
// list says is lost.
var kept = []*list.Format{
	&list.Coreutils, &list.Zero, &list.Bare, &list.OneSpace, &list.Prefixed, &list.SFV, &list.Hashdeep, &list.Sized, &list.Base64,
}

func newOriginal(path paths.Path, text []byte, info fs.FileInfo, reading list.Options, one *verify.One, l *list.List) (*original, error) {
	switch {
	case isSigned(text):
		return nil, path.Failed(problem.NotUpdated, "contains its signature, which would no longer fit; take the list out of it, update that, and sign it again")
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")), bytes.HasPrefix(text, []byte("\x00\x00\xfe\xff")):
		return nil, path.Failed(problem.NotUpdated, "not in UTF-8; write it anew with list --to coreutils")
	case l.Format != nil && !slices.Contains(kept, l.Format):
		return nil, path.Failed(problem.NotUpdated, "lists of the format %s can't be updated, because they say more than digests; use create --force", l.Format.Name)
	}
	return &original{List: l, path: path, text: text, info: info, one: one, reading: reading, started: time.Now()}, nil
}

// malformed returns the results on lines that are no entries.
func (o *original) malformed() []verdict.Result { return slices.Collect(o.one.NoEntries(o.List)) }

// algorithms returns those of all entries, in the order in which they come first.
func (o *original) algorithms() (all []digest.Algorithm) {
	var seen digest.Set
	for i := range o.Entries {
		e := &o.Entries[i]
		if e.Algorithms().Without(seen).IsEmpty() {
			continue
		}
		for d := range e.Digests() {
			if a := e.Digest(d).Algorithm; !seen.Has(a) {
				seen, all = seen.With(a), append(all, a)
			}
		}
	}
	return all
}

// isOfOneFile reports whether the list is called after its only file, as a.iso.sha256 is:
// then others don't belong to it.
func (o *original) isOfOneFile(listName string) bool {
	for i := range o.Entries {
		if o.Entries[i].Name != o.Entries[0].Name {
			return false
		}
	}
	name := path.Base(o.Entries[0].Name)
	return o.NamedByList || strings.HasPrefix(listName, name+".")
}

// readBefore is called before the list is read again. Tests replace it.
var readBefore = func() {}

// check returns an error if the file is not the one that was read any more.
func (o *original) check(p paths.Path) error {
	readBefore()
	now, err := o.readAgain(p)
	if err == nil && bytes.Equal(now, o.text) {
		return nil
	}
	reason := "changed since it was read, so it was not replaced; run the command again"
	if err != nil {
		reason += " (" + problem.Reason(err) + ")"
	}
	return p.Failed(problem.ListChanged, "%s", reason)
}

func (o *original) readAgain(p paths.Path) ([]byte, error) {
	f, err := tree.OpenPath(p.At)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !os.SameFile(info, o.info) {
		return nil, err
	}
	return os.ReadFile(p.At)
}

// keepTime gives the new list the time at which the run began: a file that changed after
// it was verified is then newer than the list.
func (o *original) keepTime(p paths.Path) { _ = os.Chtimes(p.At, time.Time{}, o.started) }
