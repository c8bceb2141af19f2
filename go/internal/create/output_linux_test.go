package create

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/treetest"
)

// needsNameless skips the test if a killed process inevitably leaves its temporary
// file behind.
func needsNameless(t *testing.T) {
	t.Helper()
	f, err := openNameless(t.TempDir(), 0o666)
	if err != nil {
		t.Skip("nameless files are not supported here: ", err)
	}
	f.Close()
}

// without makes creating nameless files fail, or naming them.
var without = map[string]func(t *testing.T){
	"everything works": func(*testing.T) {},
	"no nameless files": func(t *testing.T) {
		old := openNameless
		t.Cleanup(func() { openNameless = old })
		openNameless = func(string, fs.FileMode) (*os.File, error) { return nil, syscall.EOPNOTSUPP }
	},
	"nameless files can't be named": func(t *testing.T) {
		old := giveName
		t.Cleanup(func() { giveName = old })
		giveName = func(*os.File, string) error { return syscall.EPERM }
	},
}

var outputTests = []struct {
	name   string
	before string // content of an old list; "": none
	during string // what another program writes to it meanwhile
	force  bool
	failed error // while writing
	cancel bool
	want   string // content of the list in the end; "": none
	err    string
}{
	{"new", "", "", false, nil, false, "new", ""},
	{"new, with force", "", "", true, nil, false, "new", ""},
	{"replaced", old, "", true, nil, false, "new", ""},
	{"replaced, appeared meanwhile", "", "theirs", true, nil, false, "new", ""},
	{"not replaced, appeared meanwhile", "", "theirs", false, nil, false, "theirs", "already exists"},
	{"not written", old, "", true, errors.New("disk full"), false, old, "disk full"},
	{"not written, new", "", "", false, errors.New("disk full"), false, "", "disk full"},
	{"cancelled", old, "", true, nil, true, old, "cancelled"},
	{"cancelled, new", "", "", false, nil, true, "", "cancelled"},
}

func TestAListIsPutInPlaceAsAWholeOrNotAtAll(t *testing.T) {
	for way, inject := range without {
		for _, tt := range outputTests {
			t.Run(way+", "+tt.name, func(t *testing.T) {
				inject(t)
				path := filepath.Join(treetest.Make(t), "list")
				write := func(text string) {
					if text != "" && os.WriteFile(path, []byte(text), 0o640) != nil {
						t.Fatal("can't write")
					}
				}
				write(tt.before)
				out, err := openOutput(path, tt.force)
				if err != nil {
					t.Fatal(err)
				}
				out.part.WriteString("new")
				write(tt.during)
				err = out.place(tt.failed, func() bool { return !tt.cancel })
				out.discard()
				if fmt.Sprint(err) != "<nil>" && (tt.err == "" || !strings.Contains(err.Error(), tt.err)) || err == nil && tt.err != "" {
					t.Errorf("place = %v, want %q", err, tt.err)
				}
				names := entries(t, filepath.Dir(path))
				if tt.want == "" && len(names) > 0 || tt.want != "" && (!slices.Equal(names, []string{"list"}) || treetest.Read(t, path) != tt.want) {
					t.Errorf("the directory contains %q, want a list with %q", names, tt.want)
				}
			})
		}
	}
}

func TestAListHasTheModeOfANewFileOrOfTheFileItReplaces(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	for way, inject := range without {
		t.Run(way, func(t *testing.T) {
			inject(t)
			root := treetest.Make(t, "a=1")
			for i, want := range []fs.FileMode{0o640, 0o600} {
				_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: i > 0})
				info, err := os.Stat(root + "/SHA256SUMS")
				if err != nil || info.Mode() != want || !s.OK {
					t.Errorf("mode %v, want %v; error %v, %v", info.Mode(), want, err, s.Err)
				}
				os.Chmod(root+"/SHA256SUMS", 0o600)
			}
		})
	}
}

func TestDiscardMayBeCalledAtAnyTime(t *testing.T) {
	for way, inject := range without {
		t.Run(way, func(t *testing.T) {
			inject(t)
			root := treetest.Make(t)
			for i := range 200 {
				out, err := openOutput(filepath.Join(root, fmt.Sprint(i)), false)
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan bool)
				go func() {
					for range i {
						out.part.WriteString("text")
					}
					ended <- true
				}()
				out.discard()
				<-ended
				out.discard()
			}
			if names := entries(t, root); len(names) > 0 {
				t.Errorf("left behind: %q", names)
			}
		})
	}
}

