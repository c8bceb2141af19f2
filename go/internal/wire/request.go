package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verify"
)

// request is the request for a job. An unknown field is an error, because the caller
// would believe that it has an effect.
type request struct {
	Job           string     `json:"job"`       // "verify" or "create"
	Directory     Text       `json:"directory"` // relative paths start here; "": the working directory
	Root          Text       `json:"root"`
	AllowLinksTo  []Text     `json:"allow_links_to"` // directories to which links beneath root may lead
	Manifests     []manifest `json:"manifests"`      // null: find them in root
	Algorithm     string     `json:"algorithm"`      // "": from the list or its name, or from the digest's length
	Jobs          *int       `json:"jobs"`           // null: the number of CPUs this process may use
	Sizes         bool       `json:"sizes"`
	Strict        bool       `json:"strict"`
	IgnoreMissing bool       `json:"ignore_missing"`
	Extra         string     `json:"extra"`   // "", "all" or "files"
	Outputs       []Text     `json:"outputs"` // files that the caller writes, which are never extra
	Keep          string     `json:"keep"`    // "failures" or "all"
	Unordered     bool       `json:"unordered"`
	FailFast      bool       `json:"fail_fast"`
	Output        Text       `json:"output"`
	Force         bool       `json:"force"`
	All           bool       `json:"all"`
}

// manifest is a checksum list in a request: a path, or {"path", "bytes"} with the
// content of the list. In the latter case, the path only names the list in results.
type manifest struct {
	Path  Text  `json:"path"`
	Bytes *Text `json:"bytes"`
}

// UnmarshalJSON reads both forms.
func (m *manifest) UnmarshalJSON(j []byte) error {
	if len(j) > 0 && j[0] == '"' {
		return m.Path.UnmarshalJSON(j)
	}
	type fields manifest // without this method
	d := json.NewDecoder(bytes.NewReader(j))
	d.DisallowUnknownFields()
	if err := d.Decode((*fields)(m)); err != nil {
		return err
	}
	if m.Bytes == nil {
		return errors.New("a list without its path or bytes")
	}
	return nil
}

// Start starts the job that the request describes.
func Start(ctx context.Context, text []byte) (*job.Job, error) {
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
	common := job.Request{Directory: string(r.Directory), Root: string(r.Root), AllowLinksTo: stringsOf(r.AllowLinksTo), Sizes: r.Sizes}
	if r.Jobs != nil {
		if err := job.CheckWorkers(*r.Jobs); err != nil {
			return nil, err // also for 0, which has a meaning only inside the engine
		}
		common.Workers = *r.Jobs
	}
	switch r.Job {
	case "verify":
		return r.verify(ctx, common, algorithm)
	case "create":
		return create.Start(ctx, create.Request{Request: common, Algorithm: algorithm, Output: string(r.Output), Force: r.Force, All: r.All})
	}
	return nil, fmt.Errorf("unusable request: unknown job %q", r.Job)
}

func (r *request) verify(ctx context.Context, common job.Request, a digest.Algorithm) (*job.Job, error) {
	if r.Keep != "failures" && r.Keep != "all" {
		return nil, problem.New(problem.InvalidArgument, "keep is %q, but must be \"failures\" or \"all\"", r.Keep)
	}
	extra, ok := extras[r.Extra]
	if !ok {
		return nil, problem.New(problem.InvalidArgument, "extra is %q, but must be \"all\" or \"files\"", r.Extra)
	}
	return verify.Start(ctx, verify.Request{
		Request: common, Lists: r.lists(), Algorithm: a, Lenient: !r.Strict,
		IgnoreMissing: r.IgnoreMissing, Extra: extra, Outputs: stringsOf(r.Outputs), KeepAll: r.Keep == "all",
		Unordered: r.Unordered, FailFast: r.FailFast,
	})
}

var extras = map[string]verify.Extra{"": verify.NoExtra, "all": verify.AllExtra, "files": verify.FilesExtra}

func stringsOf(texts []Text) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = string(t)
	}
	return all
}

func (r *request) lists() []verify.List {
	if r.Manifests == nil {
		return nil
	}
	all := make([]verify.List, 0, len(r.Manifests))
	for _, l := range r.Manifests {
		given := verify.List{Path: string(l.Path)}
		if l.Bytes != nil {
			given.Content = []byte(*l.Bytes)
		}
		all = append(all, given)
	}
	return all
}

func (r *request) algorithm() (digest.Algorithm, error) {
	if r.Algorithm == "" {
		return digest.Unknown, nil
	}
	a, ok := digest.ByName(r.Algorithm)
	if !ok {
		return a, problem.New(problem.UnknownAlgorithm, "unknown algorithm %q (supported: %s)", r.Algorithm, digest.Names())
	}
	return a, nil
}
