package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/manifest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

func (j *Job) verify(ctx context.Context, v *Verify) (Summary, error) {
	root, err := j.openRoot(ctx, v.root)
	if err != nil {
		return Summary{}, err
	}
	defer root.Close()
	var p *plan
	if err := j.inCall(ctx, func() (err error) { p, err = makePlan(ctx, v, root); return err }); err != nil {
		return Summary{}, err
	}
	j.totalFiles.Store(p.entries)
	c := &comparison{v, p, newOrder(j, p, v.fails(Malformed))}
	a := newAgenda(c)
	if v.Sizes {
		if err := a.measure(ctx, j, root, v.Jobs); err != nil {
			return Summary{}, err
		}
	}
	err = j.digestAll(ctx, root, &v.Common, a)
	if err == nil && v.Extra {
		err = j.findExtra(ctx, v, root, p, &c.order.counts)
	}
	if err != nil {
		return Summary{}, err
	}
	return v.summary(p, c.order.counts), nil
}

func (j *Job) openRoot(ctx context.Context, p place) (root *tree.Root, err error) {
	err = j.inCall(ctx, func() (err error) { root, err = tree.Open(p.at); return err })
	if err != nil && ctx.Err() != nil {
		return nil, problem.ErrCancelled
	}
	if err != nil {
		return nil, p.failed(problem.RootUnreadable, "the root can't be opened as a folder: %s", problem.Reason(err))
	}
	return root, nil
}

// comparison is the work of giving a verdict on every entry of a plan. Its
// numbers give each span room for as many entries as one can have.
type comparison struct {
	*Verify
	plan  *plan
	order *order
}

func (c *comparison) count() int { return len(c.plan.spans) * spanEntries }

func (c *comparison) entry(number int) (*span, *manifest.Entry) {
	s := &c.plan.spans[number/spanEntries]
	if i := s.from + number%spanEntries; i < s.to {
		return s, &s.Entries[i]
	}
	return s, nil
}

func (c *comparison) file(number int) (string, digest.Algorithm, bool) {
	_, e := c.entry(number)
	if e == nil {
		return "", digest.Unknown, false
	}
	return e.Name, e.Algorithm, true
}

func (c *comparison) admit(number int, early, wait bool) bool {
	return c.order.admit(number/spanEntries, early, wait)
}

func (c *comparison) done(number int, r reading) {
	s, e := c.entry(number)
	switch {
	case e != nil:
		if r = verdict(e, r); r.status != OK || c.KeepAll {
			c.keep(number/spanEntries, s, e, r)
		}
	case s.from < s.to || number%spanEntries > 0:
		return
	}
	c.order.settle(number / spanEntries)
}

func (c *comparison) keep(span int, s *span, e *manifest.Entry, r reading) {
	c.order.job.mu.Lock()
	defer c.order.job.mu.Unlock()
	c.order.counts[OK]--
	c.order.counts[r.status]++
	if c.keeps(r.status) {
		result := report(s.shown, e, r)
		result.Fails = c.fails(r.status)
		c.order.keep(span, result)
	}
}

// verdict compares. It is OK only where the whole file was read, held still, and
// has the expected digest to the last bit.
func verdict(e *manifest.Entry, r reading) reading {
	if r.status == OK && !isHexOf(e.Hex, r.sum) {
		r.status = Mismatch
	}
	return r
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

func report(list string, e *manifest.Entry, r reading) Result {
	return Result{
		Path: e.Name, Status: r.status, Algorithm: e.Algorithm,
		Expected: strings.ToLower(e.Hex), Actual: hex.EncodeToString(r.sum), Size: r.size,
		Manifest: list, Line: e.Line, Detail: r.detail,
	}
}

func malformedLine(list string, m manifest.Malformed, fails bool) Result {
	detail := m.Reason
	if m.Text != "" {
		detail += ": " + m.Text
	}
	return Result{Status: Malformed, Fails: fails, Size: -1, Manifest: list, Line: m.Line, Detail: detail}
}

func (v *Verify) summary(p *plan, counts Counts) Summary {
	s := Summary{OK: counts[OK] > 0, Counts: counts}
	for _, status := range Statuses() {
		if counts[status] > 0 && v.fails(status) {
			s.OK = false
		}
	}
	warn := func(c problem.WarningCode, format string, args ...any) {
		s.Warnings = append(s.Warnings, problem.Warn(c, format, args...))
	}
	if len(p.empty) > 0 && v.Lenient {
		warn(problem.EmptyList, "lists without an entry that did not fail the run: %s", someOf(p.empty))
	}
	if counts[OK] == 0 {
		warn(problem.NothingVerified, "no file was verified")
	}
	if n := counts[Malformed] - int64(len(p.empty)); n > 0 && v.Lenient {
		warn(problem.MalformedLines, "malformed lines that did not fail the run: %d", n)
	}
	if len(p.weak) > 0 {
		s.Warnings = append(s.Warnings, weakWarning(p.weak))
	}
	return s
}

// someOf names the first of many in quotes, and says how many more there are.
func someOf(names []string) string {
	const most = 10
	var quoted []string
	for _, name := range names[:min(most, len(names))] {
		quoted = append(quoted, strconv.Quote(name))
	}
	text := strings.Join(quoted, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func weakWarning(weak []digest.Algorithm) problem.Warning {
	var tags []string
	for _, a := range weak {
		tags = append(tags, a.Tag())
	}
	return problem.Warn(problem.WeakDigest, "%s: such digests show accidental damage, not deliberate change", strings.Join(tags, " and "))
}
