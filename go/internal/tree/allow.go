package tree

// Allow lets links lead to the directory at an absolute path and everything beneath
// it. It must be called before the root is used.
func (r *Root) Allow(path string) error {
	directory, err := Open(path)
	if err == nil {
		r.allowed = append(r.allowed, directory)
	}
	return err
}
