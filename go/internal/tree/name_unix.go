//go:build !windows

package tree

func checkName(string) error { return nil }
