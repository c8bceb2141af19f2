//go:build linux && (arm64 || loong64 || riscv64)

package engine

const sysStatx = 291 // package syscall lacks it
