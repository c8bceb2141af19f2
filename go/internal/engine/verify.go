package engine

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/manifest"
	"github.com/checksig/checksig/go/internal/tree"
)

func (j *Job) verify(ctx context.Context, v *Verify) (Summary, error) {
	root, err := openRoot(v.Root)
	if err != nil {
		return Summary{}, err
	}
	defer root.Close()
	p, err := makePlan(ctx, v, root)
	if err != nil {
		return Summary{}, err
	}
	j.totalFiles.Store(p.entries)
	if v.Sizes {
		if err := j.addSizes(ctx, p, root, v.Jobs); err != nil {
			return Summary{}, err
		}
	}
	o := newOrder(j, len(p.spans))
	err = parallel(ctx, v.Jobs, len(p.spans), func() func(int) {
		w := &verifier{v, newHasher(root, &j.bytes), nil}
		return func(i int) {
			o.waitForRoom(i)
			kept, counts := w.judge(ctx, p.spans[i])
			if ctx.Err() == nil {
				j.files.Add(int64(p.spans[i].to - p.spans[i].from))
				o.put(i, kept, counts)
			}
		}
	})
	if err == nil && v.Extra {
		err = j.findExtra(ctx, v, root, p, &o.counts)
	}
	if err != nil {
		return Summary{}, err
	}
	return v.summary(p, o.counts), nil
}

func openRoot(path string) (*tree.Root, error) {
	root, err := tree.Open(path)
	if err != nil {
		return nil, &ManifestError{path, 0, "the root can't be opened as a folder: " + reason(err)}
	}
	return root, nil
}

func (j *Job) addSizes(ctx context.Context, p *plan, root *tree.Root, workers int) error {
	return parallel(ctx, workers, len(p.spans), func() func(int) {
		opener := root.Opener()
		return func(i int) {
			s := p.spans[i]
			for _, e := range s.Entries[s.from:s.to] {
				if size, err := opener.Size(e.Name); err == nil {
					j.totalBytes.Add(size)
				}
			}
		}
	})
}

// verifier is one worker's state.
type verifier struct {
	*Verify
	*hasher
	want []byte // the expected digest, decoded
}

// judge gives the verdicts on a span, in the order of its lines.
func (w *verifier) judge(ctx context.Context, s span) (kept []Result, counts Counts) {
	add := func(r Result) {
		if w.keeps(r.Status) {
			kept = append(kept, r)
		}
	}
	bad := s.Malformed[s.badFrom:s.badTo]
	counts[Malformed] = int64(len(bad))
	for i := s.from; i < s.to && ctx.Err() == nil; i++ {
		e := &s.Entries[i]
		for len(bad) > 0 && bad[0].Line < e.Line {
			add(malformedLine(s.path, bad[0]))
			bad = bad[1:]
		}
		status, r := w.compare(ctx, e)
		counts[status]++
		if w.keeps(status) {
			kept = append(kept, report(s.path, e, status, r))
		}
	}
	for _, m := range bad {
		add(malformedLine(s.path, m))
	}
	return kept, counts
}

// compare gives the verdict on one entry. It is OK only where the whole file
// was read, held still, and has the expected digest to the last bit.
func (w *verifier) compare(ctx context.Context, e *manifest.Entry) (Status, reading) {
	r := w.read(ctx, e.Name, e.Algorithm)
	if r.status != OK {
		return r.status, r
	}
	want, err := hex.AppendDecode(w.want[:0], []byte(e.Hex))
	if w.want = want; err != nil || !bytes.Equal(want, r.sum) {
		return Mismatch, r
	}
	return OK, r
}

func report(list string, e *manifest.Entry, status Status, r reading) Result {
	return Result{
		Path: e.Name, Status: status, Algorithm: e.Algorithm,
		Expected: strings.ToLower(e.Hex), Actual: hex.EncodeToString(r.sum), Size: r.size,
		Manifest: list, Line: e.Line, Detail: r.detail,
	}
}

func malformedLine(list string, m manifest.Malformed) Result {
	detail := m.Reason
	if m.Text != "" {
		detail += ": " + m.Text
	}
	return Result{Status: Malformed, Size: -1, Manifest: list, Line: m.Line, Detail: detail}
}

func (v *Verify) summary(p *plan, counts Counts) Summary {
	s := Summary{OK: counts[OK] > 0, Counts: counts}
	for _, status := range Statuses() {
		if counts[status] > 0 && v.fails(status) {
			s.OK = false
		}
	}
	if p.empty > 0 {
		s.OK = false
		s.Warnings = append(s.Warnings, fmt.Sprintf("lists without an entry: %d", p.empty))
	}
	if counts[OK] == 0 {
		s.Warnings = append(s.Warnings, "no file was verified")
	}
	if n := counts[Malformed]; n > 0 && v.Lenient {
		s.Warnings = append(s.Warnings, fmt.Sprintf("malformed lines that did not fail the run: %d", n))
	}
	if len(p.weak) > 0 {
		s.Warnings = append(s.Warnings, weakWarning(p.weak))
	}
	return s
}

func weakWarning(weak []digest.Algorithm) string {
	var tags []string
	for _, a := range weak {
		tags = append(tags, a.Tag())
	}
	return strings.Join(tags, " and ") + ": such digests show accidental damage, not deliberate change"
}