const killed = "CHECKSIG_TEST_KILLED"

// TestToBeKilled is the process that another test kills, not a test.
func TestToBeKilled(t *testing.T) {
	root := os.Getenv(killed)
	if root == "" {
		t.Skip("runs only in a process of its own")
	}
	if strings.HasSuffix(root, "writing") {
		out, err := openOutput(root+"/SHA256SUMS", true)
		if err != nil {
			t.Fatal(err)
		}
		out.part.WriteString("half a li")
	} else {
		j, err := Start(t.Context(), Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}, Force: true})
		if err != nil {
			t.Fatal(err)
		}
		for j.Meter.Bytes.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	fmt.Println("ready")
	time.Sleep(time.Minute)
}

func TestAKilledCreateLeavesNothingBehind(t *testing.T) {
	needsNameless(t)
	for _, phase := range []string{"reading", "writing"} {
		for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
			for _, before := range [][]string{{"big"}, {"SHA256SUMS", "big"}} {
				t.Run(fmt.Sprint(phase, signal, before), func(t *testing.T) {
					root := filepath.Join(treetest.Make(t, phase+"/"), phase)
					for _, name := range before {
						if err := os.WriteFile(root+"/"+name, []byte(old), 0o666); err != nil {
							t.Fatal(err)
						}
					}
					if err := os.Truncate(root+"/big", 1<<40); err != nil {
						t.Skip(err)
					}
					kill(t, root, signal)
					if names := entries(t, root); !slices.Equal(names, before) || len(names) > 1 && treetest.Read(t, root+"/SHA256SUMS") != old {
						t.Errorf("the directory contains %q, want %q", names, before)
					}
				})
			}
		}
	}
}

// kill starts a process that creates a list, and kills it once it has begun.
func kill(t *testing.T, root string, signal syscall.Signal) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run", "^TestToBeKilled$")
	c.Env = append(os.Environ(), killed+"="+root)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Error("the process writes ", lines.Text())
	}
	c.Process.Signal(signal)
	c.Wait()
}

// TestAListIsSyncedBeforeItIsNamedAndItsDirectoryAfterwards also holds after a power
// failure that there is the whole list, or what was there before.
func TestAListIsSyncedBeforeItIsNamedAndItsDirectoryAfterwards(t *testing.T) {
	old := syncFile
	t.Cleanup(func() { syncFile = old })
	for way, inject := range without {
		t.Run(way, func(t *testing.T) {
			inject(t)
			root := treetest.Make(t, "a=1")
			var synced []string
			syncFile = func(f *os.File) error {
				info, err := f.Stat()
				if err != nil {
					t.Error(err)
				}
				_, missing := os.Stat(root + "/SHA256SUMS")
				synced = append(synced, fmt.Sprintf("directory %v, named %v", info.IsDir(), missing == nil))
				if want := int64(len(treetest.SHA256("1") + "  a\n")); !info.IsDir() && info.Size() != want {
					t.Errorf("%d bytes are synced, want %d", info.Size(), want)
				}
				return old(f)
			}
			if _, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}}); !s.OK {
				t.Fatal(s.Err)
			}
			synced = slices.Compact(synced) // a copy is synced as well
			if want := []string{"directory false, named false", "directory true, named true"}; !slices.Equal(synced, want) {
				t.Errorf("synced: %q, want %q", synced, want)
			}
		})
	}
}

func TestAFailedCopyOfAListIsRemovedAndReported(t *testing.T) {
	without["nameless files can't be named"](t)
	old := syncFile
	t.Cleanup(func() { syncFile = old })
	for failing, want := range []string{"disk full", "disk full", ""} { // the list, its copy, the directory
		calls := 0
		syncFile = func(f *os.File) error {
			if calls++; calls == failing+1 {
				return errors.New("disk full")
			}
			return old(f)
		}
		root := treetest.Make(t, "a=1")
		_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithms: []digest.Algorithm{digest.SHA256}})
		if names := entries(t, root); (want == "") != (s.Err == nil) || want != "" && !strings.Contains(s.Err.Error(), want) || len(names) != 1 && want != "" {
			t.Errorf("failure %d: error %v, there are %q", failing, s.Err, names)
		}
	}
}
