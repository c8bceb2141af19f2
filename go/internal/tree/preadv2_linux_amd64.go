package tree

const sysPreadv2 = 327 // package syscall lacks it
