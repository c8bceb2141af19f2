package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/bag"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// bagPlan is what a bag adds to a plan.
type bagPlan struct {
	version  bag.Version
	findings []verdict.Result  // that need no digest, in the order in which they are reported
	odd      []string          // names that a manifest writes in another way than usual
	others   []string          // files that were taken for a name that differs in form
	urls     map[string]string // of files in fetch.txt
	missing  []string          // those of them that are missing
}

// place is the line of an entry in another manifest.
type place struct {
	manifest string
	line     int32
}

// isBag reports whether a root is a bag: it has a declaration, whatever that says, and a
// payload or a manifest of one. A page called bagit.txt alone does not make a bag.
func isBag(ctx context.Context, root *tree.Root) bool {
	info, err := root.Dir().Lstat(bag.Declaration)
	if err != nil || info.IsDir() {
		return false
	}
	if info, err := root.Dir().Lstat(bag.Payload); err == nil && info.IsDir() {
		return true
	}
	names, foreign, err := listNames(ctx, root)
	return err == nil && slices.ContainsFunc(append(names, foreign...), bag.IsManifest)
}

// bagReading is the state while a bag is read.
type bagReading struct {
	*verification
	ctx  context.Context
	root *tree.Root
	read *bag.Bag
	disk *diskFiles
	plan *bagPlan
}

// readBag adds the manifests of a bag to a plan, and what is wrong with the bag as a
// whole, unless only some files are selected. It returns the number of entries.
func (v *verification) readBag(ctx context.Context, root *tree.Root, p *plan, w *wanted) (int, error) {
	if v.reading.Algorithm != digest.Unknown || v.reading.Format != nil {
		return 0, problem.New(problem.InvalidArgument,
			"algorithm and list_format can't be combined with a bag, which says both; give its manifests as lists instead")
	}
	r := &bagReading{verification: v, ctx: ctx, root: root, plan: &bagPlan{urls: map[string]string{}}}
	if err := r.readTagFiles(); err != nil {
		return 0, err
	}
	var err error
	if r.disk, err = r.walk(); err != nil {
		return 0, err
	}
	payload := r.fold(r.read.Payload)
	tags := r.fold(r.read.Tags)
	p.bag = r.plan
	p.unused = r.unusedLists()
	listed := 0
	for _, s := range append(append(payload.sources, tags.sources...), r.others()...) {
		if len(s.Entries)+len(s.Malformed) == 0 {
			continue // all is said by another manifest
		}
		listed += len(s.Entries)
		w.filter(s.List)
		p.sources = append(p.sources, s)
		p.cut(s)
	}
	if len(p.sources) == 0 {
		return 0, r.nothing()
	}
	r.fetch(payload)
	if v.selection.isAll() {
		return listed, r.inspect(payload, tags)
	}
	return listed, nil
}

// unusedLists returns the names of other lists in the bag: its manifests alone are used.
func (r *bagReading) unusedLists() []string {
	names, _, err := listNames(r.ctx, r.root)
	if err != nil {
		return nil // walk has said so
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		isManifest := func(m *bag.Manifest) bool { return m.Name == name }
		return slices.ContainsFunc(r.read.Payload, isManifest) || slices.ContainsFunc(r.read.Tags, isManifest)
	})
	return lists.Among(r.ctx, r.root, names)
}

// nothing returns the error that no manifest has an entry or a malformed line.
func (r *bagReading) nothing() error {
	for _, f := range r.plan.findings {
		if f.Line != 0 {
			reason := fmt.Sprintf("no valid entry: %s: %s", f.Detail, f.Path)
			return &problem.Error{Code: problem.NoEntry, Path: f.Manifest, Line: f.Line, Reason: reason}
		}
	}
	return r.Root.Failed(problem.NoEntry, "the bag lists no files")
}

func (r *bagReading) readTagFiles() error {
	names, err := r.tagFileNames()
	if err != nil {
		return r.Root.Failed(problem.RootUnreadable, "%s", problem.Reason(err))
	}
	last := bag.Declaration
	open := func(name string) (io.ReadCloser, error) {
		last = name
		f, err := tree.WhenReleased(r.ctx, func() (*os.File, error) { return r.root.OpenFile(name) })
		if err != nil {
			return nil, err
		}
		return &cancellableFile{tree.Cancellable{Context: r.ctx, Reader: f}, f}, nil
	}
	r.read, err = bag.Read(names, open)
	var bad *bag.Error
	switch {
	case errors.As(err, &bad):
		return &problem.Error{Code: problem.InvalidBag, Path: r.Root.In(bad.File).Shown, Line: bad.Line, Reason: bad.Reason}
	case r.ctx.Err() != nil:
		return problem.ErrCancelled
	case err != nil:
		return r.Root.In(last).Failed(problem.ListUnreadable, "%s", problem.Reason(err))
	}
	r.plan.version = r.read.Version
	if info, err := r.root.Dir().Lstat(bag.Payload); err != nil || !info.IsDir() {
		return r.Root.Failed(problem.InvalidBag, "the bag has no directory %q for its payload", bag.Payload)
	}
	return r.checkAlgorithms()
}

