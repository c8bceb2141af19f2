package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/archive"
	"github.com/checksig/checksig/go/internal/convert"
	"github.com/checksig/checksig/go/internal/create"
	"github.com/checksig/checksig/go/internal/difference"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/filedigest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/listing"
	"github.com/checksig/checksig/go/internal/lookup"
	"github.com/checksig/checksig/go/internal/partition"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/update"
	"github.com/checksig/checksig/go/internal/verify"
)

// request is the request for a job. An unknown field is an error, because the caller
// would believe that it has an effect.
type request struct {
	Job           string     `json:"job"`       // "verify", "create", "update", "digest", "plan", "read", "convert", "diff", "find", "recognise", "scan", "check", "partition" or "join"
	Directory     Text       `json:"directory"` // relative paths start here; "": the working directory
	Root          Text       `json:"root"`
	AllowLinksTo  []Text     `json:"allow_links_to"` // directories to which links beneath root may lead
	Manifests     []manifest `json:"manifests"`      // null: find them in root
	Algorithm     string     `json:"algorithm"`      // "": from the list or its name, or from the digest's length
	Algorithms    []string   `json:"algorithms"`     // of the lists to create; empty: from the name of the list
	ListFormat    string     `json:"list_format"`    // "": by the list's content
	To            string     `json:"to"`             // the format of the list to write
	Backslash     bool       `json:"backslash"`      // in the names of lists means "/"
	Jobs          *int       `json:"jobs"`           // null: the number of CPUs this process may use
	Sizes         bool       `json:"sizes"`
	NoCache       bool       `json:"no_cache"` // of files that were not in it before
	Strict        bool       `json:"strict"`
	IgnoreMissing bool       `json:"ignore_missing"`
	Extra         string     `json:"extra"`       // "", "all" or "files"
	ExtraAlone    bool       `json:"extra_alone"` // and verify nothing
	Moved         bool       `json:"moved"`       // look for missing files among those
	Outputs       []Text     `json:"outputs"`     // files that the caller writes, which are never extra or listed
	Keep          string     `json:"keep"`        // "failures" or "all"
	Unordered     bool       `json:"unordered"`
	FailFast      bool       `json:"fail_fast"`
	Collisions    bool       `json:"detect_collisions"` // of attacks on SHA-1
	Only          []Text     `json:"only"`
	OneDevice     bool       `json:"one_file_system"`
	Exclude       []Text     `json:"exclude"`    // as lines of gitignore(5)
	Files         []Text     `json:"files"`      // selected by verify, to be listed by create, or to be recognised
	Name          Text       `json:"name"`       // whose digest is wanted, or to verify by digests
	Digests       digests    `json:"digests"`    // of name, instead of manifests
	NameAlone     bool       `json:"name_alone"` // recognise a list by its name, and don't open it
	Directly      bool       `json:"directly"`   // find lists in root alone, not in its subdirectories
	Output        Text       `json:"output"`
	Force         bool       `json:"force"`
	Tag           bool       `json:"tag"` // each line of a new list says its algorithm
	All           bool       `json:"all"`
	Sidecars      bool       `json:"sidecars"` // a list for each of files, beside it
	Bagit         bool       `json:"bagit"`
	InPlace       bool       `json:"in_place"`
	Manifest      Text       `json:"manifest"` // the list to update; the root is its directory by default
	Accept        []Text     `json:"accept"`   // patterns of names whose files may have changed
	DropMissing   bool       `json:"drop_missing"`
	Quick         bool       `json:"quick"`      // verify only what seems to have changed
	Fixed         bool       `json:"fixed"`      // add no files to the list
	Records       records    `json:"records"`    // of an archive
	SpanFiles     int64      `json:"span_files"` // the most of a span
	SpanBytes     int64      `json:"span_bytes"`
	Parts         int        `json:"parts"`       // for which lists are cut, instead
	Within        *within    `json:"within"`      // of names, for which alone the job works; null: all
	RangeFiles    int        `json:"range_files"` // in each range that a partition cuts
	Texts         []Text     `json:"texts"`       // paths of files with the texts of the lists to join; null: only see whether the lists can be written
	LeftOut       []leftOut  `json:"left_out"`    // as the summaries of the jobs for ranges have it

	blocks []byte // the entries of the manifests, or the records
}

// manifest is a checksum list in a request: a path, or an object with the path, which
// only names the list in results, and one of the others.
type manifest struct {
	Path    Text     `json:"path"`
	Bytes   *Text    `json:"bytes"`   // the content
	Before  int32    `json:"before"`  // lines before the content in its file
	File    Text     `json:"file"`    // where the content is
	Entries *entries `json:"entries"` // instead of a text
	Span    *span    `json:"span"`    // only this part of the list
}

