package tree

import "io/fs"

// identity is the same for all names of a file, and rarely for different files. The
// true identity is known only to os.SameFile.
func identity(f fs.FileInfo) [2]uint64 {
	return [2]uint64{uint64(f.Size()), uint64(f.ModTime().UnixNano())}
}

// identityOf would return the identity, which package os keeps to itself.
func identityOf(fs.FileInfo) Identity { return Identity{} }

// deviceOf would return the number of the file system that a file is on.
func deviceOf(fs.FileInfo) (uint64, bool) { return 0, false }
