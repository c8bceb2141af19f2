package hashing

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/tree"
)

// shuffledFiles creates empty files in some directories. It returns their names in random
// order, and a function for the inode number of each.
func shuffledFiles(t *testing.T, directories, each int) (root *tree.Root, names []string) {
	t.Helper()
	directory := t.TempDir()
	for d := range directories {
		sub := fmt.Sprintf("d%d", d)
		if err := os.Mkdir(filepath.Join(directory, sub), 0o755); err != nil {
			t.Fatal(err)
		}
		for f := range each {
			name := fmt.Sprintf("%s/./f%d", sub, f)
			if err := os.WriteFile(filepath.Join(directory, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
	}
	order := rand.New(rand.NewPCG(1, 2))
	order.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root, names
}

func sha256Of(int) digest.Algorithm { return digest.SHA256 }

// handedOut returns all numbers in the order in which an agenda hands them out.
func handedOut(a *agenda) (numbers []int) {
	for n := nextOf(a); n.Number != none; n = nextOf(a) {
		numbers = append(numbers, n.Number)
	}
	return numbers
}

func TestEveryNumberIsHandedOutOnceInTheOrderOfTheDisk(t *testing.T) {
	root, names := shuffledFiles(t, 3, Window/2)
	a := newAgenda(root, newFiles(sha256Of, names...))
	first := []int{nextOf(a).Number, nextOf(a).Number}
	a.nearby.on.Store(true)
	sorted := handedOut(a)
	places := a.places(sorted)
	if len(places) != len(sorted) && runtime.GOOS == "linux" {
		t.Fatalf("%d of %d places are known", len(places), len(sorted))
	}
	at := func(x, y int) int { return int(places[x]) - int(places[y]) }
	if !slices.IsSortedFunc(sorted[:Window], at) || !slices.IsSortedFunc(sorted[Window:], at) {
		t.Error("a window is not in the order of the disk")
	}
	all := append(first, sorted...)
	slices.Sort(all)
	for i, number := range all {
		if i != number {
			t.Fatalf("number %d is handed out instead of %d", number, i)
		}
	}
	if len(all) != len(names) || a.left() != 0 {
		t.Errorf("%d of %d numbers were handed out, %d are left", len(all), len(names), a.left())
	}
}

func TestFilesInDirectoriesOfTheirOwnKeepTheirOrder(t *testing.T) {
	root, names := shuffledFiles(t, 100, 1)
	a := newAgenda(root, newFiles(sha256Of, names...))
	a.nearby.on.Store(true)
	if numbers := handedOut(a); !slices.IsSorted(numbers) {
		t.Errorf("handed out: %v", numbers)
	}
}

func TestAMissingDirectoryDoesNotMatter(t *testing.T) {
	root, names := shuffledFiles(t, 1, 20)
	names = append(names, "missing/a", "../outside/b", "d0/missing")
	a := newAgenda(root, newFiles(sha256Of, names...))
	a.nearby.on.Store(true)
	if numbers := handedOut(a); len(numbers) != len(names) {
		t.Errorf("%d of %d numbers were handed out", len(numbers), len(names))
	}
}

func TestFilesAreReadFromARotatingDiskInTheOrderOfTheirContent(t *testing.T) {
	directory, err := os.MkdirTemp(".", "extents-") // the temporary directory may be in memory
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("f%02d", i))
	}
	order := rand.New(rand.NewPCG(1, 2))
	for range 2 { // once to get inodes in this order, and once to get content in another one
		for _, name := range names {
			f, err := os.Create(filepath.Join(directory, name))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(make([]byte, 30_000)); err != nil {
				t.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
		order.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	}
	slices.Sort(names)
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })

	r := testRun(root, newFiles(sha256Of, names...), 1, false)
	places := map[int]uint64{}
	for number, name := range names {
		f, _, err := root.Opener().Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if places[number], err = f.Extent(); err != nil {
			t.Skip("this file system has no FIEMAP")
		}
	}
	byContent := func(x, y int) int { return cmp.Compare(places[x], places[y]) }
	for _, rotating := range []bool{true, false} {
		r.turns = newTurns(func() bool { return rotating })
		r.agenda = newAgenda(root, r.agenda.Work)
		r.agenda.extents = func(numbers []int) map[int]uint64 { return r.extents(t.Context(), numbers) }
		r.agenda.nearby.on.Store(true)
		numbers := handedOut(r.agenda)
		isSorted := slices.IsSortedFunc(numbers, byContent)
		if rotating && !isSorted || len(numbers) != len(names) {
			t.Errorf("rotating is %v: handed out %v", rotating, numbers)
		}
		if !rotating && isSorted {
			t.Skip("this file system has put the content into the order of the inodes")
		}
	}
	if files := r.share.Files(); files != 0 {
		t.Errorf("%d files are still counted as open", files)
	}
}
