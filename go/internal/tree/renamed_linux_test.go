package tree

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

// The kernel gives up on ".." with EAGAIN while directories are renamed anywhere.
func TestNamesThatLeadUpAreOpenedWhileDirectoriesAreRenamed(t *testing.T) {
	path := treetest.Make(t, "a=in", "d/", "x/")
	root, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	stop := make(chan struct{})
	var renaming sync.WaitGroup
	renaming.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				os.Rename(path+"/x", path+"/y")
				os.Rename(path+"/y", path+"/x")
			}
		}
	})
	opener, name := root.Opener(), strings.Repeat("d/../", 40)+"a"
	for range 10_000 {
		f, _, err := opener.Open(name)
		if err != nil {
			t.Errorf("it can't be opened: %v", err)
			break
		}
		f.Close()
	}
	close(stop)
	renaming.Wait()
}
