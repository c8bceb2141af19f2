//go:build !linux

package mounts

// Check finds nothing: elsewhere all threads of a process see the same files.
func Check() error { return nil }
