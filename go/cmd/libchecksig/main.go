// Command libchecksig is the C ABI.
package main

import "C"

//export checksig_abi
func checksig_abi() int32 { return 1 }

func main() {}