type cancellableFile struct {
	tree.Cancellable
	io.Closer
}

// tagFileNames returns the names of what is directly in the bag, but for directories.
func (r *bagReading) tagFileNames() (names []string, err error) {
	err = r.root.Entries(r.ctx, func(name string, mode fs.FileMode) {
		if !mode.IsDir() {
			names = append(names, name)
		}
	})
	slices.Sort(names)
	return names, err
}

// checkAlgorithms reports manifests of algorithms that are not supported. It returns an
// error if no payload manifest is of a supported one.
func (r *bagReading) checkAlgorithms() error {
	supported := 0
	for _, m := range slices.Concat(r.read.Payload, r.read.Tags) {
		if m.Algorithm == digest.Unknown {
			r.report(verdict.Result{Path: m.Name, Status: verdict.Unsupported, Detail: fmt.Sprintf("algorithm %q", m.Spelling), Manifest: r.Root.In(m.Name).Shown})
		} else if !bag.IsTagManifest(m.Name) {
			supported++
		}
	}
	if supported == 0 {
		m := r.read.Payload[0]
		return r.Root.In(m.Name).Failed(problem.UnsupportedAlgorithm, "algorithm %q is not supported (supported: %s)", m.Spelling, digest.Names())
	}
	return nil
}

func (r *bagReading) report(one verdict.Result) {
	one.Size = -1
	r.plan.findings = append(r.plan.findings, one)
}

// others returns sources with the malformed lines of tag files other than manifests.
func (r *bagReading) others() (all []*source) {
	if f := r.read.Fetch; f != nil {
		all = append(all, &source{Path: r.Root.In(bag.Fetch), List: &list.List{Malformed: f.Malformed}})
	}
	if i := r.read.Info; i != nil {
		all = append(all, &source{Path: r.Root.In(i.Name), List: &list.List{Malformed: i.Malformed}})
	}
	return all
}

// folded holds the entries of several manifests, with one entry for each file.
type folded struct {
	sources []*source
	files   map[string]foldedFile
}

type foldedFile struct {
	source, entry int
	in            uint64 // the manifests that list it, by their positions
}

// fold puts the digests of a file together, so that it is read once. A file that a
// manifest names twice must have both digests, and the second line is malformed.
func (r *bagReading) fold(manifests []*bag.Manifest) *folded {
	f := &folded{files: map[string]foldedFile{}}
	for i, m := range manifests {
		path := r.Root.In(m.Name)
		s := &source{Path: path, List: &list.List{Malformed: m.Malformed}, also: map[int32][]place{}}
		f.sources = append(f.sources, s)
		for _, o := range m.Outside {
			r.outside(o, path.Shown)
		}
		r.plan.odd = append(r.plan.odd, m.Odd...)
		for _, e := range m.Entries {
			r.nameOnDisk(&e)
			one, known := f.files[e.Name]
			if !known {
				f.files[e.Name] = foldedFile{i, len(s.Entries), 1 << i}
				s.Entries = append(s.Entries, e)
				continue
			}
			first := f.sources[one.source]
			of := &first.Entries[one.entry]
			of.AddDigest(e.Digest(0))
			first.also[of.Line] = append(first.also[of.Line], place{path.Shown, e.Line})
			if one.in&(1<<i) != 0 {
				s.Malformed = append(s.Malformed, bag.Malformed(e.Line, "the manifest names this file twice", e.Name))
			}
			one.in |= 1 << i
			f.files[e.Name] = one
		}
		slices.SortStableFunc(s.Malformed, func(a, b list.Malformed) int { return int(a.Line) - int(b.Line) })
	}
	return f
}

