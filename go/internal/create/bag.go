package create

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/checksig/checksig/go/internal/bag"
	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// bagging is a settled request for a bag. Its root is the bag, whose payload is in data
// already, or will be moved there.
type bagging struct {
	job.Settled
	algorithms []digest.Algorithm // at least one; each has its manifests
	force      bool
	inPlace    bool
	toMove     bool // the payload is not in data yet
}

func settleBag(r Request) (*bagging, error) {
	bad := func(what string) (*bagging, error) {
		return nil, problem.New(problem.InvalidArgument, "%s", what)
	}
	switch {
	case r.Output != "":
		return bad("output can't be combined with bagit: a bag's files have fixed names")
	case r.Format != nil:
		return bad("list_format can't be combined with bagit: a bag has manifests of its own format")
	case r.All:
		return bad("all can't be combined with bagit: a bag lists every file")
	case len(r.AllowLinksTo) > 0:
		return bad("allow_links_to can't be combined with bagit: a bag holds all its files")
	case r.InPlace && r.Force:
		return bad("force can't be combined with in_place: a bag is not put into a bag")
	}
	all, err := distinct(r.Algorithms)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		all = []digest.Algorithm{digest.SHA512} // as RFC 8493 recommends
	}
	b := &bagging{algorithms: all, force: r.Force, inPlace: r.InPlace}
	b.Settled, err = r.Request.Settle()
	return b, err
}

// run reads all files first. Only when nothing can fail but the storage, it moves and
// writes files.
func (b *bagging) run(ctx context.Context, j *job.Job) (s job.Summary, err error) {
	root, err := j.OpenRoot(ctx, b.Settled)
	if err != nil {
		return s, err
	}
	defer root.Close()
	if err := j.Call(ctx, b.prepare); err != nil {
		return s, err
	}
	l := newListing(&j.Meter, b.algorithms)
	find := func(ctx context.Context, l *listing, stop func()) error { return b.find(ctx, j, root, l, stop) }
	if err := l.fill(ctx, j, root, b.Options, find); err != nil {
		return s, err
	}
	return b.conclude(ctx, j, l)
}

// prepare checks that a bag can be made here, and completes an earlier move.
func (b *bagging) prepare() error {
	m := mover{b.Root.At}
	if err := m.checkMarker(); err != nil {
		return b.Root.In(marker).Failed(problem.InvalidBag, "%v", err)
	}
	switch {
	case m.isInterrupted() && !b.inPlace:
		return b.Root.Failed(problem.InvalidBag, "turning this directory into a bag was interrupted; create --bagit --in-place completes it (if %s or %s is a file or directory of your own, rename it)", staging, marker)
	case m.isInterrupted():
		if err := m.moveIn(); err != nil {
			return b.Root.Failed(problem.OutputUnwritable, "%v; its files are in %q or where they were; run it again", err, staging)
		}
		b.force = true // to replace what the earlier run has written
	case b.inPlace:
		if _, err := os.Lstat(b.at(bag.Declaration)); err == nil {
			return b.Root.In(bag.Declaration).Failed(problem.InvalidBag, "the directory is a bag already")
		}
		b.toMove = true
		return nil
	}
	info, err := os.Lstat(b.at(bag.Payload))
	switch isMissing := err != nil || !info.IsDir(); {
	case isMissing && b.inPlace:
		return b.Root.In(marker).Failed(problem.InvalidBag, "says that a bag was being made here, but there is no directory %q; rename this file if it is your own, or remove it", bag.Payload)
	case isMissing:
		return b.Root.Failed(problem.InvalidBag, "no directory %q for the payload (--in-place moves all files there)", bag.Payload)
	}
	return b.checkTagFiles()
}

// checkTagFiles returns an error for tag files that would be replaced or would no longer
// be true.
func (b *bagging) checkTagFiles() error {
	entries, err := os.ReadDir(b.Root.At)
	if err != nil {
		return b.Root.Failed(problem.RootUnreadable, "%s", problem.Reason(err))
	}
	for _, e := range entries {
		name := e.Name()
		isOurs := b.isManifest(name) || name == bag.Declaration
		switch {
		case isOurs && !b.force:
			return b.Root.In(name).Failed(problem.OutputExists, "already exists")
		case isOurs && !e.Type().IsRegular():
			return b.Root.In(name).Failed(problem.OutputNotRegular, "not a regular file, refusing to replace it")
		case !isOurs && bag.IsManifest(name):
			return b.Root.In(name).Failed(problem.InvalidBag, "a manifest of an earlier bag; remove it first")
		case name == bag.Fetch:
			return b.Root.In(name).Failed(problem.InvalidBag, "a new bag has all its files; fetch them and remove %s first", bag.Fetch)
		}
	}
	return nil
}

func (b *bagging) at(name string) string { return filepath.Join(b.Root.At, name) }

func manifest(a digest.Algorithm, isTag bool) string {
	return bag.ManifestName(bag.Spelling(a), isTag)
}

