package create

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/checksig/checksig/go/internal/compose"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
)

// settleTargets returns the lists to write, before they have their full paths: one with
// all digests at the path of the output, or in the root one for each algorithm.
func settleTargets(r Request) ([]*target, error) {
	given, err := distinct(r.Algorithms)
	if err != nil {
		return nil, err
	}
	if r.Format != nil && !r.Format.Writes() {
		return nil, NotWritten(r.Format)
	}
	if r.Output != "" {
		return one(r.Output, given, r.Format)
	}
	switch r.Format {
	case &list.SFV, &list.Hashdeep:
		return one("checksums."+r.Format.Name, given, r.Format)
	case &list.Record, &list.Gentoo, &list.Distinfo, &list.Mtree:
		return nil, problem.New(problem.InvalidArgument, "list_format %s needs an output: such a list has no name by which it is found", r.Format.Name)
	}
	if len(given) == 0 {
		given = []digest.Algorithm{digest.SHA256}
	}
	var all []*target
	for _, a := range given {
		t, err := newTarget(strings.ToUpper(a.String())+"SUMS", []digest.Algorithm{a}, r.Format)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func one(path string, given []digest.Algorithm, f *list.Format) ([]*target, error) {
	t, err := newTarget(path, given, f)
	return []*target{t}, err
}

// distinct returns algorithms in their order, each once.
func distinct(given []digest.Algorithm) (all []digest.Algorithm, err error) {
	for _, a := range given {
		if err := a.Check(); err != nil {
			return nil, err
		}
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all, nil
}

// NotWritten returns the error about a format of which lists are only read.
func NotWritten(f *list.Format) error {
	return problem.New(problem.UnknownFormat, "lists of the format %q can't be written (known: %s)", f.Name, list.WrittenNames((*list.Format).Writes))
}

// newTarget returns a list of which a reader knows the algorithms by its name, the length
// of its digests and its lines. The path, the algorithms and the format have to agree;
// what is not given follows from the others.
func newTarget(path string, given []digest.Algorithm, f *list.Format) (*target, error) {
	name := filepath.Base(path)
	if said := list.FormatBySuffix(name); f == nil {
		f = said
	} else if said != nil && said != f {
		return nil, problem.New(problem.InvalidArgument, "the name of output %s says the list format %s, but list_format is %s", problem.Quoted(path), said.Name, f.Name)
	}
	if f == nil {
		f = &list.Coreutils
	}
	said := list.SaidByName(name)
	if said.Foreign != nil && len(given) == 0 {
		return nil, problem.New(problem.InvalidArgument, "the name of output %s says %v, an algorithm that is not supported (supported: %s)",
			problem.Quoted(path), said, digest.Names())
	}
	if len(given) == 0 {
		given = []digest.Algorithm{usual(said, f)}
	}
	t := &target{path: paths.Path{Shown: path}, algorithms: given, writer: compose.Writer{To: f, Name: name, Tagged: len(given) > 1}}
	return t, t.agrees(said)
}

// agrees returns an error if the path, the format and the algorithms of a list
// contradict each other. said is what its name says.
func (t *target) agrees(said list.Said) error {
	f, bad := t.writer.To.Name, func(format string, args ...any) error {
		return problem.New(problem.InvalidArgument, format, args...)
	}
	several := len(t.algorithms) > 1
	for _, a := range t.algorithms {
		err := a.Check()
		switch {
		case err != nil:
			return err
		case !t.writer.Has(a):
			return bad("a list of the format %s has no digests of %v; give another algorithm, or another format or name of the output", f, a)
		case said.Denies(a) && several:
			return bad("the name of output %s says %v, but algorithm is %v; give another name, or no output for one list per algorithm",
				problem.Quoted(t.path.Shown), said, a)
		case said.Denies(a):
			return bad("the name of output %s says %v, but algorithm is %v", problem.Quoted(t.path.Shown), said, a)
		case several && !t.writer.To.HoldsSeveral():
			return bad("a list of the format %s has one digest of each file, but algorithm is %s; give one algorithm, or one of the formats with several (%s)",
				f, compose.Names(t.algorithms), list.WrittenNames((*list.Format).HoldsSeveral))
		case !t.writer.Tells(a) && said.Algorithm == a:
			return bad("a list of the format %s is always read as another algorithm than %v; give another algorithm, or another format", f, a)
		case !t.writer.Tells(a):
			return bad("a list of the format %s does not say that its digests are of %v; name the output so that it does, such as x.%v", f, a, a)
		}
	}
	return nil
}

// usual returns the algorithm of a list for which none is given.
func usual(said list.Said, f *list.Format) digest.Algorithm {
	switch {
	case said.Series != digest.NoSeries:
		return said.Series.Usual()
	case said.Algorithm != digest.Unknown:
		return said.Algorithm
	case said.Last != digest.Unknown:
		return said.Last
	case f == &list.SFV:
		return digest.CRC32
	}
	return digest.SHA256
}
