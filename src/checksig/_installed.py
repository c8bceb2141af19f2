"""Installed Python distributions, and what their RECORD says of their files.

The format of RECORD, and what is beside it, is in "Recording installed projects" of the Python Packaging User Guide:
https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import sys
from glob import glob

from checksig._types import ListContent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SITES = (
    "lib*/python*/site-packages",
    "lib*/pypy*/site-packages",
    "lib/python3/dist-packages",
    "local/lib/python*/dist-packages",
    "Lib/site-packages",
)
"""Where distributions are, beneath the directory of an environment."""

_PREFIX = re.compile(
    r"(.+?)[\\/](?:local[\\/])?(?:lib\d*[\\/](?:python|pypy)[\d.]*[\\/](?:site|dist)-packages)$", re.IGNORECASE
)
_PREFIX_OF_WINDOWS = re.compile(r"(.+?)[\\/]Lib[\\/]site-packages$", re.IGNORECASE)

_OWN = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""Files beside RECORD that it has no digests of: itself, and its signatures."""

_TARGET = "../../"
"""Where RECORD says that other files are after `pip install --target`, which moves them into the directory itself."""


class Site:
    """A directory with distributions, and what to verify of them."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.prefix = _prefix(directory)
        """The directory that holds what distributions install beside their modules, such as commands."""
        self.lists: list[ListContent] = []
        """What each RECORD says of the files beneath *directory*."""
        self.lists_of_others: list[ListContent] = []
        """What each RECORD says of other files, relative to *prefix*."""
        self.modules: list[str] = []
        """Paths of the modules that are listed."""
        self.without_digest: list[str] = []
        """Paths of files that no RECORD has a digest of: bytecode, each RECORD itself and its signatures."""

    def add(self, record: str) -> None:
        """Take what a RECORD says."""
        with open(record, "rb") as file:
            content = file.read()
        own = {os.path.join(os.path.dirname(record), name) for name in _OWN}
        inside, outside = [], []
        for row in content.split(b"\n"):
            moved = self._moved(row, own)
            is_here = moved is None or self.prefix == self.directory
            inside.append((row if moved is None else moved) if is_here else b"")
            outside.append(b"" if is_here else moved or b"")
        here, elsewhere = b"\n".join(inside), b"\n".join(outside)  # the same lines, so that messages have their numbers
        if elsewhere.strip():
            self.lists_of_others.append(ListContent(record, elsewhere))
        if here.strip():
            self.lists.append(ListContent(record, here))
        elif not elsewhere.strip():
            self.lists.append(ListContent(record, content))  # the engine says that it has no entry

    def _moved(self, row: bytes, own: set[str]) -> bytes | None:
        """Return the row of a file outside of the directory, relative to the prefix. None: the row stays as it is.

        A row without a digest stays, for the engine to warn of it, but b"" is returned if no digest is expected.
        """
        fields = _fields(row)
        if not fields:
            return None
        path = fields[0]
        target = os.path.normpath(os.path.join(self.directory, path))
        if fields[1:] == ["", ""] and (path.endswith(".pyc") or target in own):
            self.without_digest.append(target)
            return b""
        if not (path.startswith("..") or os.path.isabs(path)):
            if path.endswith(".py"):
                self.modules.append(os.path.join(self.directory, path))
            return None
        if fields[1:2] == [""]:
            return None
        if self.prefix == self.directory and path.startswith(_TARGET):
            target = os.path.normpath(os.path.join(self.directory, path.removeprefix(_TARGET)))
        with contextlib.suppress(ValueError):  # of two drives
            if os.path.commonpath([target, self.prefix]) == self.prefix:
                target = os.path.relpath(target, self.prefix)
        return os.fsencode(_row([target.replace(os.sep, "/"), *fields[1:]]))

    def expected(self) -> list[str]:
        """Return the files that are not extra, though no digest is listed: also those that Python wrote for modules."""
        modules = {os.path.splitext(path)[0] for path in self.modules}
        cached = []
        for directory in {os.path.dirname(path) for path in modules}:
            with contextlib.suppress(OSError):
                for name in os.listdir(os.path.join(directory, "__pycache__")):
                    module = os.path.join(directory, name.split(".")[0])
                    if name.endswith(".pyc") and module in modules:
                        cached.append(os.path.join(directory, "__pycache__", name))
        return self.without_digest + cached


def _fields(row: bytes) -> list[str]:
    """Return the fields of a row of RECORD; none if the row is malformed, which the engine says."""
    try:
        rows = list(csv.reader([os.fsdecode(row).rstrip("\r")], strict=True))
    except csv.Error:
        return []
    return rows[0] if rows else []


def _row(fields: list[str]) -> str:
    return ",".join('"{}"'.format(f.replace('"', '""')) if set(f) & set(',"\r') else f for f in fields)


def _prefix(site: str) -> str:
    found = (_PREFIX_OF_WINDOWS if os.name == "nt" else _PREFIX).match(site)
    return found[1] if found else site


class Found:
    """What there is to verify, and what there is not."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.without: dict[str, str] = {}
        """By the name of a distribution that can't be verified: why."""
        self.editable: dict[str, str] = {}
        """By the name of a distribution whose modules are elsewhere: where they are."""
        self.names: set[str] = set()
        """Names that were found, normalized."""