// within is a range of names: from this one on, and before the other one unless it is "".
type within struct {
	From Text `json:"from"`
	To   Text `json:"to"`
}

// leftOut is what a job for a range of names has left out: [code, count, [name, …]].
type leftOut job.LeftOut

// UnmarshalJSON reads it as appendLeftOut writes it.
func (l *leftOut) UnmarshalJSON(j []byte) error {
	var code string
	var names []Text
	fields := []any{&code, &l.Count, &names}
	if err := json.Unmarshal(j, &fields); err != nil {
		return err
	}
	var ok bool
	if l.Code, ok = problem.WarningByName(code); !ok || len(fields) != 3 || l.Count < len(names) {
		return errors.New("unusable left_out")
	}
	l.First = plain(names)
	return nil
}

// digests are pairs of an algorithm, which may be "", and hex digits.
type digests [][2]string

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
	if m.Before < 0 || m.Before > 0 && m.Bytes == nil {
		return errors.New("lines before a content that is not given")
	}
	if m.Bytes == nil && m.File == "" && m.Entries == nil && m.Span == nil {
		return errors.New("a list without its path, bytes, file, entries or span")
	}
	return nil
}

// Start starts the job that the request describes: JSON, which may be followed by a NUL
// byte and the entries of the manifests, or the records of an archive. It keeps nothing of the text.
func Start(ctx context.Context, text []byte) (*job.Job, error) { return StartFrom(ctx, "", text) }

// StartFrom is Start for a caller in another process, whose working directory is given.
func StartFrom(ctx context.Context, directory string, text []byte) (*job.Job, error) {
	var r request
	text, r.blocks, _ = bytes.Cut(text, []byte{0})
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var value *json.UnmarshalTypeError
	if err := d.Decode(&r); errors.As(err, &value) {
		return nil, problem.New(problem.InvalidArgument, "%s can't be a %s", value.Field, value.Value)
	} else if err != nil {
		return nil, fmt.Errorf("unusable request: %w", err)
	}
	if r.Directory == "" {
		r.Directory = Text(directory)
	}
	algorithm, err := algorithmByName(r.Algorithm)
	if err != nil {
		return nil, err
	}
	common := job.Request{Directory: string(r.Directory), Root: string(r.Root), AllowLinksTo: plain(r.AllowLinksTo), Sizes: r.Sizes, NoCache: r.NoCache, Exclude: plain(r.Exclude), OneDevice: r.OneDevice}
	if r.Jobs != nil {
		if err := job.CheckWorkers(*r.Jobs); err != nil {
			return nil, err // also for 0, which has a meaning only inside the engine
		}
		common.Workers = *r.Jobs
	}
	if err := r.settleName(); err != nil {
		return nil, err
	}
	if common.Within, err = r.within(); err != nil {
		return nil, err
	}
	switch r.Job {
	case "verify":
		return r.verify(ctx, common, algorithm)
	case "plan":
		return r.plan(ctx, common, algorithm)
	case "create":
		return r.create(ctx, common)
	case "update":
		return r.update(ctx, common, algorithm)
	case "digest":
		return filedigest.Start(ctx, filedigest.Request{Request: common, Name: string(r.Name), Algorithm: algorithm})
	case "read", "convert":
		return r.read(ctx, algorithm)
	case "diff":
		return r.diff(ctx, algorithm)
	case "scan", "check":
		return r.archive(ctx, common)
	case "join":
		return r.join(ctx, common)
	case "partition":
		return partition.Start(ctx, partition.Request{Request: common, Files: r.RangeFiles})
	case "find":
		if r.Directly {
			return lookup.Directly(ctx, common)
		}
		return lookup.Beneath(ctx, common)
	case "recognise":
		return lookup.Recognise(ctx, common.Directory, plain(r.Files), r.NameAlone)
	}
	return nil, fmt.Errorf("unusable request: unknown job %q", r.Job)
}

// settleName makes the name of a file that is given without a list mean what it means to
// the caller. It is a path beneath the top directory.
func (r *request) settleName() error {
	if r.Name == "" || r.Root != "/" {
		return nil
	}
	path, err := paths.OfCaller("/" + string(r.Name))
	r.Name = Text(strings.TrimPrefix(path, "/"))
	return err
}

// within returns the range of names, nil for all. The other jobs would give a wrong account of
// a part.
func (r *request) within() (*tree.Range, error) {
	switch {
	case r.Within == nil:
		return nil, nil
	case r.Job != "verify" && r.Job != "create" && r.Job != "partition":
		return nil, problem.New(problem.InvalidArgument, "within can't be combined with the job %q", r.Job)
	}
	return &tree.Range{From: string(r.Within.From), To: string(r.Within.To)}, nil
}

