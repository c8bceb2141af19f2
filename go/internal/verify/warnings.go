package verify

import (
	"fmt"
	"strings"

	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// warnings returns what the user should know although it does not fail the run.
func (p policy) warnings(all *plan, counts verdict.Counts) (warnings []problem.Warning) {
	warn := func(c problem.WarningCode, format string, args ...any) {
		warnings = append(warnings, problem.Warn(c, format, args...))
	}
	if all.excluded > 0 {
		warn(problem.EntriesExcluded, "%s excluded", entries(int64(all.excluded)))
	}
	if len(all.empty) > 0 && p.lenient {
		warn(problem.EmptyList, "%s without entries ignored: %s", problem.Count(len(all.empty), "list", "lists"), someOf(all.empty))
	}
	if counts[verdict.OK] == 0 && !all.isPart {
		warn(problem.NothingVerified, "no file was verified")
	}
	if n := counts[verdict.Malformed] - int64(len(all.empty)); n > 0 && p.lenient {
		warn(problem.MalformedLines, "%s ignored", problem.Count(n, "malformed line", "malformed lines"))
	}
	if n := len(all.skipped); n > 0 {
		warn(problem.ListsSkipped, "%s", skippedLists(all.skipped))
	}
	if n := len(all.named); n > 0 {
		warn(problem.NameFromList, "%s", namedByList(all.named))
	}
	if n := len(all.undigested); n > 0 {
		warn(problem.NoDigest, "%s", withoutDigest(all.undigested))
	}
	if n := len(all.unused); n > 0 {
		warn(problem.ListsLeftOut, "%s", unusedLists(all.unused))
	}
	if all.links.count > 0 {
		warnings = append(warnings, all.links.warning())
	}
	if all.bag != nil {
		warnings = append(warnings, all.bag.warnings()...)
	}
	if len(all.weak) > 0 {
		warnings = append(warnings, verdict.Weak(all.weak...))
	}
	return warnings
}

// unusedLists names the lists in the root that the run has not used.
func unusedLists(names []string) string {
	if len(names) == 1 {
		return "1 list in the root was not used: " + someOf(names)
	}
	return fmt.Sprintf("%d lists in the root were not used: %s", len(names), someOf(names))
}

// skippedLists names the files that are named like lists and are none.
func skippedLists(names []string) string {
	if len(names) == 1 {
		return "1 file has the name of a list, but no entry, and was not used: " + someOf(names)
	}
	return fmt.Sprintf("%d files have names of lists, but no entries, and were not used: %s", len(names), someOf(names))
}

// namedByList names the lists whose entry is the file that they are named for.
func namedByList(names []string) string {
	if len(names) == 1 {
		return "1 list names no file, so its digest is that of the file it is named for: " + someOf(names)
	}
	return fmt.Sprintf("%d lists name no files, so their digests are those of the files they are named for: %s", len(names), someOf(names))
}

// withoutDigest names the files that are listed, and can't be verified by that.
func withoutDigest(names []string) string {
	if len(names) == 1 {
		return "1 listed file was not verified, because its list has no digest of it or says that it is elsewhere: " + someOf(names)
	}
	return fmt.Sprintf("%d listed files were not verified, because their lists have no digest of them or say that they are elsewhere: %s", len(names), someOf(names))
}

// stoppedEarly returns the warning that a failure ended the run.
func stoppedEarly(unjudged int64) problem.Warning {
	return problem.Warn(problem.StoppedEarly, "stopped after the first failure: %s not verified", entries(unjudged))
}

func entries(n int64) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

const mostSome = 10 // names in a warning

// someOf returns the first names, and the number of the others.
func someOf(names []string) string {
	text := strings.Join(firstOf(names), ", ")
	if more := len(names) - mostSome; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// firstOf returns the first names as a warning has them.
func firstOf(names []string) (quoted []string) {
	for _, name := range names[:min(mostSome, len(names))] {
		quoted = append(quoted, problem.Quoted(name))
	}
	return quoted
}
