//go:build !linux

package mounts

// Check always returns nil: all threads of a process see the same files.
func Check() error { return nil }
