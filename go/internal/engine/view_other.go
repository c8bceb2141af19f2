//go:build !linux

package engine

// checkView finds nothing: elsewhere all threads of a process see the same files.
func checkView() error { return nil }
