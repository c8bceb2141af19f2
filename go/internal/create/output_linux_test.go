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

// needsNameless skips the test where a killed process can't but leave a part.
func needsNameless(t *testing.T) {
	t.Helper()
	f, err := openNameless(t.TempDir(), 0o666)
	if err != nil {
		t.Skip("no files without a name here: ", err)
	}
	f.Close()
}

// without lets files have no name at the beginning, or get none at the end.
var without = map[string]func(t *testing.T){
	"everything works": func(*testing.T) {},
	"no nameless files": func(t *testing.T) {
		old := openNameless
		t.Cleanup(func() { openNameless = old })
		openNameless = func(string, fs.FileMode) (*os.File, error) { return nil, syscall.EOPNOTSUPP }
	},
	"no names for them": func(t *testing.T) {
		old := giveName
		t.Cleanup(func() { giveName = old })
		giveName = func(*os.File, string) error { return syscall.EPERM }
	},
}

var outputTests = []struct {
	name   string
	before string // what the list holds; "": there is none
	during string // what somebody else writes to it meanwhile
	force  bool
	failed error // while writing
	cancel bool
	want   string // what the list holds then; "": there is none
	err    string
}{
	{"new", "", "", false, nil, false, "new", ""},
	{"new, by force", "", "", true, nil, false, "new", ""},
	{"replaced", "old", "", true, nil, false, "new", ""},
	{"replaced, also what came meanwhile", "", "theirs", true, nil, false, "new", ""},
	{"what came meanwhile stays", "", "theirs", false, nil, false, "theirs", "already exists"},
	{"not written", "old", "", true, errors.New("disk full"), false, "old", "disk full"},
	{"not written, new", "", "", false, errors.New("disk full"), false, "", "disk full"},
	{"cancelled", "old", "", true, nil, true, "old", "cancelled"},
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
				if tt.want == "" && len(names) > 0 || tt.want != "" && (!slices.Equal(names, []string{"list"}) || read(t, path) != tt.want) {
					t.Errorf("there are %q, want a list of %q", names, tt.want)
				}
			})
		}
	}
}

func TestAListHasTheModeOfAnyNewFileOrOfTheOneItReplaces(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	for way, inject := range without {
		t.Run(way, func(t *testing.T) {
			inject(t)
			root := treetest.Make(t, "a=1")
			for i, want := range []fs.FileMode{0o640, 0o600} {
				_, s := runCreate(t, Request{Request: job.Request{Root: root}, Algorithm: digest.SHA256, Force: i > 0})
				info, err := os.Stat(root + "/SHA256SUMS")
				if err != nil || info.Mode() != want || !s.OK {
					t.Errorf("mode %v, want %v; error %v, %v", info.Mode(), want, err, s.Err)
				}
				os.Chmod(root+"/SHA256SUMS", 0o600)
			}
		})
	}
}

func TestDiscardMayComeAtAnyMoment(t *testing.T) {
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
				t.Errorf("left: %q", names)
			}
		})
	}
}

const killed = "CHECKSIG_TEST_KILLED"

// TestToBeKilled is no test but the process that one kills.
func TestToBeKilled(t *testing.T) {
	root := os.Getenv(killed)
	if root == "" {
		t.Skip("only in a process of its own")
	}
	if strings.HasSuffix(root, "writing") {
		out, err := openOutput(root+"/SHA256SUMS", true)
		if err != nil {
			t.Fatal(err)
		}
		out.part.WriteString("half a li")
	} else {
		j, err := Start(t.Context(), Request{Request: job.Request{Root: root}, Algorithm: digest.SHA256, Force: true})
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

func TestNothingStaysOfACreateThatIsKilled(t *testing.T) {
	needsNameless(t)
	for _, phase := range []string{"reading", "writing"} {
		for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
			for _, before := range [][]string{{"big"}, {"SHA256SUMS", "big"}} {
				t.Run(fmt.Sprint(phase, signal, before), func(t *testing.T) {
					root := filepath.Join(treetest.Make(t, phase+"/"), phase)
					for _, name := range before {
						if err := os.WriteFile(root+"/"+name, []byte("old"), 0o666); err != nil {
							t.Fatal(err)
						}
					}
					if err := os.Truncate(root+"/big", 1<<40); err != nil {
						t.Skip(err)
					}
					kill(t, root, signal)
					if names := entries(t, root); !slices.Equal(names, before) || len(names) > 1 && read(t, root+"/SHA256SUMS") != "old" {
						t.Errorf("there are %q, before there were %q", names, before)
					}
				})
			}
		}
	}
}

// kill ends a process that creates a list, once it is under way.
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
		t.Error("the process says ", lines.Text())
	}
	c.Process.Signal(signal)
	c.Wait()
}
