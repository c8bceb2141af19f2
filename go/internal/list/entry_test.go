package list_test

import (
	"testing"
	"unsafe"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Digests keep the order in which they were added. An entry has a size only if one
// was set; 0 is a size.
func TestAnEntryHasOneOrMoreDigestsAndAnOptionalSize(t *testing.T) {
	e := list.Entry{Name: "a", Hex: md5Hex, Algorithm: digest.MD5}
	if _, ok := e.Size(); ok || e.Digests() != 1 {
		t.Errorf("a plain entry has %d digests, has a size: %v; want 1, false", e.Digests(), ok)
	}
	e.AddDigest(list.Digest{Algorithm: digest.SHA256, Hex: sha256Hex})
	if _, ok := e.Size(); ok {
		t.Error("an entry with a second digest has a size")
	}
	e.SetSize(0)
	if size, ok := e.Size(); !ok || size != 0 {
		t.Errorf("Size() = %d, %v; want 0, true", size, ok)
	}
	want := []list.Digest{{digest.MD5, md5Hex}, {digest.SHA256, sha256Hex}}
	for i, d := range want {
		if e.Digests() != len(want) || e.Digest(i) != d {
			t.Errorf("digest %d of %d is %v, want %v of %d", i, e.Digests(), e.Digest(i), d, len(want))
		}
	}
}

// A list of a million lines has a million entries.
func TestAnEntryTakesFewBytes(t *testing.T) {
	if size := unsafe.Sizeof(list.Entry{}); size > 48 {
		t.Errorf("an entry takes %d bytes, want at most 48", size)
	}
}
