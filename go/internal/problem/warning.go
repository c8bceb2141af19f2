package problem

import "fmt"

// WarningCode names one kind of warning.
type WarningCode uint8

// The kinds of warnings.
const (
	EmptyList WarningCode = iota
	NothingVerified
	MalformedLines
	WeakDigest
	FilesLeftOut
	warningCodes
)

var warnings = [warningCodes]string{
	EmptyList:       "empty_list",
	NothingVerified: "nothing_verified",
	MalformedLines:  "malformed_lines",
	WeakDigest:      "weak_digest",
	FilesLeftOut:    "files_left_out",
}

// String is the code as programs see it, such as "weak_digest".
func (c WarningCode) String() string { return warnings[c] }

// WarningCodes lists the codes of all warnings.
func WarningCodes() []WarningCode {
	all := make([]WarningCode, warningCodes)
	for i := range all {
		all[i] = WarningCode(i)
	}
	return all
}

// Warning is what does not fail a run and should be known.
type Warning struct {
	Code WarningCode
	Text string
}

// Warn makes a warning.
func Warn(c WarningCode, format string, args ...any) Warning {
	return Warning{c, fmt.Sprintf(format, args...)}
}
