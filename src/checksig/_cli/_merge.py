"""``checksig merge``: the parts that runs on several machines have written, as if they were one run."""

from __future__ import annotations

import os
import re
from collections import Counter

from checksig._cli._json import Json
from checksig._cli._output import Text
from checksig._cli._part_lines import Lines, Want, results_in
from checksig._cli._parts import STDIN, PartError, complete, kept
from checksig._cli._run import Style, check_style, hint, reports_of, with_reports
from checksig._cli._streams import colour_errors
from checksig._cli._totals import Totals
from checksig._cli._usage import UsageError
from checksig._job import ListTally, Tally
from checksig._report import Report, Status, WarningText
from checksig._text import count
from checksig._weak import joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._cli._output import Output
    from checksig._cli._part_json import Failure
    from checksig._cli._part_lines import Block
    from checksig._cli._parts import Part
    from checksig._report import FileResult

_MOST_ERRORS = 20
"""Parts that are named because something is wrong with them."""


def merging(
    paths: Sequence[str],
    *,
    json: bool = False,
    format: str | None = None,  # noqa: A002 - the option's name
    report: Sequence[str] = (),
    verbose: bool = False,
    quiet: bool = False,
    color: str = "auto",
) -> int:
    """Merge by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other, or there is no part.
    """
    _check(paths)
    check_style(format, json=json, quiet=quiet, verbose=verbose)
    style = Style("json" if json else format or "text", quiet, verbose, progress=False, color=color)
    outputs = [style.output()]
    colour_errors(color)
    reports = reports_of(report, [path for path in paths if path != STDIN]) if report else []
    merge = Merge(outputs, every=verbose)

    def run() -> int:
        with kept(paths) as found:
            return merge.run(*complete(found))

    return with_reports(run, outputs, reports, verbose=verbose)


def _check(paths: Sequence[str]) -> None:
    if not paths:
        reason = "no PART given"
        raise UsageError(reason, "give the outputs of `checksig verify --shard I/N --json`, such as part-*.jsonl")
    if "" in paths:
        reason = "PART is empty"
        raise UsageError(reason)
    if list(paths).count(STDIN) > 1:
        reason = "several PARTs can't be standard input"
        raise UsageError(reason)


class Merge:
    """One run of ``checksig merge``."""

    def __init__(self, outputs: list[Output], *, every: bool) -> None:
        """Prepare to print to *outputs*; with *every*, also verdicts that fail nothing."""
        self._outputs, self._every = outputs, every
        self._totals, self._sums, self._warnings = Totals("shard"), Sums(), Warnings()

    def run(self, parts: Sequence[Part], errors: Sequence[PartError]) -> int:
        """Print what the parts say, or only why they can't be merged. Returns the exit status."""
        if errors:
            self._refuse(errors)
        else:
            for part in parts:
                self._take(part, parts[0])
            self._conclude(parts[0].shard.root)
        for output in self._outputs:
            for warning in self._warnings.texts():
                output.warning(warning, hint(warning))
            output.verified(self._totals)
        return self._totals.exit

    def _conclude(self, root: str) -> None:
        if self._sums.is_empty and self._warnings.of("entries_excluded") and not self._totals.errors:
            self._warnings = Warnings()
            self._fail(PartError(root, 0, "all entries are excluded", "not_listed"), root)
        else:
            self._sums.add_to(self._totals, root, self._warnings.texts())

    def _refuse(self, errors: Sequence[PartError]) -> None:
        for error in errors[:_MOST_ERRORS]:
            self._fail(error, os.curdir)
        more = len(errors) - _MOST_ERRORS
        if more > 0:
            last = errors[-1]
            self._fail(PartError(last.path, 0, f"and {count(more, 'more error')}, this one the last", last.code), "")

    def _take(self, part: Part, first: Part) -> None:
        """Print what a part says, with the names that the *first* one has for the root and the lists."""
        names = dict(zip(paths_of(part), paths_of(first), strict=True))
        passed = self._passed if part.shard.root == first.shard.root and paths_of(part) == paths_of(first) else []
        lines = Lines(part, self._want if passed or not self._passed else Want.RESULTS)
        before = self._failing
        try:
            for block in lines.blocks():
                if passed and block.is_plain:
                    self._pass(block, passed)
                else:
                    runs = [([], results_in(block.text))] if passed else block.runs
                    self._print(runs, first, names)
                self._tell(block.others, part)
        except PartError as e:
            self._fail(e, part.shard.root, self._failing - before)
            return
        if part.summary.errors:
            self._totals.add_error(part.summary.errors - 1, self._failing - before)
        else:
            self._sums.add(part, names, lines.failing)

    @property
    def _passed(self) -> list[Json]:
        """The outputs, if lines of parts can go there as they are."""
        found = [output for output in self._outputs if isinstance(output, Json)] if self._every else []
        return found if len(found) == len(self._outputs) else []

    @property
    def _want(self) -> int:
        """What must be known of verified files."""
        if not self._every or self._passed:
            return Want.NOTHING
        return Want.NAMES if all(isinstance(output, Text) for output in self._outputs) else Want.RESULTS

    def _pass(self, block: Block, passed: Sequence[Json]) -> None:
        for _, results in block.runs:
            self._note(results)
        for output in passed:
            output.passed(block.text)

    def _print(self, runs: Sequence[tuple[list[str], list[FileResult]]], first: Part, names: Mapping[str, str]) -> None:
        for verified, results in runs:
            if verified:
                for output in self._outputs:
                    if isinstance(output, Text):
                        output.verified_names(first.shard.root, verified)
            shown = results if self._every else [one for one in results if is_kept(one)]
            if shown:
                shown = [_renamed(one, names) for one in shown]
                self._note(shown)
                for output in self._outputs:
                    output.results(first.shard.root, shown, several_lists=len(first.shard.lists) > 1)

    def _note(self, results: Sequence[FileResult]) -> None:
        self._totals.note([one for one in results if is_kept(one)])

    def _tell(self, others: Sequence[WarningText | Failure], part: Part) -> None:
        """Print why a shard has no verdict, and keep warnings for the end."""
        for one in others:
            if isinstance(one, WarningText):
                self._warnings.add(one)
                continue
            for output in self._outputs:
                output.error(one.as_error(part.name, part.shard.host), part.shard.root, one.hint or "")

    def _fail(self, error: PartError, root: str, found: Counter[Status] | None = None) -> None:
        self._totals.add_error(0, found)
        for output in self._outputs:
            output.error(error, root, error.hint)

    @property
    def _failing(self) -> Counter[Status]:
        return self._totals.failed + self._totals.unlisted


