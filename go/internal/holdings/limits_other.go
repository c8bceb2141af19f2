//go:build !linux

package holdings

func threadLimit() int64 { return maxThreads }
