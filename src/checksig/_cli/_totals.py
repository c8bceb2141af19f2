"""What a command counts, and the line that it ends with."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from checksig._cli._exit import Exit
from checksig._report import Status
from checksig._text import count, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._job import ListTally, Tally
    from checksig._report import FileResult, Report

_KIND = itemgetter(1, 2, 7)
"""Of a result: status, fails, manifest."""

MOST_LISTS = 10
"""Lists whose counts are printed."""


class Totals:
    """What the jobs of one command found; each is about a *share* of the whole."""

    def __init__(self, share: str = "root") -> None:
        self._share = share
        self.ok = True
        self.errors = 0
        self.entries = 0
        self.files, self.failed_files = 0, 0
        """By name: a file that several entries name counts once."""
        self.bytes = 0
        self.elapsed = 0.0  # in seconds
        self.counts: Counter[Status] = Counter()
        self.failed: Counter[Status] = Counter()
        """Of `counts`, the verdicts on what lists name that fail the run."""
        self.unlisted: Counter[Status] = Counter()
        """Of `counts`, those on what no list names: extra files, and directories that could not be searched."""
        self.signed = 0
        """Lists whose signature alone was verified."""
        self.empty = 0
        """Lists without entries; `counts` has them as malformed."""
        self.lists: list[ListTally] = []
        self.roots: list[str] = []
        """Those with a verdict."""
        self.bags: list[tuple[str, str]] = []
        """Each root that is a bag, with the version of BagIt."""
        self.stopped = ""
        """Why not every entry has a verdict, if so."""
        self._reasons: list[str] = []
        self._explained: Counter[Status] = Counter()
        """Verdicts that fail the run when the job before ended."""
        self._is_cut_short = False
        """Whether a job ended with an error after verdicts, and so without the number of its files."""

    def note(self, batch: Sequence[FileResult]) -> None:
        """Count verdicts of the job that runs."""
        for (status, fails, manifest), number in Counter(map(_KIND, batch)).items():
            counts = self.unlisted if manifest is None else self.failed
            counts[status] += number * fails
            if status is Status.MALFORMED:
                self.empty += sum(r.line is None and r.manifest == manifest for r in batch if r.status is status)

    def add(self, report: Report, tally: Tally, where: str = "") -> None:
        """Add what one job found, when it ends; *where*, such as `` in ROOT``, distinguishes it from the others."""
        before, self._explained = self._explained, self._failing_counts
        if not report.ok and self._explained == before:
            which = "not every file" if report.counts[Status.OK] else "no file"
            self._reasons.append(f"{which} was verified{where}")
        self.ok = self.ok and report.ok
        self.entries += report.files
        self.files += tally.files
        self.failed_files += tally.failed
        self.lists += tally.lists
        self.roots.append(report.root)
        self.bytes += report.bytes
        self.elapsed += report.elapsed
        self.counts.update(report.counts)
        if report.bag:
            self.bags.append((report.root, report.bag))
        self.stopped = self.stopped or next((str(w) for w in report.warnings if w.code == "stopped_early"), "")

    def add_error(self, never_begun: int, found: Counter[Status] | None = None) -> None:
        """Count a job that ended without a report, and those that it kept from being begun.

        *found* are the verdicts that it had come to and that fail the run; by default, those since the job before.
        """
        self.errors += 1 + never_begun
        found = self._failing_counts - self._explained if found is None else found
        self.counts += found
        self._is_cut_short = self._is_cut_short or bool(found)
        self._explained = self._explained + found

    @property
    def failures(self) -> int:
        """The verdicts so far that fail the run."""
        return self._failing_counts.total()

    @property
    def _failing_counts(self) -> Counter[Status]:
        return self.failed + self.unlisted

    @property
    def exit(self) -> int:
        """The exit status that follows."""
        if self.errors:
            return Exit.NO_VERDICT
        return Exit.OK if self.ok and not self.failures else Exit.FAILED

    @property
    def reason(self) -> str:
        """Why the run failed, where no verdict or error that was printed says so; else empty."""
        return "; ".join(self._reasons)

    def summary(self) -> str:
        """Return the line for people: how it went, then what failed, what did not, and what was left out."""
        parts = [part for part in (*self._failing(), *self._good(), *self._forgiven(), self.stopped, self._bag) if part]
        if self.signed and self.exit == Exit.OK:
            return f"OK: {count(self.signed, 'list')} signed as demanded"
        if not parts or not (self.entries or self.reason or self.failures):
            return ""
        return f"{'FAILED' if self.exit else 'OK'}: {'; '.join(parts)}"

    @property
    def _bag(self) -> str:
        if len(self.bags) > 1:
            return count(len(self.bags), "bag")
        return f"BagIt {self.bags[0][1]}" if self.bags else ""

    def _failing(self) -> Iterator[str]:
        yield plain(self.reason)
        kinds = {s: n for s, n in self.failed.items() if n and s is not Status.MALFORMED}
        failed = sum(kinds.values())
        if failed:
            entries = sum(one.failed for one in self.lists) or failed  # what is found in a bag is on no entry
            share = _share(self.failed_files, self.files, entries, self._judged)
            of = _entries(failed) if self._is_cut_short else share
            yield f"{of}: {', '.join(f'{kinds[s]} {s.phrase}' for s in Status if s in kinds)}"
        empty = self.empty if self.failed[Status.MALFORMED] else 0
        malformed = self.failed[Status.MALFORMED] - empty
        yield (malformed and count(malformed, "malformed line")) or ""
        yield (empty and f"{count(empty, 'list')} without entries") or ""
        yield (self.unlisted[Status.EXTRA] and count(self.unlisted[Status.EXTRA], "extra file")) or ""
        for status in Status:
            number = self.unlisted[status]
            if number and status is Status.UNREADABLE:
                yield f"{count(number, 'directory', 'directories')} could not be searched"
            elif number and status is not Status.EXTRA:
                yield f"{number} {status.phrase}"
        yield (self.errors and f"no verdict on {count(self.errors, self._share)}") or ""

    def _good(self) -> Iterator[str]:
        verified = self.counts[Status.OK]
        files = self.files - self.failed_files
        if verified and self.exit == Exit.OK:
            yield f"{count(files, 'file')} verified{'' if files == verified else f' ({_entries(verified)})'}"
        elif verified and not self._listed_failures:
            yield f"{count(files or verified, 'file')} verified"
        elif not verified and not self._listed_failures and not self.reason and self.entries:
            yield "no file was verified"

    def _forgiven(self) -> Iterator[str]:
        ignored = self.counts[Status.MISSING] - self.failed[Status.MISSING]
        if ignored:
            yield f"{count(ignored, 'missing file')} ignored"
        if not self.failed[Status.MALFORMED]:
            malformed = self.counts[Status.MALFORMED] - self.empty
            yield (malformed and f"{count(malformed, 'malformed line')} ignored") or ""
            yield (self.empty and f"{count(self.empty, 'list')} without entries ignored") or ""

    @property
    def _listed_failures(self) -> int:
        return self.failed.total() - self.failed[Status.MALFORMED]

    @property
    def _judged(self) -> int:
        """The entries that count: neither malformed nor missing with leave."""
        return self.entries - (self.counts[Status.MISSING] - self.failed[Status.MISSING])

    def by_list(self, *, every: bool) -> Iterator[str]:
        """Return a line for each list of several: those with failures, or *every* one."""
        if len(self.lists) < 2:
            return
        chosen = [one for one in self.lists if every or one.failed]
        for one in chosen[:MOST_LISTS]:
            outcome = f"{one.failed} of {_entries(one.entries)} failed" if one.failed else f"{one.verified} verified"
            yield f"{shell_quoted(one.manifest)}: {outcome}"
        more = len(chosen) - MOST_LISTS
        if more > 0:
            yield f"and {count(more, 'more list')}"


def _share(failed_files: int, files: int, failed: int, entries: int) -> str:
    """Return how many files failed, of how many, and the same of entries if those are others."""
    if not files:
        return f"{failed} of {_entries(entries)}"
    of = f"{failed_files} of {count(files, 'file')}"
    return of if files >= entries else f"{of} ({failed} of {_entries(entries)})"


def _entries(number: int) -> str:
    return count(number, "entry", "entries")
