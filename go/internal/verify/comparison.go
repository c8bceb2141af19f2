package verify

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// comparison is the [hashing.Work] of a plan. Each stretch has stretchEntries numbers,
// even if it has fewer entries, except the last one.
type comparison struct {
	plan    *plan
	order   *order
	repeats repeats
}

func newComparison(p *plan, o *order, root *tree.Root) *comparison {
	c := &comparison{plan: p, order: o}
	c.repeats = repeated(c, root)
	return c
}

// Count implements [hashing.Work].
func (c *comparison) Count() int {
	last := len(c.plan.stretches) - 1
	if last < 0 {
		return 0
	}
	// No number more: for each of a few, there would be one more worker.
	return last*stretchEntries + max(1, c.plan.stretches[last].to-c.plan.stretches[last].from)
}

func (c *comparison) entry(number int) (*stretch, *list.Entry) {
	s := &c.plan.stretches[number/stretchEntries]
	if i := s.from + number%stretchEntries; i < s.to {
		return s, &s.Entries[i]
	}
	return s, nil
}

// File implements [hashing.Work].
func (c *comparison) File(number int) (string, digest.Set, bool) {
	_, e := c.entry(number)
	if e == nil || c.repeats.isAgain(number) {
		return "", digest.Set{}, false
	}
	return e.Name, c.wanted(number), true
}

// Admits implements [hashing.Work].
func (c *comparison) Admits(n hashing.Next) bool {
	return c.order.admits(n.Number/stretchEntries, n.Early())
}

// Wait implements [hashing.Work].
func (c *comparison) Wait(ctx context.Context, n hashing.Next) {
	c.order.wait(ctx, n.Number/stretchEntries, n.Early())
}

// Expects implements [hashing.Expecting].
func (c *comparison) Expects(number int, o *hashing.Outcome) bool {
	for {
		_, e := c.entry(number)
		if status, _, _ := judge(e, o); status != verdict.OK {
			return false
		}
		if number = c.repeats.after(number); number == 0 {
			return true
		}
	}
}

// Done implements [hashing.Work].
func (c *comparison) Done(number int, o hashing.Outcome) {
	if c.repeats.isAgain(number) {
		return // it is judged with the first entry of its file
	}
	c.done(number, &o, false)
	for number = c.repeats.after(number); number > 0; number = c.repeats.after(number) {
		c.done(number, &o, true)
	}
}

func (c *comparison) done(number int, o *hashing.Outcome, isRepeat bool) {
	s, e := c.entry(number)
	switch {
	case e != nil:
		c.order.judge(number/stretchEntries, s, e, o, isRepeat)
	case s.from < s.to || number%stretchEntries > 0:
		return // the last entry of the stretch settles it
	}
	c.order.settle(number / stretchEntries)
}

// judge returns the verdict on an entry. It is OK only if the whole file was read,
// did not change, is none of a collision attack, and has all listed digests and the
// listed size, if any. about is the digest that the verdict is about: by default the
// first one.
func judge(e *list.Entry, o *hashing.Outcome) (status verdict.Status, about list.Digest, detail string) {
	about = e.Digest(0)
	if status, detail = verdict.Of(o.Err); status != verdict.OK {
		return status, about, detail
	}
	if o.Attack && e.Algorithms().Has(digest.SHA1) {
		return verdict.Mismatch, digestOf(e, digest.SHA1), "the file is part of a collision attack on SHA-1"
	}
	for i := range e.Digests() {
		if d := e.Digest(i); !isHexOf(d.Hex, o.Sum(d.Algorithm)) {
			return verdict.Mismatch, d, ""
		}
	}
	if size, ok := e.Size(); ok && size != o.Size {
		return verdict.Mismatch, about, fmt.Sprintf("size is %d bytes, expected %d", o.Size, size)
	}
	return verdict.OK, about, ""
}

// digestOf returns the first digest of an algorithm that the entry has.
func digestOf(e *list.Entry, a digest.Algorithm) list.Digest {
	for i := range e.Digests() {
		if d := e.Digest(i); d.Algorithm == a {
			return d
		}
	}
	return e.Digest(0)
}

// isHexOf reports whether text is sum in hex, in either case.
func isHexOf(text string, sum []byte) bool {
	if len(text) != hex.EncodedLen(len(sum)) || len(sum) == 0 {
		return false
	}
	for i, b := range sum {
		if !isHexDigit(text[2*i], b>>4) || !isHexDigit(text[2*i+1], b&0xf) {
			return false
		}
	}
	return true
}

func isHexDigit(c, value byte) bool {
	return c == "0123456789abcdef"[value] || c == "0123456789ABCDEF"[value]
}

// resultOf returns the result of an entry. A verdict of OK says that both digests are
// the same.
func resultOf(path string, e *list.Entry, status verdict.Status, about list.Digest, o *hashing.Outcome) verdict.Result {
	expected := strings.ToLower(about.Hex)
	actual := expected
	switch {
	case o.Attack && about.Algorithm == digest.SHA1:
		actual = "" // a detector changes the digest of such a file
	case status != verdict.OK:
		actual = hex.EncodeToString(o.Sum(about.Algorithm))
	}
	return verdict.Result{
		Path: e.Name, Status: status, Algorithm: about.Algorithm, Expected: expected, Actual: actual, Size: o.Size,
		Manifest: path, Line: e.Line,
	}
}
