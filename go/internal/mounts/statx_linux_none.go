//go:build linux && !amd64 && !arm64 && !loong64 && !riscv64

package mounts

const sysStatx = 0 // not used: its number and the byte order differ