// nameOnDisk gives an entry the name of the file that is meant.
func (r *bagReading) nameOnDisk(e *list.Entry) {
	if r.reading.Backslash {
		e.Name = strings.ReplaceAll(e.Name, `\`, "/")
	}
	if other, ok := r.disk.meant(e.Name); ok {
		r.plan.others = append(r.plan.others, other)
		e.Name = other
	}
}

// outside reports a line whose name leads out of the bag.
func (r *bagReading) outside(o bag.Outside, manifest string) {
	r.report(verdict.Result{Path: o.Name, Status: verdict.OutsideRoot, Detail: "the name is absolute or leads up", Manifest: manifest, Line: o.Line})
}

// fetch remembers where missing files can be fetched.
func (r *bagReading) fetch(payload *folded) {
	if r.read.Fetch == nil {
		return
	}
	path := r.Root.In(bag.Fetch).Shown
	for _, o := range r.read.Fetch.Outside {
		r.outside(o, path)
	}
	for _, f := range r.read.Fetch.Files {
		name := f.Name
		if other, ok := r.disk.meant(name); ok {
			name = other
		}
		r.plan.urls[name] = f.URL
		if _, ok := payload.files[name]; !ok {
			r.report(verdict.Result{Path: name, Status: verdict.NotListed, Detail: "in no payload manifest", Manifest: path, Line: f.Line})
		}
	}
}

// inspect reports what is wrong with the bag as a whole.
func (r *bagReading) inspect(payload, tags *folded) error {
	r.incomplete(payload, tags)
	r.sizes()
	return r.unlisted(payload, tags)
}

// incomplete reports the files that some manifests list, but not all that must.
func (r *bagReading) incomplete(payload, tags *folded) {
	if !r.read.Version.IsRFC() {
		return
	}
	var names []string
	all := uint64(0)
	for i, m := range r.read.Payload {
		if m.Algorithm != digest.Unknown {
			all |= 1 << i
		}
	}
	for name, f := range payload.files {
		if f.in != all {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for i, m := range r.read.Payload {
			if (all&^payload.files[name].in)&(1<<i) != 0 {
				r.lacks(m, name)
			}
		}
	}
	for i, t := range r.read.Tags {
		for _, m := range r.read.Payload {
			if t.Algorithm != digest.Unknown && tags.files[m.Name].in&(1<<i) == 0 {
				r.lacks(t, m.Name)
			}
		}
	}
}

func (r *bagReading) lacks(m *bag.Manifest, name string) {
	r.report(verdict.Result{Path: name, Status: verdict.NotListed, Detail: "not in " + m.Name, Manifest: r.Root.In(m.Name).Shown})
}

// sizes compares the payload with each Payload-Oxum.
func (r *bagReading) sizes() {
	if r.read.Info == nil || len(r.read.Info.Oxums) == 0 {
		return
	}
	bytes, files := r.disk.payload(r.root)
	for _, o := range r.read.Info.Oxums {
		if o.Bytes != bytes || o.Files != files {
			r.report(verdict.Result{
				Path: r.read.Info.Name, Status: verdict.Mismatch, Manifest: r.Root.In(r.read.Info.Name).Shown, Line: o.Line,
				Detail: fmt.Sprintf("Payload-Oxum is %d.%d, but the payload is %d.%d (bytes.files)", o.Bytes, o.Files, bytes, files),
			})
		}
	}
}

// unlisted reports files of the payload that no manifest lists, and with the option for
// extra files also tag files that no tag manifest lists. A link to a directory hides
// what is in it, so it is extra even if a listed name leads through it.
func (r *bagReading) unlisted(payload, tags *folded) error {
	var extra []tree.Node
	unseen := map[string]bool{}
	for _, f := range []*folded{payload, tags} {
		for name := range f.files {
			unseen[name] = true
		}
	}
	var seen []string
	for _, n := range r.disk.nodes {
		isPayload := bag.IsPayload(n.Name)
		switch {
		case unseen[n.Name]:
			delete(unseen, n.Name)
			seen = append(seen, n.Name)
		case isPayload && r.extra == NoExtra, r.extra != NoExtra && r.extra.selects(n) && !r.isOwn(n.Name):
			extra = append(extra, n)
		}
	}
	extra = r.withoutAliases(extra, unseen, seen)
	for _, name := range r.disk.unread {
		r.report(verdict.Result{Path: name.Path, Status: verdict.Unreadable, Detail: name.Detail})
	}
	for _, n := range extra {
		r.report(verdict.Result{Path: n.Name, Status: verdict.Extra, Detail: n.Kind()})
	}
	if r.ctx.Err() != nil {
		return problem.ErrCancelled
	}
	return nil
}

// withoutAliases removes the files that are listed under another name, on file systems
// that ignore case.
func (r *bagReading) withoutAliases(extra []tree.Node, unseen map[string]bool, seen []string) []tree.Node {
	if len(extra) == 0 || len(unseen) == 0 {
		return extra
	}
	names := func(yield func(string) bool) {
		for name := range unseen {
			if !yield(name) {
				return
			}
		}
	}
	meant := r.root.Aliases(r.ctx, names, nodeNames(extra), slices.Values(seen))
	return slices.DeleteFunc(extra, func(n tree.Node) bool { return meant[n.Name] })
}

func nodeNames(nodes []tree.Node) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, n := range nodes {
			if !yield(n.Name) {
				return
			}
		}
	}
}

// isOwn reports whether a file is one that a bag has, or that the caller writes.
func (r *bagReading) isOwn(name string) bool {
	if name == bag.Declaration || name == bag.Fetch || name == r.read.Version.InfoName() {
		return true
	}
	if !strings.Contains(name, "/") && bag.IsManifest(name) {
		return true
	}
	return slices.ContainsFunc(r.outputs, func(o paths.Path) bool {
		own, ok := r.root.NameOf(o.At)
		return ok && own == name
	})
}

// diskFiles holds what is beneath the root, sorted by name.
type diskFiles struct {
	nodes  []tree.Node
	byForm map[string]int // by canonical name: the position of the node; ambiguous if there are several
	unread []verdict.Result
}

const ambiguous = -1

func (r *bagReading) walk() (*diskFiles, error) {
	d := &diskFiles{}
	visit := func(nodes []tree.Node) error {
		d.nodes = append(d.nodes, nodes...)
		return nil
	}
	failed := func(name string, err error) {
		d.unread = append(d.unread, verdict.Result{Path: name, Detail: "can't search for files of the bag: " + problem.Reason(err)})
	}
	if err := r.root.Walk(r.ctx, tree.Alone(), visit, failed); err != nil {
		if r.ctx.Err() != nil {
			return nil, problem.ErrCancelled
		}
		return nil, err
	}
	slices.SortFunc(d.nodes, func(a, b tree.Node) int { return strings.Compare(a.Name, b.Name) })
	return d, nil
}

// meant returns the one file whose name differs from a listed name only in form, if no
// file has the listed name itself.
func (d *diskFiles) meant(listed string) (name string, ok bool) {
	_, exists := slices.BinarySearchFunc(d.nodes, listed, func(n tree.Node, name string) int { return strings.Compare(n.Name, name) })
	if exists {
		return "", false
	}
	if d.byForm == nil {
		d.byForm = make(map[string]int, len(d.nodes))
		for i, n := range d.nodes {
			form := bag.Canonical(n.Name)
			if _, twice := d.byForm[form]; twice {
				i = ambiguous
			}
			d.byForm[form] = i
		}
	}
	i, ok := d.byForm[bag.Canonical(listed)]
	if !ok || i == ambiguous {
		return "", false
	}
	return d.nodes[i].Name, true
}

// payload returns the size of the payload in bytes and files.
func (d *diskFiles) payload(root *tree.Root) (bytes, files int64) {
	opener := root.Opener()
	for _, n := range d.nodes {
		if !bag.IsPayload(n.Name) || !n.Type.IsRegular() && n.Type&fs.ModeSymlink == 0 {
			continue
		}
		if size, err := opener.Size(n.Name); err == nil {
			bytes += size
			files++
		}
	}
	return bytes, files
}

// complete adds to a result where its digest is listed and, if the file is missing,
// where it can be fetched. The caller holds the lock of the order.
func (b *bagPlan) complete(s *source, e *list.Entry, about list.Digest, r *verdict.Result, status verdict.Status) {
	for i := 1; i < e.Digests() && about != e.Digest(0); i++ {
		if e.Digest(i) == about {
			at := s.also[e.Line][i-1]
			r.Manifest, r.Line = at.manifest, at.line
			break
		}
	}
	if url, ok := b.urls[e.Name]; ok && status == verdict.Missing {
		b.missing = append(b.missing, fmt.Sprintf("%s from %s", problem.Quoted(e.Name), url))
		r.Detail = "not fetched from " + url
	}
}

func (b *bagPlan) warnings() (warnings []problem.Warning) {
	if n := len(b.odd); n > 0 {
		warnings = append(warnings, problem.Warn(problem.BagNames, "%s in manifests written with \"./\" or \"//\": %s", problem.Count(n, "name", "names"), someOf(b.odd)))
	}
	if n := len(b.others); n > 0 {
		warnings = append(warnings, problem.Warn(problem.BagNames, "%s taken for a listed name in another normal form, or with other escapes: %s",
			problem.Count(n, "file", "files"), someOf(b.others)))
	}
	if n := len(b.missing); n > 0 {
		slices.Sort(b.missing)
		const most = 10
		text := strings.Join(b.missing[:min(most, n)], ", ")
		if n > most {
			text += fmt.Sprintf(" and %d more", n-most)
		}
		warnings = append(warnings, problem.Warn(problem.NotFetched, "%s of %s not fetched: %s", problem.Count(n, "file", "files"), bag.Fetch, text))
	}
	return warnings
}
