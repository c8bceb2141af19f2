// Package wire is the language of the C ABI: requests, batches and errors as
// JSON in UTF-8, with file names as described at Text. It knows nothing of C.
package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/engine"
	"github.com/checksig/checksig/go/internal/problem"
)

// request is what a job is asked for. A field that isn't known is an error: the
// other side would think that it counts.
type request struct {
	Job           string `json:"job"`       // "verify" or "create"
	Directory     Text   `json:"directory"` // relative paths start here; "": the working directory
	Root          Text   `json:"root"`
	Manifests     []list `json:"manifests"` // null: find them in root
	Algorithm     string `json:"algorithm"` // "": the list says, or the digest's length
	Jobs          *int   `json:"jobs"`      // null: the CPUs this process may use
	Sizes         bool   `json:"sizes"`
	Strict        bool   `json:"strict"`
	IgnoreMissing bool   `json:"ignore_missing"`
	Extra         bool   `json:"extra"`
	Keep          string `json:"keep"` // "failures" or "all"
	Output        Text   `json:"output"`
	Force         bool   `json:"force"`
}

// list is a checksum list in a request: its path, or {"path", "bytes"} for one that
// is given by its content. The path names it in results.
type list struct {
	Path  Text  `json:"path"`
	Bytes *Text `json:"bytes"`
}

// UnmarshalJSON reads either form.
func (l *list) UnmarshalJSON(j []byte) error {
	if len(j) > 0 && j[0] == '"' {
		return l.Path.UnmarshalJSON(j)
	}
	type fields list // without this method
	d := json.NewDecoder(bytes.NewReader(j))
	d.DisallowUnknownFields()
	if err := d.Decode((*fields)(l)); err != nil {
		return err
	}
	if l.Bytes == nil {
		return errors.New("a list without its path or bytes")
	}
	return nil
}

// Start starts the job that the request describes.
func Start(ctx context.Context, text []byte) (*engine.Job, error) {
	var r request
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var value *json.UnmarshalTypeError
	if err := d.Decode(&r); errors.As(err, &value) {
		return nil, problem.New(problem.InvalidArgument, "%s can't be a %s", value.Field, value.Value)
	} else if err != nil {
		return nil, fmt.Errorf("unusable request: %w", err)
	}
	algorithm, err := r.algorithm()
	if err != nil {
		return nil, err
	}
	common := engine.Common{Directory: string(r.Directory), Root: string(r.Root), Sizes: r.Sizes}
	if r.Jobs != nil {
		if err := engine.CheckJobs(*r.Jobs); err != nil {
			return nil, err // also for 0, which means "choose" to the engine alone
		}
		common.Jobs = *r.Jobs
	}
	switch r.Job {
	case "verify":
		return r.verify(ctx, common, algorithm)
	case "create":
		return engine.StartCreate(ctx, engine.Create{Common: common, Algorithm: algorithm, Output: string(r.Output), Force: r.Force})
	}
	return nil, fmt.Errorf("unusable request: no job %q", r.Job)
}

func (r *request) verify(ctx context.Context, c engine.Common, a digest.Algorithm) (*engine.Job, error) {
	if r.Keep != "failures" && r.Keep != "all" {
		return nil, problem.New(problem.InvalidArgument, "keep is %q, but must be \"failures\" or \"all\"", r.Keep)
	}
	v := engine.Verify{
		Common: c, Algorithm: a, Lenient: !r.Strict,
		IgnoreMissing: r.IgnoreMissing, Extra: r.Extra, KeepAll: r.Keep == "all",
	}
	if r.Manifests != nil {
		v.Manifests = make([]engine.List, 0, len(r.Manifests))
		for _, l := range r.Manifests {
			given := engine.List{Path: string(l.Path)}
			if l.Bytes != nil {
				given.Content = []byte(*l.Bytes)
			}
			v.Manifests = append(v.Manifests, given)
		}
	}
	return engine.StartVerify(ctx, v)
}

func (r *request) algorithm() (digest.Algorithm, error) {
	if r.Algorithm == "" {
		return digest.Unknown, nil
	}
	a, ok := digest.ByName(r.Algorithm)
	if !ok {
		return a, problem.New(problem.UnknownAlgorithm, "unknown algorithm %q; known are %s", r.Algorithm, digest.Names())
	}
	return a, nil
}

// AppendError appends {"kind", "code", "path", "line", "reason"}, as package problem
// has them; path is "" and line is 0 where there is none.
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
//	 "summary": null or {"error", "ok", "counts", "elapsed", "warnings": [{"code", "text"}, …], "output"}}
//
// with null for what engine.Result has no value for. The batch with a summary
// is the last.
func AppendBatch(b []byte, batch engine.Batch) []byte {
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

func appendResult(b []byte, r *engine.Result) []byte {
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

func appendSummary(b []byte, s *engine.Summary) []byte {
	b = append(b, `{"error":`...)
	if s.Err == nil {
		b = append(b, "null"...)
	} else {
		b = AppendError(b, s.Err)
	}
	b = append(b, `,"ok":`...)
	b = strconv.AppendBool(b, s.OK)
	b = append(b, `,"counts":{`...)
	for i, n := range s.Counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, engine.Status(i).String()...)
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
	b = append(b, `],"output":`...)
	return append(appendTextOrNull(b, s.Output), '}')
}

// AppendHoldings appends what the engine holds in this process, and the bounds:
//
//	{"jobs", "cancelled": [now, bound], "threads": [now, bound], "files": [now, bound],
//	 "workers": [now, bound], "idle_bytes"}
func AppendHoldings(b []byte) []byte {
	now, limits := engine.Holdings()
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
