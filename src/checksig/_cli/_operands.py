"""What the operands of `verify` are: roots, lists, and files that lists name. docs/command-line.md has the rules."""

from __future__ import annotations

import contextlib
import os
import sys

from checksig._cli._streams import say
from checksig._cli._usage import UsageError
from checksig._report import WarningText
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import IO, Any, TypeAlias

    from checksig._types import ListContent, ListFile

    GivenList: TypeAlias = str | ListContent | ListFile

STDIN = "-"
"""The operand for standard input."""

_BY_CONTENT = "content"
"""As in `_lists`, which most runs don't import."""

_SHOWN = 3
"""Paths that a warning names."""

_BAG = "bagit.txt"
"""The file that makes a directory a bag, whose manifests are no other lists."""

_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""Where a shell puts the output of a command that is to be read as a file."""


class Group:
    """What one job verifies: of the *lists* beneath a *root*, or those found there if None, only *files*, if any."""

    def __init__(
        self, root: str, lists: list[GivenList] | None, files: list[str], options: dict[str, Any] | None = None
    ) -> None:
        """*options* win over those of the command line."""
        self.root, self.lists, self.files, self.options = root, lists, files, options or {}

    is_installed = False
    """Whether the files are those of Python distributions, as the user asked for, and no list was named."""


class Kind:
    """What an operand is."""

    ROOT = "root"
    LIST = "list"
    FILE = "file"


def sort(
    paths: Sequence[str],
    warn: Callable[[WarningText], object],
    root: str | None = None,
    *,
    all_lists: bool = False,
    signed: bool = False,
) -> list[tuple[str, str]]:
    """Return each path with its `Kind`. *warn* is called for a path that may be meant as another kind.

    With *all_lists* each file is a list, whatever its name and its content are. If lists must be *signed*, only the
    name decides: whoever replaces a file by an old list that was signed must not have that verified in its place.

    :raises UsageError: one is empty; or it isn't there, and no list may have an entry for it.
    """
    if "" in paths:
        reason = "ROOT, LIST or FILE is empty"
        raise UsageError(reason)
    missing: dict[str, OSError] = {}
    kinds = {path: _kind(path, missing) for path in paths}
    unsure = [path for path, kind in kinds.items() if kind is None]
    recognised = dict.fromkeys(unsure, _BY_CONTENT) if all_lists else _recognised(unsure, warn, signed=signed)
    kinds.update((path, Kind.LIST if path in recognised else Kind.FILE) for path in unsure)
    roots = {_real(path) for path, kind in kinds.items() if kind == Kind.ROOT}
    if missing and Kind.LIST not in kinds.values():
        for path in unlisted(missing, root):
            reason = f"{shell_quoted(path)}: {(missing[path].strerror or str(missing[path])).lower()}"
            raise UsageError(reason, "give a checksum list, a directory that has one, or a file that one names")
    return [(path, kinds[path] or Kind.FILE) for path in paths if not _is_used(path, recognised, roots)]


def unlisted(missing: Iterable[str], root: str | None = None) -> list[str]:
    """Return those of the paths, which aren't there, that no list beside them or in *root* names."""
    from checksig import _lists

    beside: dict[str, list[str]] = {}
    for path in missing:
        beside.setdefault(root or _home(path), []).append(path)
    return [path for directory, paths in beside.items() for path in _lists.unlisted(paths, directory)]


def _recognised(paths: list[str], warn: Callable[[WarningText], object], *, signed: bool) -> dict[str, str]:
    """Return the lists among *paths*, and how each shows that it is one."""
    if not paths:
        return {}
    from checksig import _lists

    if signed:
        return dict.fromkeys(_lists.called_like_lists(paths), "name")
    recognised = _lists.recognised(paths)
    for path, by in list(recognised.items()):
        if by in {*_lists.BY_NAME_ALONE, _lists.BY_DAMAGE} and _lists.is_listed(path):
            del recognised[path]
        elif by == _lists.BY_DAMAGE:
            recognised[path] = _lists.BY_CONTENT  # whose error is its own
        elif by == _lists.BY_CONTENT and _lists.is_listed(path):
            name = shell_quoted(path)
            text = f"{name} is a checksum list, and a list beside it names it; to verify {name} itself, use --only"
            warn(WarningText(text, "list_is_listed"))
    return recognised


def _is_used(path: str, recognised: dict[str, str], roots: Collection[str]) -> bool:
    """Say whether a list is found in a root by its name anyway, which no list is in a bag."""
    if not roots or recognised.get(path, _BY_CONTENT) == _BY_CONTENT:
        return False
    directory = _real(_directory(path))
    return directory in roots and not os.path.lexists(os.path.join(directory, _BAG))


def _kind(path: str, missing: dict[str, OSError]) -> str | None:
    """Return what a path is, or None if its name and content decide."""
    if is_stream(path):
        return Kind.LIST
    try:
        os.stat(path)
    except OSError as e:
        missing[path] = e
        return Kind.FILE
    return Kind.ROOT if os.path.isdir(path) else None


def groups(operands: Sequence[tuple[str, str]], root: str | None) -> list[Group]:
    """Put lists of one directory together. Each root is a group of its own.

    :raises UsageError: the operands can't be combined.
    """
    found: dict[tuple[str, str], Group] = {}
    for path, kind in operands:
        if kind == Kind.ROOT and root:
            reason = f"{shell_quoted(path)} is a directory, which can't be combined with --root"
            raise UsageError(reason, "name lists with --root, or give the directory alone")
        if kind != Kind.FILE:
            of = path if kind == Kind.ROOT else root or _directory(path)
            group = found.setdefault((_real(of), kind), Group(of, None if kind == Kind.ROOT else [], []))
            if group.lists is not None:
                group.lists.append(path)
    _add_files(found, [path for path, kind in operands if kind == Kind.FILE], root)
    return list(found.values()) or [Group(root or os.curdir, None, [])]