func (r *request) create(ctx context.Context, common job.Request) (*job.Job, error) {
	c, err := r.creation(common)
	if err != nil {
		return nil, err
	}
	return create.Start(ctx, c)
}

// join starts a job that writes lists whose parts were made for ranges of names.
func (r *request) join(ctx context.Context, common job.Request) (*job.Job, error) {
	c, err := r.creation(common)
	if err != nil {
		return nil, err
	}
	joining := create.Joining{Request: c, Texts: plain(r.Texts)}
	for _, l := range r.LeftOut {
		joining.LeftOut = append(joining.LeftOut, job.LeftOut(l))
	}
	return create.Join(ctx, joining)
}

func (r *request) creation(common job.Request) (c create.Request, err error) {
	if r.Algorithm != "" {
		return c, problem.New(problem.InvalidArgument, "algorithm is for reading lists; algorithms are those to create")
	}
	format, err := formatByName("list_format", r.ListFormat)
	if err != nil {
		return c, err
	}
	algorithms, err := r.algorithms()
	return create.Request{
		Request: common, Algorithms: algorithms, Format: format, Output: string(r.Output), Force: r.Force, Tag: r.Tag, All: r.All, Bag: r.Bagit,
		InPlace: r.InPlace, Files: plain(r.Files), Sidecars: r.Sidecars, Outputs: plain(r.Outputs),
	}, err
}

