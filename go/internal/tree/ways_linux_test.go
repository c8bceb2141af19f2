package tree

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/treetest"
)

var ways = map[string]func(*testing.T, string) *Root{
	"kernel": func(t *testing.T, path string) *Root {
		r := mustOpen(t, path)
		if !r.kernel {
			t.Skip("this kernel lacks or forbids openat2")
		}
		return r
	},
	"os.Root": func(t *testing.T, path string) *Root {
		r := mustOpen(t, path)
		r.kernel = false
		return r
	},
}

func TestOpeningAnythingButARegularFileIsRefusedAndNeverBlocks(t *testing.T) {
	directory := treetest.Make(t, "d/", "l -> fifo")
	if err := syscall.Mkfifo(filepath.Join(directory, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(directory, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, directory)
		check(t, root, "fifo", want{notRegular: "FIFO"})
		check(t, root, "l", want{notRegular: "FIFO"})
		check(t, root, "socket", want{notRegular: "socket or device"})
		check(t, open(t, "/dev"), "null", want{notRegular: "device"})
		check(t, open(t, "/dev"), "zero", want{notRegular: "device"})
	})
}

func TestAwkwardNamesAreOpenedOrRefused(t *testing.T) {
	directory := treetest.Make(t, "\xff=latin", strings.Repeat("n", 255)+"=long")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, directory)
		check(t, root, "\xff", want{text: "latin"})
		check(t, root, "�", want{missing: true})
		check(t, root, strings.Repeat("n", 255), want{text: "long"})
		check(t, root, strings.Repeat("n", 4000), want{other: true})
		check(t, root, "a\x00b", want{other: true})
	})
}

// repeat calls do repeatedly until stop is called. stop waits for the last call.
func repeat(do func()) (stop func()) {
	var done atomic.Bool
	var wait sync.WaitGroup
	wait.Go(func() {
		for !done.Load() {
			do()
		}
	})
	return func() { done.Store(true); wait.Wait() }
}

// The name changes between a file inside and a link to the outside as fast as
// possible.
func TestALinkSwappedDuringTheOpenNeverLeadsOutside(t *testing.T) {
	top := treetest.Make(t, "outside=out", "root/inside=in", "root/d/f=in", "else/f=out")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		defer repeat(func() {
			os.Rename(top+"/root/d", top+"/root/e")
			os.Symlink(top+"/else", top+"/root/d")
			os.Remove(top + "/root/d")
			os.Rename(top+"/root/e", top+"/root/d")
		})()
		o := root.Opener()
		buffer := make([]byte, 10)
		for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
			f, _, err := o.Open("d/f")
			if err != nil {
				continue
			}
			if n, _ := f.Read(buffer); string(buffer[:n]) != "in" {
				t.Fatalf("read %q", buffer[:n])
			}
			f.Close()
		}
	})
}

// A directory beneath the allowed one, and the link itself, change as fast as possible.
func TestALinkSwappedDuringTheOpenNeverLeadsOutsideWhatIsAllowed(t *testing.T) {
	top := treetest.Make(t, "root/l -> ../store/d/f", "root/other -> ../else/f", "store/d/f=in", "else/f=out")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top+"/root")
		mustAllow(t, root, top+"/store")
		defer repeat(func() {
			os.Rename(top+"/store/d", top+"/store/e")
			os.Symlink(top+"/else", top+"/store/d")
			os.Rename(top+"/root/l", top+"/root/m")
			os.Rename(top+"/root/other", top+"/root/l")
			os.Rename(top+"/root/l", top+"/root/other")
			os.Rename(top+"/root/m", top+"/root/l")
			os.Remove(top + "/store/d")
			os.Rename(top+"/store/e", top+"/store/d")
		})()
		o := root.Opener()
		buffer := make([]byte, 10)
		opened := 0
		for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
			f, _, err := o.Open("l")
			if err != nil {
				continue
			}
			if n, _ := f.Read(buffer); string(buffer[:n]) != "in" {
				t.Fatalf("read %q", buffer[:n])
			}
			f.Close()
			opened++
		}
		if opened == 0 {
			t.Error("no open succeeds")
		}
	})
}

func TestOpeningAllocatesNothingForAFile(t *testing.T) {
	root := ways["kernel"](t, treetest.Make(t, "a=in"))
	mustAllow(t, root, t.TempDir())
	o := root.Opener()
	allocations := testing.AllocsPerRun(100, func() {
		f, _, err := o.Open("a")
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	})
	if allocations > 0 {
		t.Errorf("Open allocates %v times", allocations)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(open)
}

func TestEveryFileIsClosedEvenIfItIsRefused(t *testing.T) {
	store := treetest.Make(t, "f=stored", "d/")
	directory := treetest.Make(t, "a=in", "d/", "l -> ROOT/a", "o -> /etc/hosts", "s -> "+store+"/f", "t -> "+store+"/d")
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, directory)
		mustAllow(t, root, store)
		o := root.Opener()
		before := openFiles(t)
		for range 50 {
			for _, name := range []string{"a", "d", "l", "o", "s", "t", "nothing"} {
				if f, _, err := o.Open(name); err == nil {
					f.Close()
				}
			}
		}
		if after := openFiles(t); after != before {
			t.Errorf("%d files are open, want %d", after, before)
		}
	})
}

func TestWalkReportsADirectoryThatCantBeRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read all directories")
	}
	directory := treetest.Make(t, "closed/a=1", "b=2")
	if err := os.Chmod(directory+"/closed", 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(directory+"/closed", 0o700)
	var reported string
	failed := func(name string, err error) {
		if errors.Is(err, syscall.EACCES) {
			reported = name
		}
	}
	if err := mustOpen(t, directory).Walk(t.Context(), Alone(), Each(func(Node) error { return nil }), failed); err != nil || reported != "closed" {
		t.Errorf("Walk = %v and reports %q, want %q", err, reported, "closed")
	}
}

func TestARootThatIsAFIFOIsRefusedWithoutBlocking(t *testing.T) {
	fifo := filepath.Join(treetest.Make(t), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := Open(fifo); err == nil {
		r.Close()
		t.Error("a FIFO was opened as a root")
	}
}

// The name changes between a directory and a FIFO. A walk that blocks exceeds the
// deadline.
func TestADirectorySwappedForAFIFODuringAWalkDoesNotBlock(t *testing.T) {
	directory := treetest.Make(t, "d/f=in")
	if err := syscall.Mkfifo(directory+"/fifo", 0o600); err != nil {
		t.Fatal(err)
	}
	root := mustOpen(t, directory)
	defer repeat(func() {
		os.Rename(directory+"/d", directory+"/e")
		os.Rename(directory+"/fifo", directory+"/d")
		os.Rename(directory+"/d", directory+"/fifo")
		os.Rename(directory+"/e", directory+"/d")
	})()
	ended := make(chan error)
	go func() {
		for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
			root.Walk(t.Context(), Alone(), Each(func(Node) error { return nil }), func(string, error) {})
		}
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("a walk waits for a FIFO")
	}
}

func TestClosingARootClosesItsAllowedDirectories(t *testing.T) {
	directory, store := treetest.Make(t), treetest.Make(t)
	before := openFiles(t)
	root, err := Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	mustAllow(t, root, store)
	root.Close()
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open, want %d", after, before)
	}
}
