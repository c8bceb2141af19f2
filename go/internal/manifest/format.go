package manifest

import "io"

// Format is one way to write a checksum list.
type Format struct {
	Name  string
	read  func(io.Reader, Options) (*List, error) // nil: it is not read
	write func(name, hex string) []byte           // nil: it is not written
}

// Reads says whether lists of this format can be read.
func (f Format) Reads() bool { return f.read != nil }

// Writes says whether lists of this format can be written.
func (f Format) Writes() bool { return f.write != nil }

// Formats lists all formats.
func Formats() []Format {
	return []Format{{"coreutils", Parse, Line}}
}
