package list

// Format is one way to write a checksum list.
type Format struct {
	Name       string
	recognises func(head []byte) bool // of a list, by its first bytes
	read       func(*blocks, Options) (*List, error)
	write      func(*Entry) []byte // nil: lists of this format are not written
	tagged     func(*Entry) []byte // writes an entry so that it says its algorithm
}

// formats are in the order in which they are tried. The last one accepts every
// text, because its reasons explain best why a text is not a list.
var formats = []*Format{&Coreutils}

// Formats returns all formats, in the order in which they are recognised.
func Formats() []*Format { return formats }

// Reads reports whether lists of this format can be read.
func (f *Format) Reads() bool { return f.read != nil }

// Writes reports whether lists of this format can be written.
func (f *Format) Writes() bool { return f.write != nil }

// Write returns an entry as a line, with its line end.
func (f *Format) Write(e *Entry) []byte { return f.write(e) }

// WriteTagged is like Write, but the line says the algorithm.
func (f *Format) WriteTagged(e *Entry) []byte { return f.tagged(e) }

// recognise returns the format of a list that begins with these bytes.
func recognise(head []byte) *Format {
	for _, f := range formats {
		if f.recognises(head) {
			return f
		}
	}
	return formats[len(formats)-1]
}
