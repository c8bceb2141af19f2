package tree

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
)

// Node is one thing found by Walk that is no folder.
type Node struct {
	Name string // relative to the root, with slashes
	Type fs.FileMode
}

// Kind names what the node is: "regular file", "symbolic link", "FIFO" …
func (n Node) Kind() string {
	if n.Type.IsRegular() {
		return "regular file"
	}
	return kindOf(n.Type)
}

const readAtOnce = 1024 // entries of a folder

// Walk calls visit for all that is beneath the root and no folder, in no order.
// It follows no links. A folder that can't be read goes to failed. It ends early
// when visit fails or ctx ends.
func (r *Root) Walk(ctx context.Context, visit func(Node) error, failed func(folder string, err error)) error {
	folders := []string{"."}
	for len(folders) > 0 {
		folder := folders[len(folders)-1]
		folders = folders[:len(folders)-1]
		err := r.list(ctx, folder, func(e fs.DirEntry) error {
			name := path.Join(folder, e.Name())
			if e.IsDir() {
				folders = append(folders, name)
				return nil
			}
			return visit(Node{name, e.Type()})
		})
		var unread *unreadError
		if errors.As(err, &unread) {
			failed(folder, tidy(unread.error))
		} else if err != nil {
			return err
		}
	}
	return nil
}

type unreadError struct{ error }

func (r *Root) list(ctx context.Context, folder string, visit func(fs.DirEntry) error) error {
	d, err := r.dir.OpenFile(folder, folderFlags, 0)
	if err != nil {
		return &unreadError{err}
	}
	defer d.Close()
	for ctx.Err() == nil {
		entries, err := d.ReadDir(readAtOnce)
		for _, e := range entries {
			if err := visit(e); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &unreadError{err}
		}
	}
	return ctx.Err()
}
