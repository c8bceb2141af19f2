//go:build linux && (arm64 || loong64 || riscv64)

package tree

const sysPreadv2 = 286 // package syscall lacks it
