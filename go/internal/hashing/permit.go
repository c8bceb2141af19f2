package hashing

import "github.com/checksig/checksig/go/internal/holdings"

// permit keeps the permission to have a file open for the next file, for a worker that
// reads small files one after another. A nil permit keeps none.
type permit struct{ kept bool }

// take takes the permission for a file, and reports whether it may be had.
func (p *permit) take(s *holdings.Share) bool {
	if p != nil && p.kept {
		p.kept = false
		return true
	}
	return s.TakeFile()
}

// leave keeps the permission for a file that was closed, or gives it back.
func (p *permit) leave(s *holdings.Share) {
	if p == nil || p.kept {
		s.ReturnFile()
	} else {
		p.kept = true
	}
}

// giveBack gives back what is kept.
func (p *permit) giveBack(s *holdings.Share) {
	if p.kept {
		p.kept = false
		s.ReturnFile()
	}
}
