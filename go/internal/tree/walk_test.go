package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/checksig/checksig/go/internal/treetest"
)

// made is a directory that is not on a disk. Its name determines its subdirectories:
// "3" contains "2", and others that with adds.
type made struct {
	name string
	with func(name string) []string // subdirectories
	use  *usage
}

// usage counts the directories that a walk opens.
type usage struct {
	sync.Mutex
	open, most, ever int                 // open now, at most at once, and in all
	limit            int                 // of directories open at once; 0: none
	gone             func(*usage) string // name of the directories that can't be opened; may be nil
}

// take counts one more directory, unless it can't be opened.
func (u *usage) take(name string) error {
	u.Lock()
	defer u.Unlock()
	if u.limit > 0 && u.open == u.limit {
		return syscall.EMFILE
	}
	if u.gone != nil && name == u.gone(u) {
		return fs.ErrNotExist
	}
	u.open++
	u.ever++
	u.most = max(u.most, u.open)
	return nil
}

func (u *usage) giveBack() {
	u.Lock()
	defer u.Unlock()
	u.open--
}

func (m made) open(name string) (directory, error) {
	if err := m.use.take(name); err != nil {
		return nil, err
	}
	if name == "." {
		name = m.name
	}
	return made{name, m.with, m.use}, nil
}

func (m made) list(_ context.Context, _ []byte, found func([]byte, fs.FileMode, int64) error) error {
	for _, name := range m.with(m.name) {
		if err := found([]byte(name), fs.ModeDir, -1); err != nil {
			return err
		}
	}
	return found([]byte("file"), 0, -1)
}

func (m made) inspect(string) (fs.FileMode, Info, error) { return 0, Info{}, nil }

func (m made) device() (uint64, bool) { return 0, false }

func (m made) close() { m.use.giveBack() }

// Shapes of trees: functions that return the subdirectories of a directory. The walk
// takes them in the order of their names.
var (
	chain = below

	// combBack has a leaf on each level, walked on the way back, and combDown on the way down.
	combBack = func(name string) []string { return with("leaf", below(name)) }
	combDown = func(name string) []string { return with("!leaf", below(name)) }

	// combs has a comb of 100 levels on every tenth level of a chain.
	combs = func(name string) []string {
		switch next := below(name); {
		case next == nil || name[0] == '-':
			return with("leaf", next)
		case strings.HasSuffix(name, "0"):
			return []string{"-100", next[0]}
		default:
			return next
		}
	}

	// late has leaves only on the last 99 levels.
	late = func(name string) []string {
		if len(name) <= 2 {
			return combBack(name)
		}
		return chain(name)
	}
)

// below returns the subdirectories of a directory named by its height, "3" or "-3".
func below(name string) []string {
	height, err := strconv.Atoi(name)
	switch {
	case err != nil || height == 0 || height == -1:
		return nil
	case height < 0:
		return []string{strconv.Itoa(height + 1)}
	}
	return []string{strconv.Itoa(height - 1)}
}

func with(leaf string, names []string) []string {
	if names == nil {
		return nil
	}
	return append(names, leaf)
}

var costTests = []struct {
	name   string
	with   func(string) []string
	levels int
	most   int // directories open at once
}{
	{"a chain needs two handles", chain, 10_000, 2},
	{"leaves walked on the way back", combBack, 10_000, mostOpen},
	{"leaves walked on the way down", combDown, 10_000, 3},
	{"combs on a comb", combs, 3000, mostOpen},
	{"a comb at the end of a chain", late, 5000, mostOpen},
	{"a comb with few levels", combBack, mostOpen - 6, mostOpen},
}

// A walk that opened or reopened each directory from the root would open thousands of
// directories for each.
func TestAWalkOfATreeOfAnyShapeOpensEachDirectoryOnlyAFewTimes(t *testing.T) {
	for _, tt := range costTests {
		t.Run(tt.name, func(t *testing.T) {
			use := &usage{}
			directories, err := walkMade(tt.with, tt.levels, use, func(name string, err error) { t.Fatal(len(name), err) })
			if err != nil || use.most > tt.most || use.ever > 6*directories || use.open != 0 {
				t.Errorf("error %v; %d directories were opened %d times, %d at once, and %d are still open", err, directories, use.ever, use.most, use.open)
			}
			t.Logf("%d directories, %d opens, %d at once", directories, use.ever, use.most)
		})
	}
}

