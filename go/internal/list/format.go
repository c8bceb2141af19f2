package list

// Format is one way to write a checksum list.
type Format struct {
	Name       string
	recognises func(head []byte) bool // of a list, by its first bytes
	read       func(*blocks, Options) (*List, error)
	write      func(*Entry) []byte // nil: lists of this format are not written
}

// formats holds one row a format, in the order in which they are asked whether
// they recognise a list. The last one takes every text: its reasons say best why a
// text is not a list.
var formats = []*Format{&Coreutils}

// Formats returns all formats, in the order in which they are recognised.
func Formats() []*Format { return formats }

// Reads says whether lists of this format can be read.
func (f *Format) Reads() bool { return f.read != nil }

// Writes says whether lists of this format can be written.
func (f *Format) Writes() bool { return f.write != nil }

// Write returns an entry as it is written, with its line's end.
func (f *Format) Write(e *Entry) []byte { return f.write(e) }

// recognise returns the format of a list that begins with these bytes.
func recognise(head []byte) *Format {
	for _, f := range formats {
		if f.recognises(head) {
			return f
		}
	}
	return formats[len(formats)-1]
}
