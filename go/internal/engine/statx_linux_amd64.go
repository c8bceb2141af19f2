package engine

const sysStatx = 332 // package syscall lacks it
