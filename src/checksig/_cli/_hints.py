"""What would help, where a run went as no user wants it."""

from __future__ import annotations

import os

from checksig import _lists
from checksig._errors import ChecksigError, ManifestError
from checksig._report import Status
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli._operands import Group
    from checksig._report import FileResult, Report, WarningText

_SAMPLE = 20
"""Files of which it is looked up whether they are elsewhere."""

_PATIENCE = 1.0
"""Seconds for a look at what else there is."""


class Hints:
    """Collects what the verdicts on a group suggest."""

    def __init__(self, group: Group, roots: Sequence[str]) -> None:
        """*roots* are all directories that the command line names."""
        self._group, self._roots = group, roots
        self._absent: list[str] = []
        self._absolute: list[str] = []
        self._fails_otherwise = False

    def note(self, batch: Sequence[FileResult]) -> None:
        """Look at some verdicts."""
        failing = [result for result in batch if result.fails]
        self._fails_otherwise |= any(result.status is not Status.MISSING for result in failing)
        if len(self._absent) < _SAMPLE:
            self._absent += [result.path for result in failing if result.status is Status.MISSING]
        if len(self._absolute) < _SAMPLE:
            outside = [result.path for result in failing if result.status is Status.OUTSIDE_ROOT]
            self._absolute += filter(os.path.isabs, outside)

    def about(self, report: Report) -> str:
        """Return the hint that helps with this report, or ""."""
        if not self._group.is_installed:
            return self._about_lists(report)
        # no option that says where files are, or how to read a list, can be combined with --installed
        some_are_here = report.counts[Status.MISSING] < report.files
        return self._less() if self._absent and some_are_here else ""

    def _about_lists(self, report: Report) -> str:
        if self._absolute and report.counts[Status.OUTSIDE_ROOT] == report.files and _all_exist("", self._absolute):
            return f"the list has absolute names: add --root {os.sep}"
        if not self._absent:
            return ""
        if self._absent == ["-"] and not self._fails_otherwise:
            return f"- is how tools name their standard input: {_BY_CODE['no_name']}"
        if self._have_slashes(report.root):
            return "the list has backslashes in its names, and the files are in directories: add --backslash"
        if report.counts[Status.MISSING] == report.files:
            return self._elsewhere()
        return self._less()

    def _less(self) -> str:
        return "" if self._fails_otherwise else "to verify only the files that are here, add --ignore-missing"

    def _have_slashes(self, root: str) -> bool:
        """Say whether the files with backslashes in their names are there if these are slashes."""
        names = [name.replace("\\", "/") for name in self._absent if "\\" in name]
        return os.sep == "/" and bool(names) and _all_exist(root, names)

    def _elsewhere(self) -> str:
        """Return where the files are, of which none is where the list is."""
        if self._group.lists is None:
            return ""
        beside = {os.path.dirname(path) or os.curdir for path in self._group.lists if isinstance(path, str)}
        if self._group.root not in beside:
            return self._elsewhere_than_given(beside)
        for root in dict.fromkeys([os.curdir, *self._roots]):
            if _all_exist(root, self._absent):
                only = ", and name only the list" if self._roots else ""
                return f"the files are in {_named(root)}, not beside the list: add --root {shell_quoted(root)}{only}"
        return ""

    def _elsewhere_than_given(self, beside: set[str]) -> str:
        """Say which --root is right, if the given one is not."""
        if any(_all_exist(directory, self._absent) for directory in beside):
            return "the files are beside the list: leave out --root"
        if _all_exist(os.curdir, self._absent):
            return (
                f"the files are in {_named(os.curdir)}, not in {shell_quoted(self._group.root)}: use --root {os.curdir}"
            )
        return ""


_BY_CODE = {
    "no_list": "give the path of a list, or make one with `checksig create`",
    "unsupported_algorithm": "if the digests are of another algorithm than the name says, add --algorithm NAME",
    "signature_missing": "if the signature is elsewhere, name it with --signature FILE",
    "no_name": 'to verify FILE by its digest, run: echo "DIGEST  FILE" | checksig verify -',
    "output_exists": "to replace it, add --force",
    "output_not_a_list": "write the list to another path, or remove the file first",
    "only_links_outside": "to list links to files beneath DIR, add --allow-links-to DIR",
    "links_outside": "to accept links to files beneath DIR, add --allow-links-to DIR",
    "links_left_out": "to list links to files beneath DIR, add --allow-links-to DIR",
}
"""What can be done, by the codes of errors and warnings."""


def by_code(about: ChecksigError | WarningText) -> str:
    """Return what can be done about an error or a warning, or ""."""
    if isinstance(about, ManifestError) and about.code == "unsupported_algorithm":
        if about._names_algorithms:  # noqa: SLF001 - not for users
            return ""
        if not about.line:
            return _BY_CODE[about.code]
        return "to verify only the lines of one algorithm, add --algorithm NAME --no-strict"
    return _BY_CODE.get(about.code, "")


def on_error(error: ChecksigError, group: Group) -> str:
    """Return what can be done about the error that ended the run of a group, or ""."""
    if not isinstance(error, ManifestError) or group.is_installed:
        return ""
    if group.files and group.lists is None:
        file = group.files[0]
        why = _lists.why_not(file, timeout=_PATIENCE)
        return f"{shell_quoted(file)} is not a checksum list ({why}); name the list that has an entry for it"
    if error.code == "no_entry" and group.lists == ["-"]:
        return "pipe a checksum list into it, or name one"
    if error.code == "no_list":
        below = _count_below(group.root)
        if below:
            return f"{below} in the directories below: add --recursive"
    return by_code(error)


def _count_below(root: str) -> str:
    try:
        number = len(_lists.beneath(root, timeout=_PATIENCE)[0])
    except ChecksigError:
        return ""
    return "1 list is" if number == 1 else f"{number} lists are"


def _named(directory: str) -> str:
    return "the current directory" if directory == os.curdir else shell_quoted(directory)


def _all_exist(directory: str, names: Sequence[str]) -> bool:
    return all(os.path.lexists(os.path.join(directory, name)) for name in names[:_SAMPLE])