def _add_files(found: dict[tuple[str, str], Group], files: list[str], root: str | None) -> None:
    """Look files up in the given lists, or else in those beside them."""
    with_lists = [group for group in found.values() if group.lists is not None]
    if files and len(with_lists) > 1:
        reason = f"{shell_quoted(files[0])} is not a checksum list, and lists in several directories are given"
        raise UsageError(reason, "name files together with lists in one directory, or use --root")
    for path in files:
        of = root or (_directory(path) if with_lists else _home(path))
        group = with_lists[0] if with_lists else found.setdefault((_real(of), Kind.FILE), Group(of, None, []))
        group.files.append(path)


def _home(path: str) -> str:
    """Return the directory whose lists name a file: its own, or the bag that the file is in."""
    here = _directory(path)
    for levels in range(1, os.path.abspath(here).count(os.sep) + 1):
        above = os.path.normpath(os.path.join(here, *[os.pardir] * levels))
        if os.path.isfile(os.path.join(above, _BAG)):
            from checksig._lists import is_listed

            return here if is_listed(path) else above
    return here


def _directory(path: str) -> str:
    return os.curdir if is_stream(path) else os.path.dirname(path) or os.curdir


def beneath(
    operands: Sequence[tuple[str, str]],
    root: str | None,
    warn: Callable[[WarningText], object],
    exclude: Sequence[str] = (),
) -> list[Group]:
    """Find the lists beneath the roots. Those in one directory are a group; a bag is a root.

    *warn* is called for what is not used.

    :raises UsageError: an operand is not a directory.
    :raises ManifestError: a directory can't be read, or there is no list.
    """
    others = [path for path, kind in operands if kind != Kind.ROOT]
    if others:
        reason = f"{shell_quoted(others[0])} is not a directory, which --recursive needs"
        raise UsageError(reason)
    from checksig._lists import beneath as lists_beneath

    found: dict[str, dict[str, str]] = {}  # by directory and name: one root may be beneath another
    for top in [path for path, _ in operands] or [os.curdir]:
        lists, skipped = lists_beneath(top, exclude=exclude)
        if skipped:
            warn(WarningText(_skipped([os.path.join(top, name) for name in skipped]), "lists_skipped"))
        for name in lists:
            path = name if top == os.curdir else os.path.join(top, name)
            found.setdefault(_real(_directory(path)), {}).setdefault(os.path.basename(path), path)
    return [_group(there, root) for there in found.values()]


def _group(there: dict[str, str], root: str | None) -> Group:
    """Put the lists in one directory together, or take the bag that it is."""
    if _BAG in there:
        return Group(_directory(there[_BAG]), None, [])
    lists = [*there.values()]
    return Group(root or _directory(lists[0]), [*lists], [])


def _skipped(paths: list[str]) -> str:
    if len(paths) == 1:
        return f"1 file has the name of a list, but no entry, and was not used: {shell_quoted(paths[0])}"
    named = ", ".join(map(shell_quoted, paths[:_SHOWN])) + (", …" if len(paths) > _SHOWN else "")
    return f"{len(paths)} files have names of lists, but no entries, and were not used: {named}"


def is_stream(path: str) -> bool:
    """Say whether *path* is standard input, or a pipe that the shell made."""
    return path == STDIN or path.startswith(_STREAMS)


@contextlib.contextmanager
def opened(lists: list[GivenList] | None) -> Iterator[list[GivenList] | None]:
    """Read the streams among *lists*, for as long as they are needed.

    :raises UsageError: standard input is closed.
    """
    with contextlib.ExitStack() as stack:
        yield lists and [_streamed(one, stack) if isinstance(one, str) and is_stream(one) else one for one in lists]


_LOOKED_AT = 1 << 17
"""Bytes of a stream by which it is seen to be no list: it may have no end."""

_IN_MEMORY = 1 << 20
"""Bytes of a stream that are handed over without a file."""


def _streamed(path: str, stack: contextlib.ExitStack) -> GivenList:
    from checksig._types import ListContent, ListFile

    stream = stack.enter_context(_open(path))
    start = stream.read(_LOOKED_AT)
    if len(start) == _LOOKED_AT:
        from checksig._lists import is_none

        if is_none(path, start):
            return ListContent(path, start)
        start += stream.read(_IN_MEMORY - _LOOKED_AT)
    if len(start) < _IN_MEMORY:
        return ListContent(path, start)
    import shutil
    import tempfile

    number, name = tempfile.mkstemp(prefix="checksig-")
    stack.callback(os.unlink, name)
    with open(number, "wb") as copy:
        copy.write(start)
        shutil.copyfileobj(stream, copy, _IN_MEMORY)
    return ListFile(path, name)


def _open(path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    if path != STDIN:
        try:
            return open(path, "rb")
        except OSError as e:
            reason = f"{path}: {e.strerror}"
            raise UsageError(reason, "name a checksum list that can be read") from e
    if sys.stdin is None:
        reason = "standard input is closed"
        raise UsageError(reason, "pipe a checksum list into it, or name one")
    if sys.stdin.isatty():
        say("reading a checksum list from standard input")
    return contextlib.nullcontext(sys.stdin.buffer)


def _real(path: str) -> str:
    for real in (os.path.realpath, os.path.abspath):
        with contextlib.suppress(OSError):  # of some file systems of Windows; and the working directory may be deleted
            return real(path)
    return path  # two names of one directory then are two groups
