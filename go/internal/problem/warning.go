package problem

import (
	"fmt"
	"slices"
)

// WarningCode is one kind of warning.
type WarningCode uint8

// The kinds of warnings.
const (
	EmptyList WarningCode = iota
	NothingVerified
	MalformedLines
	WeakDigest
	FilesLeftOut
	LinksLeftOut
	LinksOutside
	ListsLeftOut
	ListsSkipped
	NameFromList
	NoDigest
	StoppedEarly
	BagNames
	NotFetched
	EntriesExcluded
	OldListUnread
	QuickSkipped
	ListIsListed  // by the command line, of an operand
	WithoutRecord // by the command line, of an installed distribution
	IsEditable
	SignatureUnused  // by Python, of a signature beside a list
	SignatureUnknown // by Python, of a further signature of a list
	Unsigned         // by Python, of a list that was not used
	warningCodes
)

var warnings = [warningCodes]string{
	EmptyList:       "empty_list",
	NothingVerified: "nothing_verified",
	MalformedLines:  "malformed_lines",
	WeakDigest:      "weak_digest",
	FilesLeftOut:    "files_left_out",
	LinksLeftOut:    "links_left_out",
	LinksOutside:    "links_outside",
	ListsLeftOut:    "lists_left_out",
	ListsSkipped:    "lists_skipped",
	NameFromList:    "name_from_list",
	NoDigest:        "no_digest",
	StoppedEarly:    "stopped_early",
	BagNames:        "bag_names",
	NotFetched:      "not_fetched",
	EntriesExcluded: "entries_excluded",
	OldListUnread:   "old_list_unread",
	QuickSkipped:    "quick_skipped",
	ListIsListed:    "list_is_listed",
	WithoutRecord:   "without_record",
	IsEditable:      "is_editable",

	SignatureUnused:  "signature_unused",
	SignatureUnknown: "signature_unknown",
	Unsigned:         "unsigned",
}

// String returns the code for programs, such as "weak_digest".
func (c WarningCode) String() string { return warnings[c] }

// WarningCodes returns the codes of all warnings.
func WarningCodes() []WarningCode {
	all := make([]WarningCode, warningCodes)
	for i := range all {
		all[i] = WarningCode(i)
	}
	return all
}

// WarningByName returns the code with this name.
func WarningByName(name string) (WarningCode, bool) {
	i := slices.Index(warnings[:], name)
	return WarningCode(max(0, i)), i >= 0
}

// Warning is something the user should know that does not fail the run.
type Warning struct {
	Code WarningCode
	Text string
}

// Warn returns a warning.
func Warn(c WarningCode, format string, args ...any) Warning {
	return Warning{c, fmt.Sprintf(format, args...)}
}

// Count returns a number with the word for what it counts.
func Count[N int | int64](n N, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}