// walkMade walks a tree with this number of levels, and returns its number of
// directories.
func walkMade(with func(string) []string, levels int, use *usage, failed func(string, error)) (directories int, err error) {
	visit := func(n Node) error {
		directories++
		return nil
	}
	base := made{fmt.Sprint(levels), with, use}
	return directories, walkFrom(context.Background(), base, Alone(), Each(visit), failed)
}

func TestAWalkNeedsOnlyAFewHandles(t *testing.T) {
	for _, limit := range []int{3, 5, 50} {
		use := &usage{limit: limit}
		directories, err := walkMade(combBack, 200, use, func(name string, err error) { t.Error(len(name), err) })
		if err != nil || directories != 401 {
			t.Errorf("with %d handles: %d directories, %v", limit, directories, err)
		}
	}
}

func TestDirectoriesThatCantBeReopenedAreReportedOneByOne(t *testing.T) {
	use := &usage{limit: 3}              // so that the walk can't keep branches open
	use.gone = func(use *usage) string { // after the walk has opened all levels
		if use.ever > 1000 {
			return "500"
		}
		return ""
	}
	var lost []string
	directories, err := walkMade(combBack, 1000, use, func(name string, err error) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		lost = append(lost, name)
	})
	if err != nil || directories+len(lost) != 2001 || len(lost) < 490 || use.open != 0 {
		t.Errorf("error %v; %d directories, %d lost, %d still open", err, directories, len(lost), use.open)
	}
	slices.Sort(lost)
	if len(slices.Compact(lost)) != len(lost) || !strings.HasSuffix(lost[0], "/leaf") {
		t.Errorf("reported: %q …", lost[0][:100])
	}
}

// walked returns the names that a walk finds, sorted, and the directories that it
// can't read.
func walked(t *testing.T, root *Root, visit func(Node)) (names, lost []string) {
	t.Helper()
	err := root.Walk(t.Context(), Alone(), Each(func(n Node) error {
		names = append(names, n.Name)
		if visit != nil {
			visit(n)
		}
		return nil
	}), func(name string, err error) { lost = append(lost, name) })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names, lost
}

func TestWalkFindsEveryFileOfADeepTree(t *testing.T) {
	const levels = 300
	top := treetest.Make(t, "d/", "e/f=1", "f=2", "l -> d")
	var want []string
	treetest.Deep(t, top+"/d", "d", levels, func(level int, d *os.Root) error {
		for _, name := range []string{"a", "z"} {
			if err := d.Mkdir(name, 0o755); err != nil {
				return err
			}
			if err := d.WriteFile(name+"/f", nil, 0o644); err != nil {
				return err
			}
			want = append(want, strings.Repeat("d/", level+1)+name+"/f")
		}
		return nil
	})
	want = append(want, "e/f", "f", "l")
	slices.Sort(want)
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		if names, lost := walked(t, open(t, top), nil); !slices.Equal(names, want) || lost != nil {
			t.Errorf("%d names, %d lost; want %d names", len(names), len(lost), len(want))
		}
	})
}

// The directory is swapped after the walk has listed its parent, and before the walk
// opens it.
func TestADirectorySwappedForALinkDuringAWalkIsNotFollowed(t *testing.T) {
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		for _, target := range []string{"inside", "../outside", "nothing"} {
			top := treetest.Make(t, "outside/secret=1", "root/inside/f=2", "root/p/d/g=3", "root/p/file=4")
			swap := func(n Node) {
				if n.Name == "p/file" {
					os.Rename(top+"/root/p/d", top+"/root/p/e")
					if err := os.Symlink("../"+target, top+"/root/p/d"); err != nil {
						t.Skip(err)
					}
				}
			}
			names, lost := walked(t, open(t, top+"/root"), swap)
			if !slices.Equal(names, []string{"inside/f", "p/file"}) || !slices.Equal(lost, []string{"p/d"}) {
				t.Errorf("link to %s: found %q, failed on %q", target, names, lost)
			}
		}
	})
}

