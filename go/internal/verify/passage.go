package verify

import (
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/tree"
)

// withoutPassages drops links to directories through which a listed name leads.
func withoutPassages(extra []tree.Node, p *plan, root *tree.Root) []tree.Node {
	links := &passage{}
	for i := range extra {
		if extra[i].Kind() == "symbolic link" {
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
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return n.Name == "" })
}

// passage is a step on the way to a link: names may be as long as a tree is deep,
// and are looked at once.
type passage struct {
	link *tree.Node // nil: none ends here
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

// drop empties the nodes of links that name leads through. Behind ".." a name's
// directories are not what they read as.
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
