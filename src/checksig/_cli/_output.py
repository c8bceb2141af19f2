"""Where a command says what it finds: text here, the other formats in modules of their own.

docs/command-line.md describes the text.
"""

from __future__ import annotations

import os

from checksig._cli import _streams
from checksig._cli._exit import Exit
from checksig._errors import ManifestError, SignatureError
from checksig._report import Status
from checksig._text import count, plain, shell_quoted
from checksig._words import ALGORITHMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    from checksig._cli._renamed import Directories
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._job import Replaced
    from checksig._report import FileResult, WarningText
    from checksig._signer import Signer

    class Output(Protocol):
        """Where a command says what it finds."""

        def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:
            """Print verdicts."""

        def signed(self, signer: Signer) -> None:
            """Print who signed a list."""

        def warning(self, warning: WarningText, hint: str = "") -> None:
            """Print what doesn't fail the run, and what can be done."""

        def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
            """Print why there is no verdict, and what can be done."""

        def verified(self, totals: Totals) -> None:
            """Print the end of `verify`."""

    class CreateOutput(Output, Protocol):
        """Where `create` says what it does."""

        def created(self, made: Created) -> None:
            """Print the end of `create`."""


class Created:
    """What `create` has done."""

    def __init__(self) -> None:
        self.outputs: list[str] = []
        """The paths of the lists; none if there is one on standard output, or nothing was written."""
        self.algorithms: list[str] = []
        self.files, self.bytes, self.elapsed = 0, 0, 0.0
        """The entries in the lists, the bytes read, and the seconds."""
        self.failed = 0
        """Files that could not be listed."""
        self.replaced: list[Replaced] = []
        """How lists differ from those that they have replaced."""
        self.exit: int = Exit.OK


NOT_WRITTEN = "no list was written"
NOT_COMPARED = "not everything was compared"

_KEPT_BY_QUIET = frozenset({"links_left_out"})
"""Warnings about what the user may well believe was done."""

_IN_SUMMARY = frozenset({"stopped_early"})
"""Warnings that the last line has."""

_DETAILED = frozenset(
    {
        Status.MISMATCH,
        Status.UNREADABLE,
        Status.NOT_REGULAR,
        Status.CHANGED,
        Status.UNSUPPORTED,
        Status.NOT_LISTED,
        Status.MOVED,
    }
)
"""Verdicts whose detail says more than the verdict, if there is one."""


_ABSENT = frozenset({Status.MISSING, Status.MOVED})
"""Verdicts on what is not there, which come one after another."""


class Messages:
    """What goes to standard error, or wherever *say* puts lines: all but verdicts."""

    def __init__(
        self, *, quiet: bool = False, verbose: bool = False, say: Callable[[str], object] = _streams.say
    ) -> None:
        self._quiet, self._verbose, self._say = quiet, verbose, say

    def signed(self, signer: Signer) -> None:
        if not self._quiet:
            self._say(f"{shell_quoted(signer.manifest)}: signed by {plain(signer.phrase)}")

    def warning(self, warning: WarningText, hint: str = "") -> None:
        if (not self._quiet or warning.code in _KEPT_BY_QUIET) and warning.code not in _IN_SUMMARY:
            self._say(f"warning: {plain(warning)}")
            if hint:
                self._say(f"hint: {hint}")

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:  # noqa: ARG002 - for JSON
        self._say(f"error: {message(error)}")
        if hint:
            self._say(f"hint: {hint}")

    def verified(self, totals: Totals) -> None:
        if self._quiet:
            if totals.reason:
                self._say(f"FAILED: {plain(totals.reason)}")
            return
        self._say_lists(totals)
        summary = totals.summary()
        if summary:
            self._say(summary)

    def _say_lists(self, totals: Totals) -> None:
        if not self._quiet and (totals.failures or self._verbose):
            for line in totals.by_list(every=self._verbose):
                self._say(line)


