package tree

import (
	"context"
	"io/fs"
)

// Entries calls found with the name and the type of each entry directly in the root, in no
// particular order. It does not look at the files, as package os does in an os.Root.
func (r *Root) Entries(ctx context.Context, found func(name string, mode fs.FileMode)) error {
	d, err := r.base().open(".")
	if err != nil {
		return tidy(err)
	}
	defer d.close()
	err = d.list(ctx, make([]byte, 8<<10), func(name []byte, mode fs.FileMode, _ int64) error {
		found(string(name), mode)
		return nil
	})
	if unread, ok := err.(*unreadError); ok {
		return tidy(unread.error)
	}
	return err
}
