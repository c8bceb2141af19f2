//go:build linux && !amd64 && !arm64 && !loong64 && !riscv64

package mounts

const sysStatx = 0 // other numbers, and other orders of bytes
