package tree

import (
	"bytes"
	"encoding/binary"
	"syscall"
	"unsafe"
)

const entryInode = unsafe.Offsetof(syscall.Dirent{}.Ino)

// Places calls found with the name and the inode number of each entry of a directory
// beneath the root, until it returns false. On most file systems, files with near numbers
// lie near each other. name is valid only during the call.
func (r *Root) Places(directory string, found func(name []byte, inode uint64) bool) error {
	d, err := r.dir.OpenFile(directory, listFlags, 0)
	if err != nil {
		return tidy(err)
	}
	defer d.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := syscall.ReadDirent(int(d.Fd()), buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return err
		}
		for rest := buffer[:n]; len(rest) > 0; {
			entry := rest[:binary.NativeEndian.Uint16(rest[entryLength:])]
			rest = rest[len(entry):]
			name, _, _ := bytes.Cut(entry[entryName:], []byte{0})
			if !found(name, binary.NativeEndian.Uint64(entry[entryInode:])) {
				return nil
			}
		}
	}
}
