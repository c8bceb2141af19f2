//go:build !linux

package tree

// IsRotating is false where the system doesn't tell.
func (r *Root) IsRotating() bool { return false }
