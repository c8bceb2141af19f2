//go:build !linux || !(amd64 || arm64 || loong64 || riscv64 || s390x)

package tree

import "errors"

// Extent returns an error: the call is missing here, or has another form.
func (f File) Extent() (uint64, error) { return 0, errors.ErrUnsupported }
