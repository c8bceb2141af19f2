//go:build !windows

package holdings

import "syscall"

const unlimited = 1 << 62

func limitOf(resource int) int64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(resource, &l); err != nil || uint64(l.Cur) > unlimited {
		return unlimited
	}
	return int64(l.Cur)
}

func descriptorLimit() int64 { return limitOf(syscall.RLIMIT_NOFILE) }
