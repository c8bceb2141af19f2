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
			written := string(f.Write(&list.Entry{Name: name, Hex: sha256Hex, Algorithm: digest.SHA256}))
			got := parse(t, written, list.Options{})
			if len(got.Entries) != 1 || len(got.Malformed) > 0 || strings.TrimPrefix(got.Entries[0].Name, "./") != name || got.Entries[0].Hex != sha256Hex {
				t.Errorf("%s: %q is read as %+v", f.Name, written, *got)
			}
		}
	}
	if !seen["coreutils"] {
		t.Error("the format coreutils is missing")
	}
}
