// Package problem defines what can go wrong with a run: errors, after which there
// is no verdict, and warnings. Each has a stable code for programs and a text for
// people.
package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Kind is where the cause of an error lies.
type Kind uint8

// The kinds of errors.
const (
	Internal  Kind = iota // in the engine
	Request               // in the request
	Manifest              // in a checksum list, the root, or the output
	Host                  // in the process that runs the engine
	Cancelled             // the caller stopped the job
)

func (k Kind) String() string {
	return [...]string{"internal", "request", "manifest", "host", "cancelled"}[k]
}

// Code names one cause of an error.
type Code uint8

// The causes of errors.
const (
	InternalError Code = iota
	InvalidArgument
	UnknownAlgorithm
	UnknownFormat
	WorkingDirectoryGone
	RootUnreadable
	AllowedUnreadable
	NoList
	ListUnreadable
	NotAList
	UnsupportedAlgorithm
	NoEntry
	NoName
	NotListed
	InvalidBag
	DirectoryUnreadable
	NoFiles
	OnlyLinksOutside
	NotBeneathRoot
	OutputExists
	OutputNotRegular
	OutputNotAList
	OutputUnwritable
	EntryUnwritable
	NotUpdated
	ListChanged
	InvalidSetting
	OtherMounts
	StorageHangs
	JobCancelled
	codes
)

var table = [codes]struct {
	name string
	kind Kind
}{
	InternalError:        {"internal", Internal},
	InvalidArgument:      {"invalid_argument", Request},
	UnknownAlgorithm:     {"unknown_algorithm", Request},
	UnknownFormat:        {"unknown_format", Request},
	WorkingDirectoryGone: {"working_directory_gone", Manifest},
	RootUnreadable:       {"root_unreadable", Manifest},
	AllowedUnreadable:    {"allowed_unreadable", Manifest},
	NoList:               {"no_list", Manifest},
	ListUnreadable:       {"list_unreadable", Manifest},
	NotAList:             {"not_a_list", Manifest},
	UnsupportedAlgorithm: {"unsupported_algorithm", Manifest},
	NoEntry:              {"no_entry", Manifest},
	NoName:               {"no_name", Manifest},
	NotListed:            {"not_listed", Manifest},
	InvalidBag:           {"invalid_bag", Manifest},
	DirectoryUnreadable:  {"directory_unreadable", Manifest},
	NoFiles:              {"no_files", Manifest},
	OnlyLinksOutside:     {"only_links_outside", Manifest},
	NotBeneathRoot:       {"not_beneath_root", Manifest},
	OutputExists:         {"output_exists", Manifest},
	OutputNotRegular:     {"output_not_regular", Manifest},
	OutputNotAList:       {"output_not_a_list", Manifest},
	OutputUnwritable:     {"output_unwritable", Manifest},
	EntryUnwritable:      {"entry_unwritable", Manifest},
	NotUpdated:           {"not_updated", Manifest},
	ListChanged:          {"list_changed", Manifest},
	InvalidSetting:       {"invalid_setting", Host},
	OtherMounts:          {"other_mounts", Host},
	StorageHangs:         {"storage_hangs", Host},
	JobCancelled:         {"cancelled", Cancelled},
}

// String returns the code for programs, such as "no_list".
func (c Code) String() string { return table[c].name }

// Kind returns the kind of all errors with this code.
func (c Code) Kind() Kind { return table[c].kind }

// Codes returns the codes of all errors.
func Codes() []Code {
	all := make([]Code, codes)
	for i := range all {
		all[i] = Code(i)
	}
	return all
}

// Error is the reason why there is no verdict. Path is the list, root or output at
// fault, or "". Line is 1-based; 0 means no particular line.
type Error struct {
	Code   Code
	Path   string
	Line   int32
	Reason string
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Reason)
	case e.Path != "":
		return fmt.Sprintf("%s: %s", e.Path, e.Reason)
	}
	return e.Reason
}

// ErrCancelled is the error of a job that its caller stopped.
var ErrCancelled error = &Error{Code: JobCancelled, Reason: "cancelled"}

// New returns an error without a path.
func New(c Code, format string, args ...any) error {
	return &Error{Code: c, Reason: fmt.Sprintf(format, args...)}
}

// At returns an error about a path.
func At(path string, c Code, format string, args ...any) error {
	return &Error{Code: c, Path: path, Reason: fmt.Sprintf(format, args...)}
}

// Panicked returns an error for the value that recover returned.
func Panicked(p any) error { return New(InternalError, "internal error: %v", p) }

// From returns err as an Error. An error without a code becomes InternalError.
func From(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: InternalError, Reason: err.Error()}
}

// Reason returns the text of a system error without its path, because messages
// already contain the path.
func Reason(err error) string {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		err = p.Err
	case errors.As(err, &l):
		err = l.Err
	}
	return err.Error()
}
