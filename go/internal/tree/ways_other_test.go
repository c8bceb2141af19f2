//go:build !linux

package tree

import "testing"

var ways = map[string]func(*testing.T, string) *Root{"os.Root": mustOpen}
