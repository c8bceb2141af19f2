//go:build !linux

package hashing

import "time"

// threadTime is not known here.
func threadTime() (thread int, onCore time.Duration) { return 0, 0 }