// algorithms returns those of new digests.
func (r *request) algorithms() (all []digest.Algorithm, err error) {
	for _, name := range r.Algorithms {
		a, err := algorithmByName(name)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// archive starts a job on an archive.
func (r *request) archive(ctx context.Context, common job.Request) (*job.Job, error) {
	algorithms, err := r.algorithms()
	if err != nil {
		return nil, err
	}
	known, err := r.Records.read(r.blocks, algorithms)
	if err != nil {
		return nil, err
	}
	return archive.Start(ctx, archive.Request{
		Request: common, Algorithms: algorithms, Records: known, Check: r.Job == "check", Outputs: plain(r.Outputs),
	})
}

func (r *request) verify(ctx context.Context, common job.Request, a digest.Algorithm) (*job.Job, error) {
	if r.Keep != "failures" && r.Keep != "all" {
		return nil, problem.New(problem.InvalidArgument, "keep is %q, but must be \"failures\" or \"all\"", r.Keep)
	}
	extra, ok := extras[r.Extra]
	if !ok {
		return nil, problem.New(problem.InvalidArgument, "extra is %q, but must be \"all\" or \"files\"", r.Extra)
	}
	format, err := formatByName("list_format", r.ListFormat)
	if err != nil {
		return nil, err
	}
	lists, err := r.lists(a)
	if err != nil {
		return nil, err
	}
	return verify.Start(ctx, verify.Request{
		Request: common, Lists: lists, Algorithm: a, Format: format, Backslash: r.Backslash, Lenient: !r.Strict,
		IgnoreMissing: r.IgnoreMissing, Extra: extra, ExtraAlone: r.ExtraAlone, Moved: r.Moved, Outputs: plain(r.Outputs), KeepAll: r.Keep == "all",
		Unordered: r.Unordered, FailFast: r.FailFast, Attacks: r.Collisions, Files: plain(r.Files), Only: plain(r.Only),
	})
}

func (r *request) plan(ctx context.Context, common job.Request, a digest.Algorithm) (*job.Job, error) {
	format, err := formatByName("list_format", r.ListFormat)
	if err != nil {
		return nil, err
	}
	lists, err := r.lists(a)
	if err != nil {
		return nil, err
	}
	return verify.StartPlan(ctx, verify.PlanRequest{
		Request:   verify.Request{Request: common, Lists: lists, Algorithm: a, Format: format, Backslash: r.Backslash},
		SpanFiles: r.SpanFiles, SpanBytes: r.SpanBytes, Parts: r.Parts,
	})
}

func (r *request) update(ctx context.Context, common job.Request, a digest.Algorithm) (*job.Job, error) {
	format, err := formatByName("list_format", r.ListFormat)
	if err != nil {
		return nil, err
	}
	return update.Start(ctx, update.Request{
		Request: common, List: string(r.Manifest), Reading: list.Options{Algorithm: a, Format: format}, Accept: plain(r.Accept),
		DropMissing: r.DropMissing, Quick: r.Quick, Fixed: r.Fixed, Outputs: plain(r.Outputs),
	})
}

// read starts a job that only reads a list, or writes it in another format.
func (r *request) read(ctx context.Context, a digest.Algorithm) (*job.Job, error) {
	lists, options, err := r.onlyLists(a, 1, "one list")
	if err != nil {
		return nil, err
	}
	reading := listing.Request{Directory: string(r.Directory), List: lists[0], Options: options, Lenient: !r.Strict}
	if r.Job == "read" {
		return listing.Start(ctx, reading)
	}
	to, err := formatByName("to", r.To)
	if err != nil {
		return nil, err
	}
	if r.Output == "" {
		return nil, problem.New(problem.InvalidArgument, "an output is needed")
	}
	return convert.Start(ctx, convert.Request{Request: reading, To: to, Output: string(r.Output), Force: r.Force})
}

// diff starts a job that compares two lists.
func (r *request) diff(ctx context.Context, a digest.Algorithm) (*job.Job, error) {
	lists, options, err := r.onlyLists(a, 2, "two lists")
	if err != nil {
		return nil, err
	}
	return difference.Start(ctx, difference.Request{
		Directory: string(r.Directory), Old: lists[0], New: lists[1], Options: options, Exclude: plain(r.Exclude), Lenient: !r.Strict,
	})
}

// onlyLists returns the lists of a job that reads nothing else, and how they are read.
func (r *request) onlyLists(a digest.Algorithm, number int, words string) ([]verify.List, list.Options, error) {
	format, err := formatByName("list_format", r.ListFormat)
	if err != nil {
		return nil, list.Options{}, err
	}
	lists, err := r.lists(a)
	if err == nil && len(lists) != number {
		err = problem.New(problem.InvalidArgument, "manifest must be %s, not %d", words, len(lists))
	}
	return lists, list.Options{Algorithm: a, Format: format, Backslash: r.Backslash}, err
}

var extras = map[string]verify.Extra{"": verify.NoExtra, "all": verify.AllExtra, "files": verify.FilesExtra}

func (r *request) lists(a digest.Algorithm) ([]verify.List, error) {
	if r.Digests != nil {
		one, err := r.Digests.entry(string(r.Name), a)
		if err != nil {
			return nil, problem.New(problem.InvalidArgument, "digest: %v", err)
		}
		return []verify.List{{Entries: []list.Entry{one}}}, nil
	}
	if r.Manifests == nil {
		return nil, nil
	}
	all := make([]verify.List, 0, len(r.Manifests))
	for _, l := range r.Manifests {
		given := verify.List{Path: string(l.Path), File: string(l.File)}
		if l.Bytes != nil {
			given.Content, given.Before = []byte(*l.Bytes), l.Before
		}
		if l.Span != nil {
			var err error
			if given.Span, given.Size, err = l.Span.read(); err != nil {
				return nil, err
			}
		}
		if l.Entries != nil {
			var err error
			given.Entries, r.blocks, err = l.Entries.cut(r.blocks, list.Options{Algorithm: a, Backslash: r.Backslash})
			if err != nil {
				return nil, err
			}
		}
		all = append(all, given)
	}
	return all, nil
}

// entry returns an entry that has these digests.
func (d digests) entry(name string, untagged digest.Algorithm) (list.Entry, error) {
	all := make([]list.Digest, 0, len(d))
	for _, pair := range d {
		a, ok := digest.ByName(pair[0])
		if !ok && pair[0] != "" {
			return list.Entry{}, unknownAlgorithm("", pair[0])
		}
		all = append(all, list.Digest{Algorithm: a, Hex: pair[1]})
	}
	return list.NewEntry(1, name, all, list.Options{Algorithm: untagged})
}

func plain(all []Text) (texts []string) {
	for _, t := range all {
		texts = append(texts, string(t))
	}
	return texts
}

// unknownAlgorithm returns the error about a name. What is before it says which argument has it.
func unknownAlgorithm(before, name string) error {
	return problem.New(problem.UnknownAlgorithm, "%sunknown algorithm %q (supported: %s)", before, name, digest.Names())
}

// formatByName returns the format with this name, nil for "". The argument is for the error.
func formatByName(argument, name string) (*list.Format, error) {
	if name == "" {
		return nil, nil
	}
	f, ok := list.FormatByName(name)
	if !ok {
		return nil, problem.New(problem.UnknownFormat, "%s: unknown list format %q (known: %s)", argument, name, list.FormatNames())
	}
	return f, nil
}

// algorithmByName returns the algorithm with this name, Unknown for "".
func algorithmByName(name string) (digest.Algorithm, error) {
	if name == "" {
		return digest.Unknown, nil
	}
	a, ok := digest.ByName(name)
	if !ok {
		return a, unknownAlgorithm("algorithm: ", name)
	}
	return a, nil
}
