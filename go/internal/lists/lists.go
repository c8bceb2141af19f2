// Package lists finds the checksum lists among the files of a tree. Both what a new
// list leaves out and what is not an extra file go by this one rule.
package lists

import (
	"context"
	"os"
	"strings"

	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/tree"
)

// Among returns, in the same order, those names that are checksum lists directly in
// the root, and their detached signatures. A list has the name of one, see
// [list.IsListName] and [list.IsForeignListName], and at least one entry. known are names of
// lists whose signatures count too.
func Among(ctx context.Context, root *tree.Root, names []string, known ...string) (found []string) {
	are := map[string]bool{}
	for _, name := range known {
		are[name] = true
	}
	for _, name := range names {
		if IsNamedSo(name) && hasEntry(ctx, root, name) {
			are[name] = true
		}
	}
	for _, name := range names {
		signed, isSignature := list.SignedName(name)
		if are[name] || isSignature && are[signed] {
			found = append(found, name)
		}
	}
	return found
}

// MayBe reports whether Among may return a name, if it is given this one and the names of
// known lists. It reads no file.
func MayBe(name string, known map[string]bool) bool {
	signed, isSignature := list.SignedName(name)
	return IsNamedSo(name) || isSignature && (known[signed] || !strings.Contains(name, "/"))
}

// IsNamedSo reports whether a name is that of a list directly in the root.
func IsNamedSo(name string) bool {
	if strings.Contains(name, "/") {
		return false
	}
	return list.IsListName(name) || list.IsForeignListName(name)
}

// hasEntry reports whether a file is a list by its content. What can't be read is
// not: reading the file as any other will say why.
func hasEntry(ctx context.Context, root *tree.Root, name string) bool {
	f, err := tree.WhenReleased(ctx, func() (*os.File, error) { return root.OpenFile(name) })
	if err != nil {
		return false
	}
	defer f.Close()
	return list.HasEntry(f, name)
}
