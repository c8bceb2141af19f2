//go:build cgo && (amd64 || arm64)

package multibuffer

/*
#cgo CFLAGS: -O3 -fvisibility=hidden
#cgo noescape checksig_run
#cgo nocallback checksig_run
#cgo nocallback checksig_ticks

#include "kernel.h"
*/
import "C"

import (
	"sync"
	"unsafe"
)

// This does not compile unless Go and C agree on the layout of shared types.
var (
	_ [unsafe.Sizeof(State{})]byte            = [C.sizeof_union_state]byte{}
	_ [unsafe.Sizeof(Message{})]byte          = [C.sizeof_struct_message]byte{}
	_ [unsafe.Offsetof(Message{}.Offset)]byte = [unsafe.Offsetof(C.struct_message{}.offset)]byte{}
	_ [unsafe.Offsetof(Message{}.State)]byte  = [unsafe.Offsetof(C.struct_message{}.state)]byte{}
	_ [unsafe.Sizeof(Message{}.State)]byte    = [unsafe.Sizeof(C.struct_message{}.state)]byte{}
	_ [MD5]byte                               = [C.MD5]byte{}
	_ [SHA1]byte                              = [C.SHA1]byte{}
	_ [SHA256]byte                            = [C.SHA256]byte{}
	_ [SHA512]byte                            = [C.SHA512]byte{}
	_ [BLAKE3]byte                            = [C.BLAKE3]byte{}
)

// natives returns the kernels that this CPU can run.
var natives = sync.OnceValue(func() []kernel {
	table := unsafe.Slice(C.checksig_table(), C.MAX_KERNELS)
	var all []kernel
	for id := range table {
		e := &table[id]
		if e.run == nil {
			break
		}
		all = append(all, kernel{C.GoString(e.name), Family(e.family), int(e.lanes), id})
	}
	return all
})

// compress does not check its arguments. Compress does.
func (k *kernel) compress(states []State, buffer []byte, messages []Message, blocks int) {
	C.checksig_run(C.int(k.id),
		(*C.union_state)(unsafe.Pointer(&states[0])),
		(*C.uint8_t)(unsafe.Pointer(&buffer[0])),
		(*C.struct_message)(unsafe.Pointer(&messages[0])),
		C.size_t(blocks))
}

// ticks reads the CPU's counter, because the clock of Windows is too coarse for
// microseconds.
func ticks() uint64 { return uint64(C.checksig_ticks()) }