// isManifest reports whether a name is that of a manifest that the bag writes.
func (b *bagging) isManifest(name string) bool {
	return slices.ContainsFunc(b.algorithms, func(a digest.Algorithm) bool {
		return name == manifest(a, false) || name == manifest(a, true)
	})
}

// find adds the files of the payload, and the tag files that are there. Nothing is read
// in vain after it has found what a bag can't hold.
func (b *bagging) find(ctx context.Context, j *job.Job, root *tree.Root, l *listing, stop func()) error {
	var unfit []string
	var linked []tree.Node
	refuse := func(n tree.Node) {
		unfit = append(unfit, fmt.Sprintf("%s (%s)", problem.Quoted(n.Name), n.Kind()))
		stop()
	}
	hasPayload := false
	visit := func(nodes []tree.Node) error {
		l.add(slices.DeleteFunc(nodes, func(n tree.Node) bool {
			switch isPayload := b.isPayload(n.Name); {
			case !isPayload:
				return !n.Type.IsRegular() || b.isWritten(n.Name) || isPart(n.Name)
			case n.Type.IsRegular():
				hasPayload = true
				return false
			case n.Type&fs.ModeSymlink != 0:
				linked = append(linked, n)
			default:
				refuse(n)
			}
			return true
		}))
		return nil
	}
	unread := unreadable{stop: stop}
	if err := root.Walk(ctx, j.Crew(b.Options), visit, unread.note); err != nil {
		return cancelledOr(ctx, err)
	}
	if unread.err != nil {
		return unread.failure(b.Root)
	}
	links := newLinks(root, nil)
	slices.SortFunc(linked, byName)
	for _, n := range linked {
		isFit := false
		switch followed := j.Share.Do(ctx, func() { isFit = b.isFitLink(links, n) }); {
		case !followed:
			return problem.ErrCancelled
		case isFit:
			hasPayload = true
			l.add([]tree.Node{n})
		default:
			refuse(n)
		}
	}
	slices.Sort(unfit)
	switch {
	case len(unfit) > 0:
		return b.Root.Failed(problem.InvalidBag, "not written: a bag can hold regular files, and links that lead to them, but not %s",
			leftOf(0, unfit, func(s string) string { return s }).some())
	case !hasPayload:
		return b.Root.Failed(problem.NoFiles, "not written: no files to list")
	}
	return nil
}

func (b *bagging) isPayload(name string) bool { return b.toMove || bag.IsPayload(name) }

// isWritten reports whether a bag writes a tag file itself.
func (b *bagging) isWritten(name string) bool {
	return name == bag.Declaration || name == bag.Latest.InfoName() || name == marker || b.isManifest(name)
}

// isFitLink reports whether a link leads to a file beneath the root, and still does if
// both move. The file must not be one that the bag writes.
func (b *bagging) isFitLink(l *links, n tree.Node) bool {
	if target, err := os.Readlink(b.at(n.Name)); err != nil || filepath.IsAbs(target) {
		return false
	}
	if target, err := l.root.Resolve(n.Name); err != nil || !b.toMove && b.isWritten(target) {
		return false
	}
	_, err := l.follow(n.Name)
	return err == nil
}

// conclude writes the bag, or delivers the results that prevent it.
func (b *bagging) conclude(ctx context.Context, j *job.Job, l *listing) (job.Summary, error) {
	s := job.Summary{OK: true, Algorithms: b.algorithms}
	if isWeak(b.algorithms) {
		s.Warnings = append(s.Warnings, verdict.Weak(b.algorithms...))
	}
	for _, i := range l.inOrder() {
		status, detail := verdict.Of(l.err(i))
		if reason := b.unlistable(l.name(i)); status == verdict.OK && reason != "" {
			status, detail = verdict.Unreadable, reason
		}
		s.Counts[status]++
		if status != verdict.OK {
			s.OK = false
			j.Deliver(ctx, []verdict.Result{l.failure(i, status, detail)})
		}
	}
	if !s.OK {
		return s, nil
	}
	if !j.Commit() {
		return s, problem.ErrCancelled
	}
	s.Output, s.Outputs = b.Root.Shown, []string{b.Root.Shown}
	return s, b.write(l)
}

// unlistable returns why a manifest can't list a file, or "".
func (b *bagging) unlistable(name string) string {
	if !utf8.ValidString(name) {
		return "the name is not valid UTF-8, as a manifest has to be"
	}
	for _, a := range b.algorithms {
		if len(bag.Line(strings.Repeat("0", 2*a.Size()), b.inBag(name))) > list.MaxLine {
			return compose.TooLong
		}
	}
	return ""
}

// inBag returns the name that a file has in the bag.
func (b *bagging) inBag(name string) string {
	if b.toMove {
		return bag.Payload + "/" + name
	}
	return name
}

