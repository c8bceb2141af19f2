package create

import (
	"path/filepath"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
)

// settleAlgorithm returns the algorithm of a new list, and what writes its entries. A
// reader of the list knows its name and the length of its digests; if they don't tell
// the algorithm, each line has a tag.
func settleAlgorithm(r Request) (digest.Algorithm, func(*list.Entry) []byte, error) {
	said := list.Said{}
	if r.Output != "" {
		said = list.SaidByName(filepath.Base(r.Output))
	}
	a, err := algorithmBy(said, r)
	if err != nil {
		return a, nil, err
	}
	if read, ok := said.BySize(a.Size()); r.Output != "" && (!ok || read != a) {
		return a, list.Coreutils.WriteTagged, nil
	}
	return a, list.Coreutils.Write, nil
}

// algorithmBy returns the algorithm that the request and the name of its output agree on.
func algorithmBy(said list.Said, r Request) (digest.Algorithm, error) {
	a, given := r.Algorithm, r.Algorithm != digest.Unknown
	switch {
	case said.Foreign != nil && !given:
		return a, problem.New(problem.InvalidArgument, "the name of output %s says %v, an algorithm that is not supported (supported: %s)",
			problem.Quoted(r.Output), said, digest.Names())
	case given && said.Denies(a):
		return a, problem.New(problem.InvalidArgument, "the name of output %s says %v, but algorithm is %v", problem.Quoted(r.Output), said, a)
	case given:
		return a, nil
	case said.Series != digest.NoSeries:
		return said.Series.Usual(), nil
	case said.Algorithm != digest.Unknown:
		return said.Algorithm, nil
	case said.Last != digest.Unknown:
		return said.Last, nil
	}
	return digest.SHA256, nil
}
