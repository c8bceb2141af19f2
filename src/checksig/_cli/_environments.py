"""What `verify --installed` verifies: the distributions of Python environments."""

from __future__ import annotations

import os
import sys

from checksig import _installed
from checksig._cli._operands import Group
from checksig._cli._usage import UsageError
from checksig._errors import ManifestError
from checksig._report import WarningText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

_SHOWN = 10
"""Distributions that a warning names."""


def environments(
    operands: Sequence[str], warn: Callable[[WarningText], object], *, extra: object = False
) -> list[Group]:
    """Return what to verify. An operand with a slash is a directory, any other the name of a distribution.

    :raises UsageError: there is no such directory or distribution, or a distribution that is named can't be verified.
    :raises ManifestError: no distribution can be verified.
    """
    if "" in operands:
        reason = "the directory or distribution is empty"
        raise UsageError(reason, "leave it out to verify all distributions of this Python")
    places = [one for one in operands if _is_path(one)]
    names = [one for one in operands if not _is_path(one)]
    if names and extra:
        reason = "--extra can't be combined with a selection of distributions"
        raise UsageError(reason)
    try:
        found = _installed.find(places, names)
    except OSError as e:
        reason = f"{e.filename or e}: no Python distributions there"
        raise UsageError(reason, "give an environment, such as .venv/, or a site-packages directory") from None
    _check_names(found, names, places)
    _warn(found, warn)
    if not found.sites:
        where = ", ".join(places) or sys.prefix
        raise ManifestError(where, 0, "no distribution has a RECORD", "no_list")
    return [group for site in found.sites for group in _groups(site, extra=extra)]


class _Installed(Group):
    """What one job verifies of a site."""

    is_installed = True


def _groups(site: _installed.Site, *, extra: object) -> Iterator[Group]:
    options: dict[str, Any] = {"list_format": "record"}
    if site.lists:
        expected = {"outputs": site.expected()} if extra else {}
        yield _Installed(site.directory, [*site.lists], [], {**options, **expected})
    if site.lists_of_others:
        yield _Installed(site.prefix, [*site.lists_of_others], [], {**options, "extra": False})


def _is_path(operand: str) -> bool:
    return operand in {os.curdir, os.pardir} or "/" in operand or os.sep in operand


def _check_names(found: _installed.Found, names: Sequence[str], places: Sequence[str]) -> None:
    for name in names:
        if _installed.normalized(name) not in found.names:
            where = ", ".join(places) or sys.prefix
            reason = f"{name}: no such distribution in {where}"
            raise UsageError(reason, f"for a directory of that name, write {os.path.join(os.curdir, name)}")
    if names and found.without:
        name, why = next(iter(found.without.items()))
        reason = f"{name} can't be verified: {why}"
        raise UsageError(reason, "leave it out to verify the others")


def _warn(found: _installed.Found, warn: Callable[[WarningText], object]) -> None:
    if len(found.without) == 1:
        name, why = next(iter(found.without.items()))
        warn(WarningText(f"{name} is not verified: {why}", "without_record"))
    elif found.without:
        some = ", ".join([*found.without][:_SHOWN]) + (", …" if len(found.without) > _SHOWN else "")
        text = f"{len(found.without)} distributions are not verified, for lack of a RECORD: {some}"
        warn(WarningText(text, "without_record"))
    for name, url in found.editable.items():
        warn(WarningText(f"{name} is editable, and its modules are not verified: they are in {url}", "is_editable"))
