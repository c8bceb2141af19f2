package list

import (
	"hash/maphash"
	"slices"
)

// gathered joins the lines of a list that has several for one file. The file is one
// entry, at its first line with a digest.
type gathered struct {
	last    int              // the entry of the line before
	byHash  map[uint64]int32 // of the first entries' names, as many as known says
	seed    maphash.Seed
	known   int
	sizes   map[string]sizeLine // of files without a digest so far
	foreign []foreignLine
}

type sizeLine struct {
	bytes int64
	line  int32
	text  string
}

// foreignLine is an entry of an algorithm that is not supported.
type foreignLine struct {
	name, reason, text string
	line               int32
}

// find returns an entry of a file, or nil. Most lists keep the lines of a file
// together, or repeat the files in the same order.
func (g *gathered) find(p *parser, name string) *Entry {
	for i := max(0, g.last); i < min(g.last+2, p.entries.n); i++ {
		if e := p.entries.at(i); e.Name == name {
			g.last = i
			return e
		}
	}
	if g.byHash == nil {
		g.byHash, g.seed = map[uint64]int32{}, maphash.MakeSeed()
	}
	for ; g.known < p.entries.n; g.known++ {
		g.byHash[maphash.String(g.seed, p.entries.at(g.known).Name)] = int32(g.known)
	}
	i, ok := g.byHash[maphash.String(g.seed, name)]
	if !ok || p.entries.at(int(i)).Name != name { // in 2^64 names, two may have one hash; then they stay apart
		return nil
	}
	g.last = int(i)
	return p.entries.at(g.last)
}

// digest adds a digest to its file. A second one of the same algorithm is an entry of its
// own, so that both are verified.
func (g *gathered) digest(p *parser, name string, d Digest) {
	name = p.slashed(name)
	if e := g.find(p, name); e != nil && e.Algorithms().With(d.Algorithm) != e.Algorithms() {
		e.AddDigest(d)
		return
	}
	g.start(p, name, d)
}

// start adds an entry for a file, whose name has slashes.
func (g *gathered) start(p *parser, name string, d Digest) {
	e := Entry{Name: name, Hex: d.Hex, Line: p.line, Algorithm: d.Algorithm}
	if s, ok := g.sizes[name]; ok {
		e.SetSize(s.bytes)
		delete(g.sizes, name)
	}
	p.entries.add(e)
	g.last = p.entries.n - 1
}

// size adds a size to its file, and returns a reason if it has another one.
func (g *gathered) size(p *parser, name string, bytes int64, text string) string {
	name = p.slashed(name)
	if e := g.find(p, name); e != nil {
		if size, ok := e.Size(); ok && size != bytes {
			return sizesDiffer
		}
		e.SetSize(bytes)
		return ""
	}
	if s, ok := g.sizes[name]; ok && s.bytes != bytes {
		return sizesDiffer
	}
	if g.sizes == nil {
		g.sizes = map[string]sizeLine{}
	}
	g.sizes[name] = sizeLine{bytes, p.line, text}
	return ""
}

// unsupported keeps a digest that can't be verified. It matters only if its file has no other.
func (g *gathered) unsupported(p *parser, name, reason, text string) {
	g.foreign = append(g.foreign, foreignLine{p.slashed(name), reason, text, p.line})
}

// end rejects what belongs to no entry.
func (g *gathered) end(p *parser) error {
	for _, f := range g.foreign {
		if g.find(p, f.name) != nil {
			continue
		}
		delete(g.sizes, f.name)
		p.foreign = f.name
		if err := p.rejectAt(f.line, f.text, f.reason); err != nil {
			return err
		}
	}
	var alone []sizeLine
	for _, s := range g.sizes {
		alone = append(alone, s)
	}
	slices.SortFunc(alone, func(a, b sizeLine) int { return int(a.line) - int(b.line) })
	for _, s := range alone {
		if err := p.rejectAt(s.line, s.text, sizeAlone); err != nil {
			return err
		}
	}
	return nil
}
