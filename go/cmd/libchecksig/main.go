// Command libchecksig is the engine as a C library, built with
// -buildmode=c-shared. It only converts: no decision is made here.
//
// # The C ABI, version 3
//
// Text is UTF-8. Where it is JSON, a byte of a file name that is not UTF-8
// travels as \udcXX (see package wire); verify takes and
// returns the bytes of names as they are, ending in NUL.
//
// Memory: every char * that a function returns or stores belongs to the caller,
// who gives it to checksig_free once, or its place to checksig_clear, which frees
// what is there, if anything, and stores NULL. It comes from malloc, so where caller and library share one C runtime, free does as
// well. What the caller passes in stays the caller's, and is not looked at after
// the call.
//
// Ownership: a handle and a text are stored where the caller keeps them before
// the call returns, and are given back by a call that empties that place. So
// there is no moment at which an exception in the caller, such as one that a
// signal raises, loses one of them or gives it back twice.
//
// Threads: every function may be called from any thread at any time. Only
// checksig_poll waits, for at most as long as it is told. No function calls back.
//
// Settings are arguments. The one environment variable that the library reads is
// CHECKSIG_KERNELS, for tests, and what a program changes in its environment
// after loading isn't seen.
//
// After fork without exec the library must not be called in the child: the
// threads it needs are not there. The variable
//
//	int64_t checksig_process
//
// tells: it is the process in which the library may be called, and 0 in a child
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
	"fmt"
	"runtime/cgo"
	"time"
	"unsafe"

	checksig "github.com/checksig/checksig/go"
	"github.com/checksig/checksig/go/internal/engine"
	"github.com/checksig/checksig/go/internal/wire"
)

// abi goes up with every change that an older caller would trip over.
const abi = 3

var version = "unknown" // set by the build

// guard turns a panic into a call of failed: one that unwinds into C kills the
// program around it.
func guard(failed func(error)) {
	if p := recover(); p != nil {
		failed(fmt.Errorf("internal error: %v", p))
	}
}

// checksig_abi returns the number of this ABI.
//
//export checksig_abi
func checksig_abi() C.int32_t { return abi }

// checksig_version returns the version of the engine, to be freed.
//
//export checksig_version
func checksig_version() *C.char { return C.CString(version) }

// checksig_holdings returns in JSON what the engine holds in this process, and
// the bounds of that, to be freed.
//
//export checksig_holdings
func checksig_holdings() *C.char { return C.CString(string(wire.AppendHoldings(nil))) }

// checksig_describe returns in JSON every word that requests, results and errors
// can have, to be freed.
//
//export checksig_describe
func checksig_describe() *C.char { return C.CString(string(wire.Describe())) }

// verify checks the lists in the folder root and returns NULL when every listed
// file is good, and otherwise a message to be freed, one line a failing file.
//
//export verify
func verify(root *C.char) (message *C.char) {
	defer guard(func(err error) { message = C.CString(err.Error()) })
	if err := checksig.CheckSignatures(C.GoString(root)); err != nil {
		return C.CString(err.Error())
	}
	return nil
}

// checksig_start starts the job that a JSON request of length bytes describes,
// and stores its handle in *handle, or stores 0 there and a JSON error in
// *problem. Relative paths in the request lead where they lead during this call.
//
//export checksig_start
func checksig_start(request *C.char, length C.size_t, handle *C.uintptr_t, problem **C.char) {
	failed := func(err error) { *problem = C.CString(string(wire.AppendError(nil, err))) }
	defer guard(failed)
	*handle = 0
	text := unsafe.Slice((*byte)(unsafe.Pointer(request)), int(length))
	job, err := wire.Start(context.Background(), text)
	if err != nil {
		failed(err)
		return
	}
	*handle = C.uintptr_t(cgo.NewHandle(job))
}

// checksig_poll waits for verdicts, at most the given time, and stores a JSON
// batch of *length bytes in *batch. What is there from the poll before is freed.
// A handle that isn't one gives an error batch.
//
//export checksig_poll
func checksig_poll(handle C.uintptr_t, milliseconds C.int32_t, batch **C.char, length *C.size_t) {
	store := func(b engine.Batch) {
		text := wire.AppendBatch(nil, b)
		*length = C.size_t(len(text))
		*batch = (*C.char)(C.CBytes(text))
	}
	C.checksig_clear(batch)
	defer guard(func(err error) { store(engine.Batch{Summary: &engine.Summary{Err: err}}) })
	job := cgo.Handle(handle).Value().(*engine.Job)
	store(job.Next(time.Duration(milliseconds) * time.Millisecond))
}

// checksig_cancel makes a job end soon. Its last batch says so.
//
//export checksig_cancel
func checksig_cancel(handle C.uintptr_t) {
	defer guard(func(error) {})
	cgo.Handle(handle).Value().(*engine.Job).Cancel()
}

// checksig_close cancels the job whose handle is in *handle, forgets it, and
// stores 0 there. No other call with that handle may run meanwhile or follow. 0
// is fine.
//
//export checksig_close
func checksig_close(handle *C.uintptr_t) {
	defer guard(func(error) {})
	h := cgo.Handle(*handle)
	*handle = 0
	if h != 0 {
		h.Value().(*engine.Job).Cancel()
		h.Delete()
	}
}

func main() {}
