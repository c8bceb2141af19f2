//go:build !linux

package create

import "testing"

// without is for what can fail on Linux.
var without = map[string]func(t *testing.T){"everything works": func(*testing.T) {}}
