package verify

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/verdict"
)

// comparison is the work of giving a verdict on every entry of a plan. Its
// numbers give each span room for as many entries as one can have.
type comparison struct {
	plan  *plan
	order *order
}

// Count implements [hashing.Work].
func (c *comparison) Count() int { return len(c.plan.spans) * spanEntries }

func (c *comparison) entry(number int) (*span, *list.Entry) {
	s := &c.plan.spans[number/spanEntries]
	if i := s.from + number%spanEntries; i < s.to {
		return s, &s.Entries[i]
	}
	return s, nil
}

// File implements [hashing.Work].
func (c *comparison) File(number int) (string, digest.Algorithm, bool) {
	_, e := c.entry(number)
	if e == nil {
		return "", digest.Unknown, false
	}
	return e.Name, e.Algorithm, true
}

// Admits implements [hashing.Work].
func (c *comparison) Admits(n hashing.Next) bool {
	return c.order.admits(n.Number/spanEntries, n.Early())
}

// Wait implements [hashing.Work].
func (c *comparison) Wait(ctx context.Context, n hashing.Next) {
	c.order.wait(ctx, n.Number/spanEntries, n.Early())
}

// Done implements [hashing.Work].
func (c *comparison) Done(number int, o hashing.Outcome) {
	s, e := c.entry(number)
	switch {
	case e != nil:
		c.order.judge(number/spanEntries, s, e, o)
	case s.from < s.to || number%spanEntries > 0:
		return // the span has entries, and ends with the last of these
	}
	c.order.settle(number / spanEntries)
}

// judge compares. The verdict is OK only where the whole file was read, held still,
// and has the expected digest to the last bit.
func judge(e *list.Entry, o hashing.Outcome) (verdict.Status, string) {
	status, detail := verdict.Of(o.Err)
	if status == verdict.OK && !isHexOf(e.Hex, o.Sum) {
		status = verdict.Mismatch
	}
	return status, detail
}

// isHexOf says whether text, in either case, is sum in hex.
func isHexOf(text string, sum []byte) bool {
	if len(text) != hex.EncodedLen(len(sum)) || len(sum) == 0 {
		return false
	}
	var buffer [2 * digest.MaxSize]byte
	actual := hex.AppendEncode(buffer[:0], sum)
	for i := range actual {
		if c := text[i]; c != actual[i] && (c < 'A' || c > 'F' || c+('a'-'A') != actual[i]) {
			return false
		}
	}
	return true
}

func resultOf(list string, e *list.Entry, o hashing.Outcome) verdict.Result {
	return verdict.Result{
		Path: e.Name, Algorithm: e.Algorithm,
		Expected: strings.ToLower(e.Hex), Actual: hex.EncodeToString(o.Sum), Size: o.Size,
		Manifest: list, Line: e.Line,
	}
}
