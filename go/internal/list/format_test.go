package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Every format has a unique name, and reads back the entries that it writes.
func TestAFormatReadsBackWhatItWrites(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range list.Formats() {
		if f.Name == "" || seen[f.Name] {
			t.Errorf("the name %q is empty or not unique", f.Name)
		}
		seen[f.Name] = true
		if !f.Writes() {
			continue
		}
		for _, name := range awkwardNames {
			for _, a := range digest.All() {
				if f == &list.Prefixed && a.Short() {
					continue // such a word is rather prose
				}
				hex := strings.Repeat("0f", a.Size())
				e := list.Entry{Name: name, Hex: hex, Algorithm: a}
				e.SetSize(7)
				fileName := "x." + a.String()
				if f == &list.SFV {
					fileName = "x.sfv"
				}
				wantReadBack(t, f, &e, f.Write(&e), list.Options{FileName: fileName})
				wantReadBack(t, f, &e, f.WriteTagged(&e), list.Options{FileName: fileName})
				if f == &list.Coreutils {
					wantReadBack(t, f, &e, f.WriteTagged(&e), list.Options{})
				}
			}
		}
	}
	if !seen["coreutils"] {
		t.Error("the format coreutils is missing")
	}
}

// wantReadBack checks that a line is read as the entry, by its format and by the one
// that its content shows. There is no line for some names.
func wantReadBack(t *testing.T, f *list.Format, e *list.Entry, line []byte, o list.Options) {
	t.Helper()
	if line == nil {
		if f == &list.Coreutils || f == &list.Zero || f == &list.Base64 {
			t.Errorf("%s has no line for %q", f.Name, e.Name)
		}
		return
	}
	written := string(f.Header(e)) + string(line)
	for _, o.Format = range []*list.Format{f, nil} {
		got := parse(t, written, o)
		if len(got.Malformed) > 0 || len(got.Entries) != 1 || strings.TrimPrefix(got.Entries[0].Name, "./") != e.Name || !strings.EqualFold(got.Entries[0].Hex, e.Hex) {
			t.Errorf("%s: %q is read as %+v", f.Name, written, *got)
		}
	}
}
