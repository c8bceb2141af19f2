package verify

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/tree"
)

// withoutPassages removes the links that a listed name leads through.
func withoutPassages(extra []tree.Node, p *plan, root *tree.Root) []tree.Node {
	links := &passage{}
	for i := range extra {
		if extra[i].Type&fs.ModeSymlink != 0 {
			links.add(&extra[i])
		}
	}
	if links.next == nil {
		return extra
	}
	for _, s := range p.sources {
		for i := range s.Entries {
			if name, ok := root.Relative(s.Entries[i].Name); ok {
				links.drop(name)
			}
		}
	}
	for _, name := range p.outside.entries {
		if name, ok := root.Relative(name); ok {
			links.drop(name)
		}
	}
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return n.Name == "" })
}

// passage is a node in a tree of links, by path elements. With such a tree, a name is
// walked only once; it may be as long as the directory tree is deep.
type passage struct {
	link *tree.Node // the link at this path; may be nil
	next map[string]*passage
}

func (p *passage) add(link *tree.Node) {
	for element := range strings.SplitSeq(link.Name, "/") {
		if p.next == nil {
			p.next = map[string]*passage{}
		}
		if p.next[element] == nil {
			p.next[element] = &passage{}
		}
		p = p.next[element]
	}
	p.link = link
}

// drop clears the names of the links that name leads through. It stops at "..",
// because the directories after it are not those in the text.
func (p *passage) drop(name string) {
	for {
		element, rest, through := strings.Cut(name, "/")
		if name = rest; !through || element == ".." {
			return
		}
		if element == "" || element == "." {
			continue
		}
		if p = p.next[element]; p == nil {
			return
		}
		if p.link != nil {
			p.link.Name = ""
		}
	}
}
