package mounts

const sysStatx = 332 // package syscall lacks it
