//go:build !linux || !(amd64 || arm64 || loong64 || riscv64)

package tree

// AtHandSize is the size in bytes of the largest file that is at hand.
const AtHandSize = 0

// IsFileAtHand returns false: only Linux tells what is at hand, and not on every processor.
func IsFileAtHand(string) bool { return false }

// IsDirectoryAtHand returns false as well.
func IsDirectoryAtHand(string) bool { return false }

// IsAtHand returns false as well.
func (r *Root) IsAtHand(string) bool { return false }