func TestADirectoryThatVanishesDuringAWalkIsReported(t *testing.T) {
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		top := treetest.Make(t, "p/d/", "p/file=1")
		remove := func(n Node) { os.Remove(top + "/p/d") }
		if names, lost := walked(t, open(t, top), remove); !slices.Equal(names, []string{"p/file"}) || !slices.Equal(lost, []string{"p/d"}) {
			t.Errorf("found %q, failed on %q", names, lost)
		}
	})
}

// The names are 5 and 10 kB long.
func TestNamesLongerThanTheLongestPathAreOpened(t *testing.T) {
	element := strings.Repeat("n", 200)
	const levels = 50
	top := treetest.Make(t)
	treetest.Deep(t, top, element, levels, func(level int, d *os.Root) error {
		for link, target := range map[string]string{"up": "..", "back": path.Join(slices.Repeat([]string{".."}, 3)...), "self": "self", "there": "f", "out": path.Join(slices.Repeat([]string{".."}, levels+1)...)} {
			if err := d.Symlink(target, link); err != nil {
				return err
			}
		}
		return d.WriteFile("f", []byte(fmt.Sprint(level)), 0o644)
	})
	deep := func(levels int) string { return strings.Repeat(element+"/", levels) }
	tests := []struct {
		name string
		want want
	}{
		{deep(20) + "f", want{text: "20"}},
		{deep(21) + "f", want{text: "21"}},
		{deep(50) + "f", want{text: "50"}},
		{deep(50) + "there", want{text: "50"}},
		{"./" + strings.ReplaceAll(deep(50), "/", "//") + "f", want{text: "50"}},
		{deep(50) + "up/f", want{text: "49"}},
		{deep(22) + "back/f", want{text: "19"}},
		{deep(50) + "up/" + element + "/f", want{text: "50"}},
		{deep(50) + "../f", want{text: "49"}},
		{deep(50) + "g", want{missing: true}},
		{deep(25) + "g/" + deep(25) + "f", want{missing: true}},
		{deep(50) + "f/f", want{missing: true}},
		{deep(50), want{notRegular: "directory"}},
		{deep(50) + strings.Repeat("/", 5000), want{notRegular: "directory"}},
		{deep(49) + element, want{notRegular: "directory"}},
		{deep(50) + "self", want{other: true}},
		{deep(50) + strings.Repeat("n", 5000), want{other: true}},
		{deep(50) + "out/" + filepath.Base(top) + "/" + deep(1) + "f", want{outside: true}},
		{deep(50) + strings.Repeat("../", 51) + "f", want{outside: true}},
		{"/" + deep(50) + "f", want{outside: true}},
	}
	eachWay(t, func(t *testing.T, open func(*testing.T, string) *Root) {
		root := open(t, top)
		for i, tt := range tests {
			t.Run(fmt.Sprint(i), func(t *testing.T) { check(t, root, tt.name, tt.want) })
		}
	})
}

// BenchmarkWalk walks a common kind of tree: 50,000 files in 500 directories.
func BenchmarkWalk(b *testing.B) {
	top := b.TempDir()
	for i := range 500 {
		directory := filepath.Join(top, fmt.Sprintf("part-%d", i/50), fmt.Sprintf("of-%d", i))
		if err := os.MkdirAll(directory, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range 100 {
			if err := os.WriteFile(filepath.Join(directory, fmt.Sprintf("file-%03d.log", j)), nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	root, err := Open(top)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	b.ReportAllocs()
	for b.Loop() {
		files := 0
		err := root.Walk(b.Context(), Alone(), func(all []Node) error { files += len(all); return nil }, func(name string, err error) { b.Error(name, err) })
		if err != nil || files != 50_000 {
			b.Fatal(files, err)
		}
	}
}
