// Package bag reads and writes the tag files of bags, as RFC 8493 (BagIt 1.0) and the
// drafts 0.93 to 0.97 describe them.
//
// The package opens tag files only through its caller, and never a payload file. What
// can't be a bag is an error; a line that can't be read is malformed, as in any list.
package bag

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// Names of tag files, and of the directory with the payload.
const (
	Declaration = "bagit.txt"
	Fetch       = "fetch.txt"
	Payload     = "data"
)

// Bag is what the tag files of a bag say.
type Bag struct {
	Version Version
	Payload []*Manifest // in the order of their names
	Tags    []*Manifest // tag manifests, likewise
	Fetch   *FetchList  // nil: there is none
	Info    *Info       // nil: there is none
}

// Manifest is a payload manifest or a tag manifest.
type Manifest struct {
	Name      string
	Algorithm digest.Algorithm // Unknown: not supported
	Spelling  string           // of the algorithm, in the name
	Entries   []list.Entry     // with cleaned names, in the order of the lines
	Malformed []list.Malformed
	Outside   []Outside
	Odd       []string // names as written, with "./" or "//"
}

// Outside is a line whose name leads out of the bag, by its text.
type Outside struct {
	Name string
	Line int32
}

// FetchList is what fetch.txt says.
type FetchList struct {
	Files     []Fetched
	Malformed []list.Malformed
	Outside   []Outside
}

// Fetched is a payload file and where to get it.
type Fetched struct {
	Name, URL string
	Line      int32
}

// Error is the reason why a directory can't be read as a bag. File is the tag file at
// fault.
type Error struct {
	File   string
	Line   int32 // 1-based; 0: the whole file
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.File, e.Reason) }

// Opener opens a tag file.
type Opener func(name string) (io.ReadCloser, error)

// Read reads the tag files of a bag. names are those of all files directly in it. An
// error that is not an [*Error] comes from a file.
func Read(names []string, open Opener) (*Bag, error) {
	b := &Bag{}
	r, err := declared(open, &b.Version)
	if err != nil {
		return nil, err
	}
	names = slices.Sorted(slices.Values(names))
	for _, name := range names {
		switch spelling, isTag, ok := manifestName(name); {
		case name == Fetch:
			b.Fetch, err = r.fetchList()
		case name == b.Version.InfoName():
			b.Info, err = r.info(name)
		case !ok:
		case isTag:
			err = r.add(&b.Tags, name, spelling, isTag)
		default:
			err = r.add(&b.Payload, name, spelling, isTag)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(b.Payload) == 0 {
		return nil, &Error{File: Declaration, Reason: "the bag has no payload manifest, such as manifest-sha256.txt"}
	}
	return b, nil
}

// MostManifests is the largest number of payload manifests, and of tag manifests.
const MostManifests = 64

func (r *reader) add(all *[]*Manifest, name, spelling string, isTag bool) error {
	if len(*all) == MostManifests {
		return &Error{File: name, Reason: fmt.Sprintf("the bag has more than %d manifests", MostManifests)}
	}
	m, err := r.manifest(name, spelling, isTag)
	*all = append(*all, m)
	return err
}

// manifestName takes the name of a manifest apart. Names that differ only in case are
// manifests too.
func manifestName(name string) (algorithm string, isTag, ok bool) {
	lower := strings.ToLower(name)
	rest, isTag := strings.CutPrefix(lower, "tagmanifest-")
	if !isTag {
		if rest, ok = strings.CutPrefix(lower, "manifest-"); !ok {
			return "", false, false
		}
	}
	algorithm, ok = strings.CutSuffix(rest, ".txt")
	return algorithm, isTag, ok && algorithm != ""
}

// IsManifest reports whether a file directly in a bag is a payload manifest or a tag
// manifest, by its name.
func IsManifest(name string) bool {
	_, _, ok := manifestName(name)
	return ok
}

// IsTagManifest reports whether a file directly in a bag is a tag manifest.
func IsTagManifest(name string) bool {
	_, isTag, ok := manifestName(name)
	return ok && isTag
}

// algorithmOf returns the algorithm that a manifest's name has, in any usual spelling or
// as RFC 8493 writes it: without anything but letters and digits.
func algorithmOf(spelling string) digest.Algorithm {
	if a, ok := digest.ByName(spelling); ok {
		return a
	}
	for _, a := range digest.All() {
		if a.Listed() && Spelling(a) == spelling {
			return a
		}
	}
	return digest.Unknown
}

// Spelling returns the name of an algorithm as in the name of a manifest.
func Spelling(a digest.Algorithm) string {
	return strings.NewReplacer("-", "", "_", "", "/", "").Replace(a.String())
}