// write moves the payload and writes the tag files. The declaration comes last: without
// it, nothing takes the directory for a bag.
func (b *bagging) write(l *listing) error {
	m := mover{b.Root.At}
	if b.toMove {
		if err := m.moveIn(); err != nil {
			if undone := m.moveBack(); undone != nil {
				return b.Root.Failed(problem.OutputUnwritable, "%v; its files are in %q or where they were: %v; run it again", err, staging, undone)
			}
			return b.Root.Failed(problem.OutputUnwritable, "not written: %v; nothing has changed", err)
		}
	}
	if err := b.writeTagFiles(l); err != nil {
		return err
	}
	if !b.inPlace {
		return nil
	}
	if err := m.finish(); err != nil {
		return b.Root.Failed(problem.OutputUnwritable, "the bag is complete, but %v", err)
	}
	return nil
}

func (b *bagging) writeTagFiles(l *listing) error {
	tags := tagFiles{}
	var bytes, files int64
	order := l.inOrder()
	for _, i := range order {
		if b.isPayload(l.name(i)) {
			bytes, files = bytes+l.sizeOf(i), files+1
			continue
		}
		tags[l.name(i)] = map[digest.Algorithm]string{}
		for _, a := range b.algorithms {
			tags[l.name(i)][a] = l.hex(i, a)
		}
	}
	for _, a := range b.algorithms {
		if err := b.put(manifest(a, false), tags, func(w *bufio.Writer) { b.writePayload(w, l, order, a) }); err != nil {
			return err
		}
	}
	before, err := b.infoBefore()
	if err != nil {
		return err
	}
	info, err := bag.InfoText(before, bytes, files, time.Now().Format(time.DateOnly))
	if err != nil {
		return b.Root.In(bag.Latest.InfoName()).Failed(problem.InvalidBag, "%v", err)
	}
	if err := b.put(bag.Latest.InfoName(), tags, func(w *bufio.Writer) { w.WriteString(info) }); err != nil {
		return err
	}
	declaration := bag.DeclarationText()
	h := b.hashes()
	io.WriteString(h.all, declaration)
	tags[bag.Declaration] = h.sums()
	for _, a := range b.algorithms {
		if err := b.put(manifest(a, true), nil, func(w *bufio.Writer) { tags.write(w, a) }); err != nil {
			return err
		}
	}
	return b.put(bag.Declaration, nil, func(w *bufio.Writer) { w.WriteString(declaration) })
}

// writePayload writes the lines of a payload manifest.
func (b *bagging) writePayload(w *bufio.Writer, l *listing, order []int, a digest.Algorithm) {
	for _, i := range order {
		if name := l.name(i); b.isPayload(name) {
			w.WriteString(bag.Line(l.hex(i, a), b.inBag(name)))
		}
	}
}

// tagFiles are the digests of the files outside of the payload, in hex.
type tagFiles map[string]map[digest.Algorithm]string

// write writes the lines of a tag manifest.
func (t tagFiles) write(w *bufio.Writer, a digest.Algorithm) {
	for _, name := range slices.Sorted(maps.Keys(t)) {
		w.WriteString(bag.Line(t[name][a], name))
	}
}

// hashes compute the digests of one text.
type hashes struct {
	each map[digest.Algorithm]hash.Hash
	all  io.Writer
}

func (b *bagging) hashes() hashes {
	h := hashes{each: map[digest.Algorithm]hash.Hash{}}
	var all []io.Writer
	for _, a := range b.algorithms {
		h.each[a] = a.New()
		all = append(all, h.each[a])
	}
	h.all = io.MultiWriter(all...)
	return h
}

func (h hashes) sums() map[digest.Algorithm]string {
	sums := map[digest.Algorithm]string{}
	for a, one := range h.each {
		sums[a] = hex.EncodeToString(one.Sum(nil))
	}
	return sums
}

const mostInfo = 1 << 20 // bytes of a bag-info.txt that is kept

// infoBefore returns the bag-info.txt that is there, or "".
func (b *bagging) infoBefore() (string, error) {
	f, err := tree.OpenPath(b.at(bag.Latest.InfoName()))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", b.unwritable(bag.Latest.InfoName(), err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostInfo+1))
	if err == nil && len(text) > mostInfo {
		err = errors.New("larger than " + strconv.Itoa(mostInfo) + " bytes")
	}
	if err != nil {
		return "", b.unwritable(bag.Latest.InfoName(), err)
	}
	return string(text), nil
}

// put writes a tag file in one step, and adds its digests to tags unless that is nil.
func (b *bagging) put(name string, tags tagFiles, write func(*bufio.Writer)) error {
	if err := before("write " + name); err != nil {
		return b.unwritable(name, err)
	}
	out, err := openChecked(b.at(name), true, anyFile)
	if err != nil {
		return b.Root.In(name).AsShown(err)
	}
	defer out.discard()
	h := b.hashes()
	text := bufio.NewWriter(io.MultiWriter(out.part, h.all))
	write(text)
	err = text.Flush()
	if err == nil {
		err = syncFile(out.part)
	}
	if tags != nil {
		tags[name] = h.sums()
	}
	return b.Root.In(name).AsShown(out.place(err, func() bool { return true }))
}

// anyFile allows for replacing what checkTagFiles has found to be the bag's own.
func anyFile(string, fs.FileInfo) error { return nil }

func (b *bagging) unwritable(name string, err error) error {
	return b.Root.In(name).AsShown(unwritable(b.at(name), err))
}
