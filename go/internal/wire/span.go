package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
)

// span is a part of a list, as appendPlan writes it, and the size of the list.
type span struct {
	Format  string `json:"format"` // "": the list is read as a whole
	Head    int64  `json:"head"`
	From    int64  `json:"from"`
	To      int64  `json:"to"`
	Line    int32  `json:"line"`
	Last    int32  `json:"last"`
	Sum     string `json:"sum"` // in hex
	Entries int64  `json:"entries"`
	Of      int64  `json:"of"` // bytes of the list
}

func (s *span) read() (*list.Span, int64, error) {
	format, err := formatByName("span", s.Format)
	if err != nil {
		return nil, 0, err
	}
	sum, err := hex.DecodeString(s.Sum)
	switch {
	case err != nil, len(sum) != sha256.Size, s.Head < 0, s.From < 0, s.To < s.From, s.To > s.Of, s.Head > s.Of, s.Line < 1, s.Last < 0:
		return nil, 0, problem.New(problem.InvalidArgument, "the span is damaged")
	}
	return &list.Span{
		Format: format, Head: s.Head, From: s.From, To: s.To, Line: s.Line, Last: s.Last, Sum: [sha256.Size]byte(sum), Entries: s.Entries,
	}, s.Of, nil
}

// appendPlan appends the lists that were cut. A span is
//
//	[format or null, head, from, to, line, last, SHA-256, entries, size, least name, most name, part]
//
// The numbers are those of a list.Span; the size of its files is null if it is not known, and the names are if one is odd.
func appendPlan(b []byte, lists []job.Planned) []byte {
	b = append(b, `,"plan":[`...)
	for i, l := range lists {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, '['), l.Path)
		b = fmt.Appendf(b, `,%d,"%x",%d,[`, l.Size, l.Sum, l.Unsupported)
		for k := range l.Spans {
			if k > 0 {
				b = append(b, ',')
			}
			b = appendSpan(b, &l.Spans[k], l.Parts[k])
		}
		b = append(b, "]]"...)
	}
	return append(b, ']')
}

func appendSpan(b []byte, s *list.Span, part int) []byte {
	name := ""
	if s.Format != nil {
		name = s.Format.Name
	}
	b = appendTextOrNull(append(b, '['), name)
	b = fmt.Appendf(b, `,%d,%d,%d,%d,%d,"%x",%d,`, s.Head, s.From, s.To, s.Line, s.Last, s.Sum, s.Entries)
	b = append(appendNumber(b, s.Size), ',')
	least, most := s.Least, s.Most
	if s.Odd {
		least, most = "", ""
	}
	b = append(appendTextOrNull(b, least), ',')
	b = append(appendTextOrNull(b, most), ',')
	return append(strconv.AppendInt(b, int64(part), 10), ']')
}
