package create

import (
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/paths"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
)

const mostNamed = 5 // names in a warning

// left is what a warning says.
type left job.LeftOut

func leftOf[T any](code problem.WarningCode, all []T, text func(T) string) left {
	return left{code, len(all), first(all, text)}
}

// first returns the texts of the first few of all.
func first[T any](all []T, text func(T) string) (names []string) {
	for _, one := range all[:min(mostNamed, len(all))] {
		names = append(names, text(one))
	}
	return names
}

func (f *found) linksLeftOut() left { return leftOf(problem.LinksLeftOut, f.out, problem.Quoted) }

func (f *found) filesLeftOut() left {
	return leftOf(problem.FilesLeftOut, f.left, func(n tree.Node) string {
		return fmt.Sprintf("%s (%s)", problem.Quoted(n.Name), n.Kind())
	})
}

func (f *found) listsLeftOut() left { return leftOf(problem.ListsLeftOut, f.lists, problem.Quoted) }

// leftOut returns what the warnings say.
func (f *found) leftOut() (all []job.LeftOut) {
	for _, l := range []left{f.linksLeftOut(), f.filesLeftOut(), f.listsLeftOut()} {
		if l.Count > 0 {
			all = append(all, job.LeftOut(l))
		}
	}
	return all
}

// some returns the first names, as text.
func (l left) some() string {
	names := strings.Join(l.First, ", ")
	if l.Count > len(l.First) {
		names += ", …"
	}
	return names
}

// linksOut names links that lead outside the root, and says what became of them.
func (l left) linksOut(became string) string {
	what := "1 link that leads outside the root"
	if l.Count > 1 {
		what = fmt.Sprintf("%d links that lead outside the root", l.Count)
	}
	return fmt.Sprintf("%s%s: %s", what, became, l.some())
}

// warning returns the warning that says it.
func (l left) warning() problem.Warning {
	one, many := "", ""
	switch l.Code {
	case problem.LinksLeftOut:
		return problem.Warn(l.Code, "%s", l.linksOut(" left out"))
	case problem.FilesLeftOut:
		one = "1 name left out, not a regular file beneath the root, so verify --extra will report it (--extra=files won't)"
		many = "%d names left out, not regular files beneath the root, so verify --extra will report them (--extra=files won't)"
	default:
		one = "1 file left out, a checksum list or its signature (--all lists it)"
		many = "%d files left out, checksum lists or their signatures (--all lists them)"
	}
	if l.Count > 1 {
		one = fmt.Sprintf(many, l.Count)
	}
	return problem.Warn(l.Code, "%s: %s", one, l.some())
}

// warnings returns those about what is not a regular file beneath the root.
func (f *found) warnings() (warnings []problem.Warning) {
	if len(f.out) > 0 {
		warnings = append(warnings, f.linksLeftOut().warning())
	}
	if len(f.left) > 0 {
		warnings = append(warnings, f.filesLeftOut().warning())
	}
	if f.excluded == 1 {
		warnings = append(warnings, problem.Warn(problem.EntriesExcluded, "1 file that was named is excluded"))
	} else if f.excluded > 1 {
		warnings = append(warnings, problem.Warn(problem.EntriesExcluded, "%d files that were named are excluded", f.excluded))
	}
	return warnings
}

// nothing returns the error that there is nothing to list.
func (f *found) nothing(output paths.Path) error {
	return nothing(output, f.linksLeftOut(), f.listsLeftOut(), f.excludes)
}

func nothing(output paths.Path, links, lists left, excludes bool) error {
	if links.Count > 0 {
		return output.Failed(problem.OnlyLinksOutside, "not written: no files to list, only %s", links.linksOut(""))
	}
	if lists.Count > 0 {
		return output.Failed(problem.NoFiles, "not written: no files to list but %s (--all lists them)", lists.some())
	}
	if excludes {
		return output.Failed(problem.NoFiles, "not written: no files to list that are not excluded")
	}
	return output.Failed(problem.NoFiles, "not written: no files to list")
}
