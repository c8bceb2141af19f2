package list

import "strings"

// Format is one way to write a checksum list. A list is read by one format from its
// first line to its last.
type Format struct {
	Name string
	// starts reports whether a text is of this format, by its start. Without it, the
	// first line that the format reads as an entry shows that.
	starts lookout
	// every says that all lines at the start of a text must be entries of this format.
	every    bool
	entry    lineReader
	comments byte // what a comment starts with; 0: there are none
	zero     bool // lines end with a NUL, and blanks and line ends belong to names
	raw      bool // blanks at the start of a line belong to it
	lines    bool // each entry is one line, which is read without those before it, but for the first entry's
	state    func() any
	end      func(*parser) error // called after the last line, for what is still open
	write    writer
	tagged   writer // writes an entry so that it says its algorithm
	header   writer // writes what is before the first entry, which it is given
	gathers  bool   // lines add to the entries of lines before them
	several  bool   // all digests of an entry are together, in one line or in lines that follow each other
	says     bool   // each line says its algorithm, also without tagged
}

type (
	lookout func(*parser) bool
	writer  func(*Entry) []byte
)

// formats are in the order in which they are tried.
var formats = []*Format{
	&Hashdeep, &SFV, &Zero, &Bare, &Record, &Debian, &Gentoo, &Distinfo, &Mtree, &Certutil, &PrintMD, &PowerShell, &SevenZip, &S3Batch,
	&Sized, &Coreutils, &OneSpace, &Base64, &Prefixed, &Pooch,
}

// Formats returns all formats, in the order in which they are recognised.
func Formats() []*Format { return formats }

// FormatByName returns the format with this name.
func FormatByName(name string) (*Format, bool) {
	for _, f := range formats {
		if f.Name == name {
			return f, true
		}
	}
	return nil, false
}

// FormatNames returns the names of all formats as one text, for messages.
func FormatNames() string {
	var names []string
	for _, f := range formats {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// WrittenNames returns the names of the formats that are written as one text, for messages.
func WrittenNames(is func(*Format) bool) string {
	var names []string
	for _, f := range formats {
		if f.Writes() && is(f) {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}

// Reads reports whether lists of this format can be read.
func (f *Format) Reads() bool { return f.entry != nil }

// Writes reports whether lists of this format can be written.
func (f *Format) Writes() bool { return f.write != nil }

// Write returns an entry as a line, with its line end; nil if no line of this format
// can have it: the name has a line end, or the size is not known.
func (f *Format) Write(e *Entry) []byte { return f.write(e) }

// WriteTagged is like Write, but the line says the algorithm, if the format can.
func (f *Format) WriteTagged(e *Entry) []byte {
	if f.tagged == nil {
		return f.write(e)
	}
	return f.tagged(e)
}

// Tags reports whether each line says its algorithm, or can.
func (f *Format) Tags() bool { return f.tagged != nil || f.says || f.several }

// Header returns the lines before a list's first entry, which it is given.
func (f *Format) Header(first *Entry) []byte {
	if f.header == nil {
		return nil
	}
	return f.header(first)
}

// WritesSeveral reports whether all digests of an entry are written together. The lines
// of other formats have one each.
func (f *Format) WritesSeveral() bool { return f.several }

// HoldsSeveral reports whether a list can have several digests of a file, so that each of
// them is read as one of its algorithm.
func (f *Format) HoldsSeveral() bool { return f.several || f.says || f.tagged != nil }

// FormatBySuffix returns the format that the end of a list's name says, or nil.
func FormatBySuffix(fileName string) *Format {
	switch strings.ToLower(fileName[1+strings.LastIndexByte(fileName, '.'):]) {
	case "sfv":
		return &SFV
	case "hashdeep":
		return &Hashdeep
	case "mtree":
		return &Mtree
	}
	return nil
}

// isOneLine reports whether a name can be in a line without escapes.
func isOneLine(name string) bool { return !strings.ContainsAny(name, "\r\n") }

// byStart returns the format that the start of a text shows, or nil.
func byStart(p *parser) *Format {
	for _, f := range formats {
		if f.starts != nil && f.starts(p) {
			return f
		}
	}
	return nil
}

// byLine returns the first format that reads a line as an entry, or nil.
func byLine(p *parser, line string) *Format {
	if f := p.awaited; f != nil {
		if _, reason := f.entry(p, line); reason != "" {
			return nil
		}
		return f
	}
	for _, f := range formats {
		if f.starts != nil {
			continue
		}
		if _, reason := f.entry(p, line); reason == "" && (!f.every || p.allOf(f)) {
			return f
		}
	}
	return nil
}
