//go:build !linux

package tree

func (r *Root) base() directory { return portable{r.dir} }
