package hashing

import (
	"cmp"
	"context"
	"path"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/tree"
)

const (
	// Window is the number of files that are put into the order of the disk at a time. Up
	// to that many are started out of their order.
	Window = 4096
	// placesAtMost is the number of entries of directories that are read for a window.
	placesAtMost = 16 * Window
)

// nearby puts files into the order in which they lie on the disk, a window at a time.
// A disk whose head moves reads neighbours much faster than files in any other order.
type nearby struct {
	on   atomic.Bool  // whether storage seeks
	left atomic.Int64 // in the window
	// extents returns where files begin on a rotating disk, or nil if that is not known.
	extents func(numbers []int) map[int]uint64

	mu        sync.Mutex
	numbers   []int // the rest of the window
	handedOut int64
}

// next returns the next number of the window, after it was filled if it is empty, and its
// place in the order of the disk.
func (n *nearby) next(fill func() []int) (number int, place int64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.numbers) == 0 {
		n.numbers = fill()
	}
	if len(n.numbers) == 0 {
		return 0, 0, false
	}
	number, n.numbers = n.numbers[0], n.numbers[1:]
	n.left.Store(int64(len(n.numbers)))
	n.handedOut++
	return number, n.handedOut, true
}

// fillWindow takes the next numbers that may be started now, and returns them in the order
// of the disk. They may be started in any order then.
func (a *agenda) fillWindow() []int {
	var numbers []int
	for len(numbers) < Window {
		number := a.begun.Load()
		if number >= int64(a.Count()) || !a.Admits(Next{Number: int(number)}) {
			break
		}
		if a.begun.CompareAndSwap(number, number+1) && a.take(int(number)) {
			numbers = append(numbers, int(number))
		}
	}
	sortBy(numbers, a.places(numbers))
	if a.extents != nil {
		sortBy(numbers, a.extents(numbers)) // it opens them, in the order of their inodes
	}
	return numbers
}

func sortBy(numbers []int, places map[int]uint64) {
	slices.SortStableFunc(numbers, func(x, y int) int { return cmp.Compare(places[x], places[y]) })
}

// places returns the inode numbers of files, as far as their directories tell. Errors are
// ignored: they only make the run slower.
func (a *agenda) places(numbers []int) map[int]uint64 {
	byDirectory := map[string]map[string]int{}
	for _, number := range numbers {
		name, _, ok := a.File(number)
		if !ok {
			continue
		}
		directory, base := path.Split(path.Clean(name))
		if byDirectory[directory] == nil {
			byDirectory[directory] = map[string]int{}
		}
		byDirectory[directory][base] = number
	}
	found := map[int]uint64{}
	if len(byDirectory) > len(numbers)/4 {
		return found // reading the directories would take as long as it saves
	}
	left := placesAtMost
	for directory, names := range byDirectory {
		_ = a.root.Places(path.Join(".", directory), func(name []byte, inode uint64) bool {
			if number, ok := names[string(name)]; ok {
				found[number] = inode
			}
			left--
			return left > 0
		})
	}
	return found
}

// extents is nearby.extents. A file that was written again has its old inode, or that of a
// file that is gone, but its content lies elsewhere. The files will be opened anyway.
func (r *run) extents(ctx context.Context, numbers []int) map[int]uint64 {
	if !r.turns.rotating() {
		return nil
	}
	found := make(map[int]uint64, len(numbers))
	opener := r.root.Opener()
	for _, number := range numbers {
		name, _, ok := r.agenda.File(number)
		if !ok || ctx.Err() != nil || !r.share.TakeFile() {
			continue
		}
		extent, err := extentOf(opener, name)
		r.share.ReturnFile()
		if err != nil { // so it is for all others
			return nil
		}
		found[number] = extent
	}
	return found
}

// extentOf returns where a file begins, 0 if it can't be opened. It is an error if the file
// system doesn't tell.
func extentOf(o *tree.Opener, name string) (uint64, error) {
	f, _, err := o.Open(name)
	if err != nil {
		return 0, nil
	}
	defer f.Close()
	return f.Extent()
}
