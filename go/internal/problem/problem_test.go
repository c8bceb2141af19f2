package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"syscall"
	"testing"
)

// Programs distinguish errors and warnings by their codes.
func TestEveryCodeIsAUniqueWord(t *testing.T) {
	word := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	check := func(code string) {
		if !word.MatchString(code) || seen[code] {
			t.Errorf("the code %q is not a word or not unique", code)
		}
		seen[code] = true
	}
	for _, c := range Codes() {
		check(c.String())
	}
	for _, c := range WarningCodes() {
		check(c.String())
	}
}

func TestAnErrorNamesItsPathAndLineIfKnown(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{New(NoList, "none of %d", 3), "none of 3"},
		{At("d/list", NoEntry, "no entry"), "d/list: no entry"},
		{&Error{Code: NoEntry, Path: "list", Line: 7, Reason: "why"}, "list:7: why"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestAnErrorWithoutACodeIsInternal(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want Kind
	}{
		{fmt.Errorf("wrapped: %w", ErrCancelled), Cancelled},
		{At("list", NoEntry, "why"), Manifest},
		{errors.New("why"), Internal},
		{Panicked("oh"), Internal},
	} {
		if got := From(tt.err).Code.Kind(); got != tt.want {
			t.Errorf("%v is of kind %v, want %v", tt.err, got, tt.want)
		}
	}
}

func TestAReasonDoesNotContainThePath(t *testing.T) {
	for _, err := range []error{
		&fs.PathError{Op: "open", Path: "secret", Err: syscall.EACCES},
		&os.LinkError{Op: "link", Old: "secret", New: "secret", Err: syscall.EACCES},
		syscall.EACCES,
	} {
		if got := Reason(err); got != syscall.EACCES.Error() {
			t.Errorf("the reason of %v is %q", err, got)
		}
	}
}