def find(places: Sequence[str], names: Sequence[str]) -> Found:
    """Find the distributions in *places*, or where this Python looks for modules. *names* selects some of them.

    :raises FileNotFoundError: there are no distributions in one of *places*.
    """
    wanted = {normalized(name) for name in names}
    found = Found()
    for directory in _sites(places):
        site = Site(directory)
        for entry in sorted(os.listdir(directory)):
            stem, kind = os.path.splitext(entry)
            name = stem.split("-")[0]
            if kind in {".dist-info", ".egg-info", ".egg-link"} and (not wanted or normalized(name) in wanted):
                found.names.add(normalized(name))
                _add(found, site, name, os.path.join(directory, entry))
        if site.lists or site.lists_of_others:
            found.sites.append(site)
    return found


def _add(found: Found, site: Site, name: str, info: str) -> None:
    record = os.path.join(info, "RECORD")
    if not os.path.isfile(record):
        found.without[name] = _why_not(info)
        return
    site.add(record)
    elsewhere = _editable(info)
    if elsewhere:
        found.editable[name] = elsewhere


def _why_not(info: str) -> str:
    if not info.endswith(".dist-info"):
        return "it was installed in a way that records no digests"
    installer = _text(os.path.join(info, "INSTALLER")).strip()
    by = f"{installer} installed it, and" if installer and installer.isprintable() else "it"
    return f"{by} has no RECORD; the package manager that installed it may verify it"


def _editable(info: str) -> str:
    """Return the URL of the modules of an editable installation (PEP 660 and 610), or ""."""
    with contextlib.suppress(ValueError, AttributeError):
        origin = json.loads(_text(os.path.join(info, "direct_url.json")) or "{}")
        if origin.get("dir_info", {}).get("editable") is True:
            return str(origin.get("url", ""))
    return ""


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _sites(places: Sequence[str]) -> Iterable[str]:
    """Return the real paths of the directories that hold distributions."""
    sites: dict[str, None] = {}
    for place in places:
        here = [place] if _has_distributions(place) else [d for d in _beneath(place) if _has_distributions(d)]
        if not here:
            raise FileNotFoundError(place)
        sites.update((os.path.realpath(d), None) for d in here)
    if not places:
        sites.update((os.path.realpath(d), None) for d in sys.path if d and _has_distributions(d))
    return sites


def _beneath(place: str) -> Iterator[str]:
    for pattern in _SITES:
        yield from (os.path.join(place, found) for found in sorted(glob(pattern, root_dir=place)))


def _has_distributions(directory: str) -> bool:
    try:
        return any(name.endswith((".dist-info", ".egg-info", ".egg-link")) for name in os.listdir(directory))
    except OSError:
        return False


def normalized(name: str) -> str:
    """Return the name of a distribution as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
