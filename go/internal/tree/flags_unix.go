//go:build !linux && !windows

package tree

import "syscall"

// O_NONBLOCK keeps the open of a FIFO from waiting for a writer.
const openFlags = syscall.O_RDONLY | syscall.O_NONBLOCK | syscall.O_CLOEXEC | syscall.O_NOCTTY
