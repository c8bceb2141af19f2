package tree

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/treetest"
)

func TestALongNameIsNotOpenedInADirectoryMovedOutOfTheRoot(t *testing.T) {
	element := strings.Repeat("n", 200)
	name := strings.Repeat(element+"/", 30) + "f"
	top := treetest.Make(t, "root/")
	treetest.Deep(t, top+"/root", element, 30, func(_ int, d *os.Root) error { return d.WriteFile("f", []byte("in"), 0o644) })
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		check(t, root, name, want{text: "in"})
		if err := os.Rename(top+"/root/"+element, top+"/moved"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(prefixAge)
		check(t, root, name, want{missing: true})
		if err := os.Rename(top+"/moved", top+"/root/"+element); err != nil {
			t.Fatal(err)
		}
		check(t, root, name, want{text: "in"})
	})
}

func TestClosingARootClosesTheDirectoryKeptForLongNames(t *testing.T) {
	element := strings.Repeat("n", 200)
	top := treetest.Make(t)
	treetest.Deep(t, top, element, 30, nil)
	before := openFiles(t)
	for range 3 {
		root, err := Open(top)
		if err != nil {
			t.Fatal(err)
		}
		o := root.Opener()
		for levels := 1; levels <= 30; levels++ {
			for _, name := range []string{"f", "..", "l/" + element} {
				if f, _, err := o.Open(strings.Repeat(element+"/", levels) + name); err == nil {
					f.Close()
				}
			}
		}
		root.Close()
	}
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open, want %d", after, before)
	}
}
