package list_test

import (
	"bytes"
	"cmp"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/checksig/checksig/go/internal/list"
)

// checkHandedOver checks that what is handed over, instead of being kept, is all that a list
// names, and that the rest of the list is the same.
func checkHandedOver(t *testing.T, text []byte, o list.Options) {
	t.Helper()
	kept, wantErr := list.Parse(bytes.NewReader(text), o)
	var handed []list.Entry
	o.Each = func(e list.Entry) error {
		handed = append(handed, e)
		return nil
	}
	rest, err := list.Parse(bytes.NewReader(text), o)
	if !reflect.DeepEqual(err, wantErr) {
		t.Fatalf("%q: error %v, want %v", text, err, wantErr)
	}
	if err != nil {
		return
	}
	want := slices.Collect(kept.Named)
	byLine := func(a, b list.Entry) int { return cmp.Compare(a.Line, b.Line) }
	slices.SortStableFunc(want, byLine)
	slices.SortStableFunc(handed, byLine)
	if !slices.EqualFunc(handed, want, func(a, b list.Entry) bool { return reflect.DeepEqual(a, b) }) {
		t.Fatalf("%q: handed over %+v, want %+v", text, handed, want)
	}
	kept.Entries, kept.Listed = nil, slices.DeleteFunc(kept.Listed, func(l list.Listed) bool { return !l.Special })
	if len(kept.Listed) == 0 {
		kept.Listed = rest.Listed[:0] // nil or not
	}
	if !reflect.DeepEqual(rest, kept) {
		t.Fatalf("%q: the rest is %+v, want %+v", text, rest, kept)
	}
}

func TestAnErrorEndsTheReading(t *testing.T) {
	enough := errors.New("enough")
	for _, text := range []string{
		strings.Repeat(sha256Hex+"  a\n", 100_000), "Origin: a\nSHA256:\n" + strings.Repeat(" "+sha256Hex+" 1 a\n", 10),
	} {
		n := 0
		l, err := list.Parse(strings.NewReader(text), list.Options{Each: func(list.Entry) error {
			if n++; n == 2 {
				return enough
			}
			return nil
		}})
		if l != nil || err != enough || n != 2 {
			t.Errorf("%.80q: %v, %v after %d entries", text, l, err, n)
		}
	}
}

// A clone has the same content, and no byte in common.
func TestACloneHasItsOwnText(t *testing.T) {
	e := list.Entry{Name: "a", Hex: md5Hex, Line: 1, Algorithm: 1}
	e.AddDigest(list.Digest{Algorithm: 2, Hex: sha1Hex})
	e.SetSize(3)
	c := e.Clone()
	if !reflect.DeepEqual(c, e) {
		t.Errorf("got %+v, want %+v", c, e)
	}
	for _, two := range [][2]string{{c.Name, e.Name}, {c.Hex, e.Hex}, {c.Digest(1).Hex, e.Digest(1).Hex}} {
		if unsafe.StringData(two[0]) == unsafe.StringData(two[1]) {
			t.Errorf("%q is shared", two[0])
		}
	}
	c.SetSize(4)
	if size, _ := e.Size(); size != 3 {
		t.Errorf("the size of the first one is %d", size)
	}
}
