package tree

import (
	"context"
	"io"
)

// Cancellable is a reader that fails after its context has ended.
type Cancellable struct {
	context.Context
	io.Reader
}

// Read implements [io.Reader].
func (c *Cancellable) Read(p []byte) (int, error) {
	if err := c.Context.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}
