package helper

import "errors"

// Serve always returns an error: Windows has no sockets to hand over.
func Serve(string) error { return errors.New("Windows has the engine only as a library") }
