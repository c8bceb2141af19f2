// Command libchecksig is the engine as a C library, built with
// -buildmode=c-shared. It only converts and makes no decisions.
//
// # The C ABI, version 6
//
// Text is UTF-8. In JSON, a byte of a file name that is not UTF-8 is encoded as
// \udcXX (see package wire). verify takes and returns the bytes of names as they
// are, ending in NUL.
//
// Memory: every char * that a function returns or stores belongs to the caller,
// who passes it to checksig_free once, or passes the variable that holds it to
// checksig_clear, which frees what is there, if anything, and stores NULL. It
// comes from malloc, so if the caller and the library share one C runtime, free
// works as well. What the caller passes in stays the caller's, and is not
// accessed after the call.
//
// Ownership: a handle or a text is stored in a variable of the caller before the
// call returns, and is released by a call that clears that variable. So an
// exception in the caller, such as one raised by a signal, never loses it or
// releases it twice.
//
// Threads: every function may be called from any thread at any time. Only
// checksig_start and checksig_poll wait, at most for the given time. No function calls
// back.
//
// Settings are arguments. The only environment variable that the library reads is
// CHECKSIG_KERNELS, for tests. Changes to the environment after loading have no
// effect.
//
// After fork without exec the library must not be called in the child: the
// threads it needs do not exist there. The variable
//
//	int64_t checksig_process
//
// is the ID of the process in which the library may be called, and 0 in a child
// of it. The child may load a second copy of the file.
package main

/*
#include <stdint.h>
#include <stdlib.h>

void checksig_clear(char **text);
*/
import "C"

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"runtime/cgo"
	"time"
	"unsafe"

	checksig "github.com/checksig/checksig/go"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/signature"
	"github.com/checksig/checksig/go/internal/wire"
)

// abi increases with every change that is incompatible with older callers.
const abi = 6

var version = "unknown" // set by the build

// guard turns a panic into a call of failed. A panic that unwinds into C would end
// the whole program.
func guard(failed func(error)) {
	if p := recover(); p != nil {
		failed(fmt.Errorf("internal error: %v", p))
	}
}

// checksig_abi returns the number of this ABI.
//
//export checksig_abi
func checksig_abi() C.int32_t { return abi }

// checksig_version returns the version of the engine. The caller frees the text.
//
//export checksig_version
func checksig_version() *C.char { return C.CString(version) }

// checksig_holdings returns what the engine uses in this process, and the limits, as
// JSON. The caller frees the text.
//
//export checksig_holdings
func checksig_holdings() *C.char { return C.CString(string(wire.AppendHoldings(nil))) }

// checksig_describe returns the names that can occur in requests, results and errors,
// as JSON. The caller frees the text.
//
//export checksig_describe
func checksig_describe() *C.char { return C.CString(string(wire.Describe())) }

// checksig_ed25519 returns 1 if a signature of 64 bytes, of a message of length bytes, is
// by a public key of 32 bytes (RFC 8032), and otherwise 0.
//
//export checksig_ed25519
func checksig_ed25519(key *C.char, message *C.char, length C.size_t, sig *C.char) (verified C.int32_t) {
	defer guard(func(error) { verified = 0 })
	if signature.Ed25519(viewed(key, ed25519.PublicKeySize), viewed(message, length), viewed(sig, ed25519.SignatureSize)) {
		return 1
	}
	return 0
}

// viewed returns what the caller has at an address.
func viewed(at *C.char, length C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(at)), int(length))
}

// verify verifies the lists in the directory root. It returns NULL if all listed files
// were verified, otherwise a message with one line for each failing file. The caller
// frees the message.
//
//export verify
func verify(root *C.char) (message *C.char) {
	defer guard(func(err error) { message = C.CString(err.Error()) })
	if err := checksig.CheckSignatures(C.GoString(root)); err != nil {
		return C.CString(err.Error())
	}
	return nil
}

// checksig_start starts the job that a request of length bytes describes, stores its
// handle in *handle, and then does what checksig_poll does: the first batch of a short
// job is its last one. It returns 0. The request is JSON, which may be followed by a NUL
// and the entries of lists (see package wire). On failure, it returns 1 and stores 0 in
// *handle and a JSON error in *batch. Relative paths in the request are made absolute
// during the call.
//
//export checksig_start
func checksig_start(request *C.char, length C.size_t, milliseconds C.int32_t, handle *C.uintptr_t, batch **C.char, batchLength *C.size_t) (failed C.int32_t) {
	fail := func(err error) {
		store(batch, batchLength, wire.AppendError(nil, err))
		failed = 1
	}
	*handle = 0
	C.checksig_clear(batch)
	defer guard(fail)
	started, err := wire.Start(context.Background(), viewed(request, length))
	if err != nil {
		fail(err)
		return failed
	}
	*handle = C.uintptr_t(cgo.NewHandle(started))
	next(*handle, milliseconds, batch, batchLength)
	return 0
}

// checksig_poll waits for results, at most for the given time, and stores a JSON batch
// of *length bytes in *batch. It frees the previous batch there. An invalid handle
// gives a batch with an error.
//
//export checksig_poll
func checksig_poll(handle C.uintptr_t, milliseconds C.int32_t, batch **C.char, length *C.size_t) {
	C.checksig_clear(batch)
	next(handle, milliseconds, batch, length)
}

// next is checksig_poll where *batch is NULL.
func next(handle C.uintptr_t, milliseconds C.int32_t, batch **C.char, length *C.size_t) {
	defer guard(func(err error) {
		store(batch, length, wire.AppendBatch(nil, job.Batch{Summary: &job.Summary{Err: err}}))
	})
	running := cgo.Handle(handle).Value().(*job.Job)
	b := running.Next(time.Duration(milliseconds) * time.Millisecond)
	store(batch, length, wire.AppendBatch(nil, b))
}

// store stores a copy of a text that the caller frees.
func store(to **C.char, length *C.size_t, text []byte) {
	*length = C.size_t(len(text))
	*to = (*C.char)(C.CBytes(text))
}

// checksig_cancel cancels a job. Its last batch contains the error.
//
//export checksig_cancel
func checksig_cancel(handle C.uintptr_t) {
	defer guard(func(error) {})
	cgo.Handle(handle).Value().(*job.Job).Cancel()
}

// checksig_close cancels the job whose handle is in *handle, releases the handle, and
// stores 0 there. No other call with that handle may run meanwhile or follow. If the
// handle is 0, it does nothing.
//
//export checksig_close
func checksig_close(handle *C.uintptr_t) {
	defer guard(func(error) {})
	h := cgo.Handle(*handle)
	*handle = 0
	if h != 0 {
		h.Value().(*job.Job).Cancel()
		h.Delete()
	}
}

func main() {}
