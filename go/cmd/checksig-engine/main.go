// Command checksig-engine is the engine as a program, for a process in which a Go
// library can't live. The Python package checksig starts it and speaks to it; it is
// not for use by hand. It only converts and makes no decisions.
//
// # Connections, version 2
//
// The program is started with a Unix stream socket as standard input, and uses nothing
// else that it inherits. It first sends a hello frame on it. From then on every byte
// that arrives there comes with one descriptor (SCM_RIGHTS): a Unix stream socket, the
// connection of one job. So jobs share nothing: one that is abandoned in the middle of
// a frame disturbs no other.
//
// The program serves a job as long as its connection is open, and ends when standard
// input and all connections have ended, or when the process that started it has.
//
// # Frames
//
// In both directions, a frame is
//
//	kind     1 byte
//	length   8 bytes, big-endian: that of the rest
//	the rest
//
// The program sends on standard input
//
//	V   {"protocol", "version"}: the number of this version, and the engine's version
//
// It receives on a connection
//
//	S   milliseconds, 4 bytes, big-endian; the caller's working directory after its
//	    length, 4 bytes, big-endian; and a request (package wire): starts its job, and
//	    then does what P does. Once on a connection.
//	P   milliseconds, 4 bytes, big-endian: waits for results, at most for this time
//	C   cancels the job. Its last batch contains the error. There is no answer.
//	D   asks for the vocabulary (wire.Describe)
//	H   asks what the engine uses (wire.AppendHoldings)
//	K   a public key, 32 bytes; a signature, 64 bytes; and a message: asks whether the
//	    signature of the message is by the key (Ed25519)
//
// and answers each of the others in turn with one of
//
//	B   a batch, to S and P
//	E   an error, to S: the job was not started
//	A   the answer, to D, H and K: to K a byte, which is 1 for yes and 0 for no
//
// An answer to S may take long; meanwhile the program sends, every second,
//
//	W   nothing: it is at work
//
// The end of a connection cancels its job. A frame that is none of these ends the
// connection.
//
// # The process around it
//
// It ignores the signals that a terminal or a service manager sends to all processes of
// a group, since they are meant for the process that started it. A job is refused if
// that process has given up rights which the program still has.
// The only environment variables that it reads are CHECKSIG_KERNELS, for tests, and
// those of the Go runtime.
package main

import (
	"fmt"
	"os"

	"github.com/checksig/checksig/go/internal/helper"
)

var version = "unknown" // set by the build

func main() {
	if err := helper.Serve(version); err != nil {
		fmt.Fprintln(os.Stderr, "checksig-engine:", err)
		os.Exit(2)
	}
}
