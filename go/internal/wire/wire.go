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
)

// request is what a job is asked for. A field that isn't known is an error: the
// other side would think that it counts.
type request struct {
	Job           string `json:"job"`       // "verify" or "create"
	Directory     Text   `json:"directory"` // relative paths start here; "": the working directory
	Root          Text   `json:"root"`
	Manifests     []Text `json:"manifests"` // null: find them in root
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

// Start starts the job that the request describes.
func Start(ctx context.Context, text []byte) (*engine.Job, error) {
	var r request
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var value *json.UnmarshalTypeError
	if err := d.Decode(&r); errors.As(err, &value) {
		return nil, &engine.RequestError{Reason: fmt.Sprintf("%s can't be a %s", value.Field, value.Value)}
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
		return nil, &engine.RequestError{Reason: fmt.Sprintf("keep is %q, but must be \"failures\" or \"all\"", r.Keep)}
	}
	v := engine.Verify{
		Common: c, Algorithm: a, Lenient: !r.Strict,
		IgnoreMissing: r.IgnoreMissing, Extra: r.Extra, KeepAll: r.Keep == "all",
	}
	if r.Manifests != nil {
		v.Manifests = make([]string, 0, len(r.Manifests))
		for _, m := range r.Manifests {
			v.Manifests = append(v.Manifests, string(m))
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
		return a, &engine.RequestError{Reason: fmt.Sprintf("unknown algorithm %q; known are %s", r.Algorithm, digest.Names())}
	}
	return a, nil
}

// AppendError appends {"kind", "path", "line", "reason"}. Kind is "request",
// "manifest", "host", "cancelled" or "internal"; line is 0 where there is none.
func AppendError(b []byte, err error) []byte {
	var manifest *engine.ManifestError
	var request *engine.RequestError
	var host *engine.HostError
	switch {
	case errors.As(err, &manifest):
		return appendError(b, "manifest", manifest.Path, manifest.Line, manifest.Reason)
	case errors.As(err, &request):
		return appendError(b, "request", "", 0, request.Reason)
	case errors.As(err, &host):
		return appendError(b, "host", "", 0, host.Reason)
	case errors.Is(err, engine.ErrCancelled):
		return appendError(b, "cancelled", "", 0, err.Error())
	}
	return appendError(b, "internal", "", 0, err.Error())
}

func appendError(b []byte, kind, path string, line int32, reason string) []byte {
	b = append(b, `{"kind":"`+kind+`","path":`...)
	b = appendText(b, path)
	b = append(b, `,"line":`...)
	b = strconv.AppendInt(b, int64(line), 10)
	b = append(b, `,"reason":`...)
	b = appendText(b, reason)
	return append(b, '}')
}

// AppendBatch appends
//
//	{"results": [[path, status, algorithm, expected, actual, size, manifest, line, detail], …],
//	 "progress": [files, bytes, total_files, total_bytes],
//	 "summary": null or {"error", "ok", "counts", "elapsed", "warnings", "output"}}
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
		b = appendText(b, w)
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
