package difference

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/list"
)

// named is an entry with the name by which it is compared.
type named struct {
	name  string
	entry list.Entry
}

// cursor goes through a side, name by name, in the order of names.
type cursor struct {
	// more returns the entries that follow, none at the end. ok is false if the side breaks
	// off before its end.
	more    func() (all []named, ok bool)
	borrows bool    // entries are parts of a text that is not to be kept
	ahead   []named // that were read, and are not passed
	group   []named // the entries of the current name; none at the end
	last    string  // the name before the current one
	broken  bool
}

// has reports whether there is a current name.
func (c *cursor) has() bool { return len(c.group) > 0 }

// name returns the current name, "" at the end.
func (c *cursor) name() string {
	if !c.has() {
		return ""
	}
	return c.group[0].name
}

// next goes to the next name.
func (c *cursor) next() {
	c.last, c.group = c.name(), c.group[:0]
	for c.fill() && (!c.has() || c.ahead[0].name == c.group[0].name) {
		c.group = append(c.group, c.ahead[0])
		c.ahead = c.ahead[1:]
	}
}

// fill reads on if nothing is ahead, and reports whether there is more.
func (c *cursor) fill() bool {
	if len(c.ahead) == 0 && !c.broken {
		all, ok := c.more()
		c.ahead, c.broken = all, !ok
	}
	return len(c.ahead) > 0
}

// file returns all that the side says of the current name, to be kept.
func (c *cursor) file() *file {
	if !c.borrows {
		return fileOf(c.group)
	}
	kept := make([]named, len(c.group))
	for i := range c.group {
		e := c.group[i].entry.Clone()
		kept[i] = named{Clean(e.Name), e}
	}
	return fileOf(kept)
}

// shared returns the length of the longest directory of a name, with its slash, in which
// the side has something. The name must be between the last and the current one: among
// sorted names, those in a directory are next to each other.
func (c *cursor) shared(name string) int {
	return max(sharedDirectory(c.last, name), sharedDirectory(c.name(), name))
}

func sharedDirectory(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return strings.LastIndexByte(a[:n], '/') + 1
}

// chunk is the number of entries that are handed to a cursor at once.
const chunk = 1 << 10

// sorted is a side in the order of its names.
type sorted struct {
	Side
	names []name
}

type name struct {
	text   string
	number int32
}

func sort(s Side) *sorted {
	all := &sorted{s, make([]name, s.Len())}
	for i := range all.names {
		all.names[i] = name{Clean(s.Entry(i).Name), int32(i)}
	}
	byName := func(a, b name) int { return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.number, b.number)) }
	if !slices.IsSortedFunc(all.names, byName) {
		slices.SortFunc(all.names, byName)
	}
	return all
}

func (s *sorted) cursor() *cursor {
	rest := s.names
	buffer := make([]named, 0, min(chunk, len(rest)))
	return &cursor{more: func() ([]named, bool) {
		buffer = buffer[:0]
		for _, n := range rest[:min(chunk, len(rest))] {
			buffer = append(buffer, named{n.text, s.Entry(int(n.number))})
		}
		rest = rest[len(buffer):]
		return buffer, true
	}}
}

// Clean returns the name by which entries are compared: those of one file may differ in
// "./" and "//". One with ".." stays as it is, because behind a link it leads elsewhere.
func Clean(name string) string {
	if name != "" && name[0] != '.' && name[len(name)-1] != '/' && !strings.Contains(name, "//") && !strings.Contains(name, "/.") {
		return name // as most are; it takes less time to see that than to clean them
	}
	if strings.Contains(name, "..") && slices.Contains(strings.Split(name, "/"), "..") {
		return name
	}
	return path.Clean(name)
}
