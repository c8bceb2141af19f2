// Package wire encodes requests, batches and errors as JSON in UTF-8, for the C ABI.
// Text describes the encoding of file names.
package wire

import (
	"fmt"
	"strconv"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// AppendError appends {"kind", "code", "path", "line", "reason"}, as package problem
// defines them. path is "" and line is 0 if there is none.
func AppendError(b []byte, err error) []byte {
	e := problem.From(err)
	b = append(b, `{"kind":"`...)
	b = append(b, e.Code.Kind().String()...)
	b = append(b, `","code":"`...)
	b = append(b, e.Code.String()...)
	b = append(b, `","path":`...)
	b = appendText(b, e.Path)
	b = append(b, `,"line":`...)
	b = strconv.AppendInt(b, int64(e.Line), 10)
	b = append(b, `,"reason":`...)
	b = appendText(b, e.Reason)
	return append(b, '}')
}

// AppendBatch appends
//
//	{"results": null or {"path": […], "status": …, "fails": …, "algorithm": …, "expected": …, "actual": …,
//	  "size": …, "manifest": …, "line": …, "detail": …, "moved_to": …, "moved_with": …, "found": …},
//	 "manifests": [path, …],
//	 "progress": [files, bytes, total_files, total_bytes],
//	 "lists": number to verify,
//	 "summary": null or {"error", "ok", "algorithms": […], "counts", "elapsed", "warnings": [{"code", "text"}, …], "root",
//	  "outputs": […], "format", "bag",
//	  "files": [all, failed], "lists": [[manifest, entries, verified, failed], …],
//	  "replaced": [[path, time, counts, [[status, name, new name], …]], …],
//	  "plan": [[path, size, SHA-256, unsupported entries, [span, …]], …],
//	  "parts": [[path, header, lines], …], "left_out": [[code, count, [name, …]], …]}}
//
// The results are columns: an array with the value of each result, or one value if all
// results share it. null is a value that a verdict.Result does not have. A status and an
// algorithm are the positions in the arrays that Describe returns, a manifest is the
// position in "manifests", and an actual digest is true if it equals the expected one.
// "moved_to" and "moved_with" are there if one of the results has a value.
// "found" is left out if no result has it, and otherwise null or [size, mtime in nanoseconds,
// inode, device, digests in hex, new name] of each.
// "replaced" is there if a list was, "plan" if lists were cut (see appendPlan), "parts" and "left_out" if there are any.
// Only the last batch has a summary. Its counts are those of all statuses, in the order
// in which Describe returns them.
func AppendBatch(b []byte, batch job.Batch) []byte {
	b = append(b, `{"results":`...)
	b = appendResults(b, batch.Results)
	b = append(b, `,"progress":[`...)
	p := batch.Progress
	for i, n := range []int64{p.Files, p.Bytes, p.TotalFiles, p.TotalBytes} {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	b = append(b, `],"lists":`...)
	b = strconv.AppendInt(b, batch.Lists, 10)
	b = append(b, `,"summary":`...)
	if batch.Summary == nil {
		return append(b, "null}"...)
	}
	return append(appendSummary(b, batch.Summary), '}')
}

func appendSummary(b []byte, s *job.Summary) []byte {
	b = append(b, `{"error":`...)
	if s.Err == nil {
		b = append(b, "null"...)
	} else {
		b = AppendError(b, s.Err)
	}
	b = append(b, `,"ok":`...)
	b = strconv.AppendBool(b, s.OK)
	b = append(b, `,"algorithms":[`...)
	for i, a := range s.Algorithms {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, a.String())
	}
	b = append(b, `],"counts":[`...)
	b = appendCounts(b, s.Counts)
	b = append(b, `],"elapsed":`...)
	b = strconv.AppendFloat(b, s.Elapsed, 'f', 6, 64)
	b = append(b, `,"warnings":[`...)
	for i, w := range s.Warnings {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"code":"`...)
		b = append(b, w.Code.String()...)
		b = append(b, `","text":`...)
		b = append(appendText(b, w.Text), '}')
	}
	b = append(b, `],"root":`...)
	b = append(appendTextOrNull(b, s.Root), `,"outputs":[`...)
	for i, output := range s.Outputs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, output)
	}
	b = append(b, `],"format":`...)
	b = append(appendTextOrNull(b, s.Format), `,"bag":`...)
	b = appendTextOrNull(b, s.Bag)
	b = fmt.Appendf(b, `,"files":[%d,%d],"lists":[`, s.Files, s.FailedFiles)
	for i, l := range s.Lists {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, '['), l.Manifest)
		b = fmt.Appendf(b, ",%d,%d,%d]", l.Entries, l.Verified, l.Failed)
	}
	b = append(b, ']')
	if len(s.Replaced) > 0 {
		b = appendReplaced(b, s.Replaced)
	}
	if s.Plan != nil {
		b = appendPlan(b, s.Plan)
	}
	if len(s.Parts) > 0 {
		b = appendParts(b, s.Parts)
	}
	if len(s.LeftOut) > 0 {
		b = appendLeftOut(b, s.LeftOut)
	}
	return append(b, '}')
}

// appendParts appends [path, header, lines] for each.
func appendParts(b []byte, all []job.Part) []byte {
	b = append(b, `,"parts":[`...)
	for i, p := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(append(b, '['), p.Path), ',')
		b = append(appendText(b, string(p.Header)), ',')
		b = append(appendText(b, string(p.Lines)), ']')
	}
	return append(b, ']')
}

// appendLeftOut appends [code, count, [name, …]] for each.
func appendLeftOut(b []byte, all []job.LeftOut) []byte {
	b = append(b, `,"left_out":[`...)
	for i, l := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `["%s",%d,[`, l.Code, l.Count)
		for k, name := range l.First {
			if k > 0 {
				b = append(b, ',')
			}
			b = appendText(b, name)
		}
		b = append(b, "]]"...)
	}
	return append(b, ']')
}

// appendReplaced appends [path, time, counts, [[status, name, new name], …]] for each.
func appendReplaced(b []byte, all []job.Replaced) []byte {
	b = append(b, `,"replaced":[`...)
	for i, r := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, '['), r.Path)
		b = fmt.Appendf(b, ",%d,[", r.Modified)
		b = appendCounts(b, r.Counts)
		b = append(b, `],[`...)
		for k, change := range r.First {
			if k > 0 {
				b = append(b, ',')
			}
			b = fmt.Appendf(b, "[%d,", change.Status)
			b = append(appendText(b, change.Path), ',')
			b = append(appendTextOrNull(b, change.MovedTo), ']')
		}
		b = append(b, "]]"...)
	}
	return append(b, ']')
}

func appendCounts(b []byte, counts verdict.Counts) []byte {
	for i, n := range counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return b
}

// AppendHoldings appends what the engine uses in this process, and the limits:
//
//	{"jobs", "cancelled": [now, limit], "threads": [now, limit], "files": [now, limit],
//	 "workers": [now, limit], "idle_bytes"}
func AppendHoldings(b []byte) []byte {
	now, limits := holdings.Look(hashing.IdleBytes())
	return fmt.Appendf(b, `{"jobs":%d,"cancelled":[%d,%d],"threads":[%d,%d],"files":[%d,%d],"workers":[%d,%d],"idle_bytes":%d}`,
		now.Jobs, now.Cancelled, limits.Cancelled, now.Threads, limits.Threads,
		now.Files, limits.Files, now.Workers, limits.Workers, now.Idle)
}