class Text(Messages):
    """Verdicts for people: failures to standard output or wherever *put* prints them, the rest to standard error."""

    def __init__(
        self,
        *,
        several_roots: bool = False,
        quiet: bool = False,
        verbose: bool = False,
        colour: bool = False,
        put: Callable[[str], object] = _streams.put,
        say: Callable[[str], object] = _streams.say,
    ) -> None:
        super().__init__(quiet=quiet, verbose=verbose, say=say)
        self._several_roots, self._put = several_roots, put
        self._directories: Directories | None = None
        """Those that were renamed, before they are printed."""
        words = ("FAILED", "MALFORMED", "OK")
        if colour:
            from checksig._cli._colour import painted

            words = (painted("FAILED"), painted("MALFORMED"), painted("OK"))
        self._failed, self._malformed, self._ok = words
        self._failures = {status: f": {self._failed} ({status.phrase})" for status in Status if status not in _DETAILED}
        """How a line goes on after the name of a failing file, if the verdict says all."""

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:
        shown = (result for result in batch if result.fails or not (self._quiet or is_on_list(result)))
        lines: list[str] = []
        for result in shown:
            if result.status is Status.MOVED and result.moved_with is not None and not self._verbose:
                self._note_directory(root, result, several_lists=several_lists)
                continue
            if self._directories and result.status not in _ABSENT:
                lines += self._renamed()
            lines.append(self._line(root, result, several_lists=several_lists))
        if lines:
            self._put("\n".join(lines))

    def verified_names(self, root: str, names: Sequence[str]) -> None:
        """Print that files are verified, of which only the names are known."""
        end = f": {self._ok}"
        self._put("\n".join([self._name(root, name) + end for name in names]))

    def verified(self, totals: Totals) -> None:
        for line in self._renamed():
            self._put(line)
        super().verified(totals)

    def _note_directory(self, root: str, result: FileResult, *, several_lists: bool) -> None:
        from checksig._cli._renamed import Directories

        self._directories = self._directories or Directories()
        manifest = result.manifest or "" if several_lists else ""
        self._directories.add(root, manifest, result.path, result.moved_to or "", result.moved_with or "")

    def _renamed(self) -> Iterator[str]:
        """Yield a line for each directory that was renamed."""
        if self._directories:
            for root, manifest, old, new, files in self._directories.taken():
                place = f" [{shell_quoted(manifest)}]" if manifest else ""
                reason = f"moved to {shell_quoted(f'{new}/')}, {count(files, 'file')}"
                yield f"{self._name(root, f'{old}/')}: {self._failed} ({reason}){place}"

    def _line(self, root: str, result: FileResult, *, several_lists: bool = False) -> str:
        if result.status is Status.MALFORMED:
            return self._on_line(result)
        name = self._name(root, result.path)
        if not result.fails:
            return f"{name}: {self._ok}" if result.status is Status.OK else f"{name}: IGNORED ({verdict(result)})"
        line = name + (self._failures.get(result.status) or f": {self._failed} ({verdict(result)})")
        if several_lists and result.manifest:
            line = f"{line} [{place_of(result)}]"
        return "\n".join((line, *_evidence(result))) if self._verbose else line

    def _name(self, root: str, path: str) -> str:
        shows_root = self._several_roots and root != os.curdir
        return shell_quoted(os.path.join(root, path) if shows_root else path)

    def _on_line(self, result: FileResult) -> str:
        word = self._failed if result.line is None else self._malformed
        return f"{place_of(result)}: {word} ({plain(result.detail)})"

    def found(self, root: str, verified: Sequence[FileResult]) -> None:
        """Print the few files that were verified of many that are listed."""
        for result in verified:
            source = f"{algorithm_name(result.algorithm)}, from {shell_quoted(result.manifest or '')}"
            self._put(f"{self._line(root, result)} ({source})")

    def created(self, made: Created) -> None:
        if made.outputs and not self._quiet:
            self._put("\n".join(map(shell_quoted, made.outputs)))
        if made.files and not self._quiet:
            self._say(f"{count(made.files, 'file')} listed")
        if made.replaced and not self._quiet:
            for line in _differences(made.replaced):
                self._say(line)
        why = f"{count(made.failed, 'file')} could not be listed" if made.failed else ""
        if made.failed and made.files:
            self._say(f"error: {why}")
        elif made.failed or made.exit == Exit.FAILED:
            self._say(f"error: {NOT_WRITTEN}{': ' if why else ''}{why}")


def _differences(replaced: Sequence[Replaced]) -> Iterator[str]:
    from checksig._cli._replaced import summaries

    return summaries(replaced)


def message(error: ChecksigError) -> str:
    """Return why there is no verdict, with a path as in verdicts."""
    if not isinstance(error, (ManifestError, SignatureError)):
        return plain(str(error))
    place = shell_quoted(error.path)
    if isinstance(error, SignatureError):
        return f"{place}: {plain(error.reason)}"
    return f"{place}:{error.line}: {plain(error.reason)}" if error.line else f"{place}: {plain(error.reason)}"


class Silent(Text):
    """No verdicts: only one line, if the status is not 0."""

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:
        pass

    def verified(self, totals: Totals) -> None:
        if totals.exit and not totals.errors:
            self._say(totals.summary())


def is_on_list(result: FileResult) -> bool:
    """Say whether it is the verdict on a list as a whole: it has no entries."""
    return result.status is Status.MALFORMED and result.line is None


def verdict(result: FileResult) -> str:
    """Return a verdict in words."""
    detail = explanation(result)
    if result.moved_to is not None:
        return f"{result.status.phrase} {detail}"
    return f"{result.status.phrase}: {detail}" if detail else result.status.phrase


def explanation(result: FileResult) -> str:
    """Return what says more than the verdict on a file, if there is anything."""
    if result.moved_to is not None:
        return f"to {shell_quoted(result.moved_to)}"
    return plain(result.detail) if result.status in _DETAILED else ""


def place_of(result: FileResult) -> str:
    """Return the list that a result is from, with the line if it is on one."""
    path = shell_quoted(result.manifest or "")
    return path if result.line is None else f"{path}:{result.line}"


def algorithm_name(algorithm: str | None) -> str:
    """Return the name of an algorithm as its standard has it, such as SHA-256."""
    tag = str(ALGORITHMS[algorithm]["tag"]) if algorithm in ALGORITHMS else ""
    return tag if tag.startswith("SHA3") else tag.replace("SHA", "SHA-")


def _evidence(result: FileResult) -> Iterator[str]:
    """Return what a verdict is based on, in indented lines."""
    if result.expected is not None:
        yield f"    expected {algorithm_name(result.algorithm)} {result.expected}"
    if result.actual is not None:
        yield f"    actual   {algorithm_name(result.algorithm)} {result.actual}"
    if result.size is not None:
        yield f"    size     {count(result.size, 'byte')}"
