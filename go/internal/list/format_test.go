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
				hex := strings.Repeat("0f", a.Size())
				e := list.Entry{Name: name, Hex: hex, Algorithm: a}
				for written, o := range map[string]list.Options{
					string(f.Write(&e)):       {FileName: "x." + a.String()},
					string(f.WriteTagged(&e)): {},
				} {
					got := parse(t, written, o)
					if len(got.Malformed) > 0 || len(got.Entries) != 1 || strings.TrimPrefix(got.Entries[0].Name, "./") != name || got.Entries[0].Digest(0) != e.Digest(0) {
						t.Errorf("%s: %q is read as %+v", f.Name, written, *got)
					}
				}
			}
		}
	}
	if !seen["coreutils"] {
		t.Error("the format coreutils is missing")
	}
}
