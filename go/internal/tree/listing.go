package tree

import (
	"io/fs"
	"slices"
	"strings"
	"sync"
)

const (
	listBuffer = 32 << 10 // bytes of entries read at a time
	mostListed = 16 << 10 // files passed on at a time
	mostText   = 1 << 20  // bytes of their names
)

// listing is the memory for listing a directory. A walk needs few of them.
type listing struct {
	buffer []byte // for the system's entries
	text   []byte // names of files, one after another
	ends   []int  // in text
	types  []fs.FileMode
	sizes  []int64
	nodes  []Node
}

var listings = sync.Pool{New: func() any { return &listing{buffer: make([]byte, listBuffer)} }}

func (l *listing) add(directory, name []byte, mode fs.FileMode, size int64) {
	l.text = append(append(l.text, directory...), name...)
	l.ends = append(l.ends, len(l.text))
	l.types = append(l.types, mode)
	l.sizes = append(l.sizes, size)
}

func (l *listing) isFull() bool { return len(l.ends) >= mostListed || len(l.text) >= mostText }

// take returns the files that were added, in the order of their names. While a directory
// changes, the system may list a name twice. All names share one string.
func (l *listing) take() []Node {
	if l.nodes = l.nodes[:0]; len(l.ends) == 0 {
		return nil
	}
	text, start := string(l.text), 0
	for i, end := range l.ends {
		l.nodes = append(l.nodes, Node{Name: text[start:end], Type: l.types[i], Size: l.sizes[i]})
		start = end
	}
	l.text, l.ends, l.types, l.sizes = l.text[:0], l.ends[:0], l.types[:0], l.sizes[:0]
	slices.SortFunc(l.nodes, func(a, b Node) int { return strings.Compare(a.Name, b.Name) })
	l.nodes = slices.CompactFunc(l.nodes, func(a, b Node) bool { return a.Name == b.Name })
	return l.nodes
}

// reset forgets all names, so that they can be freed.
func (l *listing) reset() {
	clear(l.nodes[:cap(l.nodes)])
	l.text, l.ends, l.types, l.sizes, l.nodes = l.text[:0], l.ends[:0], l.types[:0], l.sizes[:0], l.nodes[:0]
}
