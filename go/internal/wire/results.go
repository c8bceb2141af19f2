package wire

import (
	"slices"
	"strconv"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// appendResults appends results as columns, or null if there are none, and the
// manifests that they refer to.
func appendResults(b []byte, all []verdict.Result) []byte {
	if len(all) == 0 {
		return append(b, `null,"manifests":[]`...)
	}
	manifests := positions{}
	b = append(b, `{"path":[`...)
	for i := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, all[i].Path)
	}
	b = append(b, ']')
	b = appendColumn(b, "status", all, func(r *verdict.Result) int64 { return int64(r.Status) }, appendNumber)
	b = appendColumn(b, "fails", all, func(r *verdict.Result) bool { return r.Fails }, strconv.AppendBool)
	b = appendColumn(b, "algorithm", all, algorithmOf, appendNumber)
	b = appendColumn(b, "expected", all, func(r *verdict.Result) string { return r.Expected }, appendTextOrNull)
	b = appendColumn(b, "actual", all, actualOf, appendActual)
	b = appendColumn(b, "size", all, func(r *verdict.Result) int64 { return r.Size }, appendNumber)
	b = appendColumn(b, "manifest", all, func(r *verdict.Result) int64 { return manifests.of(r.Manifest) }, appendNumber)
	b = appendColumn(b, "line", all, lineOf, appendNumber)
	b = appendColumn(b, "detail", all, func(r *verdict.Result) string { return r.Detail }, appendText)
	if slices.ContainsFunc(all, hasMoved) {
		b = appendColumn(b, "moved_to", all, func(r *verdict.Result) string { return r.MovedTo }, appendTextOrNull)
		b = appendColumn(b, "moved_with", all, func(r *verdict.Result) string { return r.MovedWith }, appendTextOrNull)
	}
	if slices.ContainsFunc(all, func(r verdict.Result) bool { return r.Found != nil }) {
		b = appendAllFound(b, all)
	}
	b = append(b, `},"manifests":[`...)
	for i, path := range manifests.all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, path)
	}
	return append(b, ']')
}

func hasMoved(r verdict.Result) bool { return r.MovedTo != "" }

// appendColumn appends a field of all results: once if they share its value, otherwise
// as an array.
func appendColumn[T comparable](
	b []byte, name string, all []verdict.Result, of func(*verdict.Result) T, appendValue func([]byte, T) []byte,
) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	first, shared := of(&all[0]), true
	for i := range all {
		shared = shared && of(&all[i]) == first
	}
	if shared {
		return appendValue(b, first)
	}
	b = append(b, '[')
	for i := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, of(&all[i]))
	}
	return append(b, ']')
}

// none is a number that a result does not have.
const none = -1

func algorithmOf(r *verdict.Result) int64 {
	if r.Algorithm == digest.Unknown {
		return none
	}
	return int64(r.Algorithm) - 1 // digest.All begins behind Unknown
}

func lineOf(r *verdict.Result) int64 {
	if r.Line == 0 {
		return none
	}
	return int64(r.Line)
}

// asExpected is in the place of an actual digest that equals the expected one.
const asExpected = "="

func actualOf(r *verdict.Result) string {
	if r.Actual != "" && r.Actual == r.Expected {
		return asExpected
	}
	return r.Actual
}

func appendActual(b []byte, s string) []byte {
	if s == asExpected {
		return append(b, "true"...)
	}
	return appendTextOrNull(b, s)
}

// appendAllFound appends the column of what was found, which has a value for each result even if
// there is only one: the value is an array itself.
func appendAllFound(b []byte, all []verdict.Result) []byte {
	b = append(b, `,"found":[`...)
	for i := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFound(b, all[i].Found)
	}
	return append(b, ']')
}

// appendFound appends [size, mtime, inode, device, digests, name]. The numbers that identify a
// file have no sign in the engine, but in databases.
func appendFound(b []byte, f *verdict.Found) []byte {
	if f == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for _, n := range []int64{f.Size, f.ModTime, int64(f.Inode), int64(f.Device)} {
		b = append(strconv.AppendInt(b, n, 10), ',')
	}
	b = append(appendText(b, f.Sums), ',')
	return append(appendText(b, f.Name), ']')
}

func appendTextOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendText(b, s)
}

func appendNumber(b []byte, n int64) []byte {
	if n == none {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, n, 10)
}

// positions are the positions of texts in a table that contains each once.
type positions struct {
	all  []string
	last int64
}

// of returns the position of a text. Results of one list mostly follow each other.
func (p *positions) of(text string) int64 {
	switch {
	case text == "":
		return none
	case len(p.all) > 0 && p.all[p.last] == text:
		return p.last
	}
	p.last = int64(slices.Index(p.all, text))
	if p.last < 0 {
		p.last = int64(len(p.all))
		p.all = append(p.all, text)
	}
	return p.last
}
