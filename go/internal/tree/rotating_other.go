//go:build !linux

package tree

// IsRotating returns false: it is not known here.
func (r *Root) IsRotating() bool { return false }
