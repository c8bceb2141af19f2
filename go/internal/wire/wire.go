// Package wire encodes requests, batches and errors as JSON in UTF-8, for the C ABI.
// Text describes the encoding of file names.
package wire

import (
	"fmt"
	"strconv"

	"github.com/checksig/checksig/go/internal/digest"
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
//	{"results": [[path, status, fails, algorithm, expected, actual, size, manifest, line, detail], …],
//	 "progress": [files, bytes, total_files, total_bytes],
//	 "summary": null or {"error", "ok", "algorithm", "counts", "elapsed", "warnings": [{"code", "text"}, …], "root", "output"}}
//
// with null for values that a verdict.Result does not have. Only the last batch has a
// summary.
func AppendBatch(b []byte, batch job.Batch) []byte {
	b = append(b, `{"results":[`...)
	for i := range batch.Results {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendResult(b, &batch.Results[i])
	}
	b = append(b, `],"progress":[`...)
	p := batch.Progress
	for i, n := range []int64{p.Files, p.Bytes, p.TotalFiles, p.TotalBytes} {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	b = append(b, `],"summary":`...)
	if batch.Summary == nil {
		return append(b, "null}"...)
	}
	return append(appendSummary(b, batch.Summary), '}')
}

func appendResult(b []byte, r *verdict.Result) []byte {
	b = append(b, '[')
	b = append(appendText(b, r.Path), `,"`...)
	b = append(b, r.Status.String()...)
	b = append(b, `",`...)
	b = append(strconv.AppendBool(b, r.Fails), ',')
	algorithm := ""
	if r.Algorithm != digest.Unknown {
		algorithm = r.Algorithm.String()
	}
	for _, s := range [...]string{algorithm, r.Expected, r.Actual} {
		b = append(appendTextOrNull(b, s), ',')
	}
	b = append(appendNumberOrNull(b, r.Size, -1), ',')
	b = append(appendTextOrNull(b, r.Manifest), ',')
	b = append(appendNumberOrNull(b, int64(r.Line), 0), ',')
	return append(appendText(b, r.Detail), ']')
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
	b = append(b, `,"algorithm":"`...)
	if s.Algorithm != digest.Unknown {
		b = append(b, s.Algorithm.String()...)
	}
	b = append(b, `","counts":{`...)
	for i, n := range s.Counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, verdict.Status(i).String()...)
		b = append(b, `":`...)
		b = strconv.AppendInt(b, n, 10)
	}
	b = append(b, `},"elapsed":`...)
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
	b = append(appendTextOrNull(b, s.Root), `,"output":`...)
	return append(appendTextOrNull(b, s.Output), '}')
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

func appendTextOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendText(b, s)
}

func appendNumberOrNull(b []byte, n, null int64) []byte {
	if n == null {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, n, 10)
}
