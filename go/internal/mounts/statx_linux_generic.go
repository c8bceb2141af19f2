//go:build linux && (arm64 || loong64 || riscv64)

package mounts

const sysStatx = 291 // package syscall lacks it
