package hashing

import (
	"cmp"
	"path"
	"slices"
	"sync"
	"sync/atomic"
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

	mu      sync.Mutex
	numbers []int // the rest of the window
}

// next returns the next number of the window, after it was filled if it is empty.
func (n *nearby) next(fill func() []int) (number int, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.numbers) == 0 {
		n.numbers = fill()
	}
	if len(n.numbers) == 0 {
		return 0, false
	}
	number, n.numbers = n.numbers[0], n.numbers[1:]
	n.left.Store(int64(len(n.numbers)))
	return number, true
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
	places := a.places(numbers)
	slices.SortStableFunc(numbers, func(x, y int) int { return cmp.Compare(places[x], places[y]) })
	return numbers
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