def paths_of(part: Part) -> list[str]:
    """Return the paths of the lists, as the part has them."""
    return [one.path for one in part.shard.lists]


def is_kept(verdict: FileResult) -> bool:
    """Say whether a run reports a verdict without --verbose."""
    return verdict.fails or verdict.status is Status.MALFORMED


def _renamed(verdict: FileResult, names: Mapping[str, str]) -> FileResult:
    manifest = verdict.manifest
    if manifest is None or names.get(manifest, manifest) == manifest:
        return verdict
    return verdict._replace(manifest=names[manifest])


class Sums:
    """What the shards with a verdict found together."""

    def __init__(self) -> None:
        self._parts = self._failures = self._files = self._bytes = self._names = self._failed_names = 0
        self._elapsed = 0.0
        """In seconds, of the shard that took longest."""
        self._counts: Counter[Status] = Counter()
        self._lists: dict[str, ListTally] = {}
        self._are_names_known = True

    def add(self, part: Part, names: Mapping[str, str], failing: Counter[Status]) -> None:
        """Add a part, whose lists have these *names*."""
        of = part.summary
        self._parts += 1
        self._failures += failing.total()
        self._files += of.files
        self._bytes += of.bytes
        self._elapsed = max(self._elapsed, of.elapsed)
        self._counts.update(of.counts)
        self._names += of.names
        self._failed_names += of.failed_names
        self._are_names_known = self._are_names_known and bool(of.names or not (of.files and of.counts[Status.OK]))
        for path, entries, verified, failed in of.lists:
            name = names.get(path, path)
            tally = self._lists.setdefault(name, ListTally(name, 0, 0, 0))
            tally.entries += entries
            tally.verified += verified
            tally.failed += failed

    @property
    def is_empty(self) -> bool:
        """Whether there is no verdict."""
        return not any(self._counts.values())

    def add_to(self, totals: Totals, root: str, warnings: tuple[WarningText, ...]) -> None:
        """Add all as what one run found."""
        if not self._parts:
            return
        report = Report(
            root=root,
            ok=bool(self._counts[Status.OK]) and not self._failures,
            counts=self._counts,
            results=(),
            failures=(),
            files=self._files,
            bytes=self._bytes,
            elapsed=self._elapsed,
            warnings=warnings,
        )
        names = (self._names, self._failed_names) if self._are_names_known else (0, 0)
        totals.add(report, Tally(*names, tuple(self._lists.values())))


class Warnings:
    """The warnings of all parts, each text once; what they count is added up."""

    _COUNTING = frozenset({"entries_excluded", "malformed_lines", "stopped_early"})
    """Codes of those that count what is in the part."""

    _NUMBER = re.compile(r"(\D*)(\d{1,18}) (entry|entries|malformed lines?)( .*)")

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str, str], int] = {}
        """Each code, with the text before a number and after it, and the number; 0 if there is none."""

    def add(self, warning: WarningText) -> None:
        """Add one, but for the reason of a failure: whether that is true of all parts is seen later."""
        if warning.code == "nothing_verified":
            return
        match = self._NUMBER.fullmatch(warning) if warning.code in self._COUNTING else None
        key = (warning.code, match[1], match[4]) if match else (warning.code, str(warning), "")
        self._texts[key] = self._texts.get(key, 0) + (int(match[2]) if match else 0)

    def of(self, code: str) -> bool:
        """Say whether there is one with a code."""
        return any(code == one for one, _, _ in self._texts)

    def texts(self) -> tuple[WarningText, ...]:
        """Return them in the order in which they came."""
        texts = self._texts.items()
        return tuple(
            joined(WarningText(f"{start}{self._counted(code, n)}{end}", code) for (code, start, end), n in texts)
        )

    @staticmethod
    def _counted(code: str, number: int) -> str:
        if not number:
            return ""
        return count(number, "malformed line") if code == "malformed_lines" else count(number, "entry", "entries")
