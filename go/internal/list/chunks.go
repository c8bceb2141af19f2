package list

const chunkLen = 8 << 10 // entries, 384 KiB

// chunks collects an unknown number of entries. A slice grown by append would be
// copied about ten times on its way to a million.
type chunks struct {
	full [][]Entry
	last []Entry
	n    int // entries in all of them
}

func (c *chunks) add(e Entry) {
	if len(c.last) == cap(c.last) && len(c.last) >= chunkLen {
		c.full = append(c.full, c.last)
		c.last = make([]Entry, 0, chunkLen)
	}
	c.last = append(c.last, e)
	c.n++
}

// at returns entry i, which may be changed. All full chunks but the first have one length.
func (c *chunks) at(i int) *Entry {
	if len(c.full) == 0 {
		return &c.last[i]
	}
	if first := c.full[0]; i < len(first) {
		return &first[i]
	}
	i -= len(c.full[0])
	if chunk := 1 + i/chunkLen; chunk < len(c.full) {
		return &c.full[chunk][i%chunkLen]
	}
	return &c.last[i-chunkLen*(len(c.full)-1)]
}

func (c *chunks) all() []Entry {
	if c.full == nil {
		return c.last
	}
	all := make([]Entry, 0, c.n)
	for _, chunk := range append(c.full, c.last) {
		all = append(all, chunk...)
	}
	return all
}
