"""Where the readers come in: a request to the engine gets the entries of a list that the engine does not read."""

from __future__ import annotations

from checksig._errors import ManifestError
from checksig._readers import READERS
from checksig._readers._documents import Recognised, files, recognised
from checksig._readers._malformed import MalformedError
from checksig._readers._start import start_of
from checksig._requested import Given, Request, has_entries, lists_of, open_regular, opened, path_of, root_of, shown
from checksig._words import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from checksig._entries import Entries


def otherwise(request: Request, path: str) -> tuple[Request | None, str]:
    """Return *request* with the entries of the list at *path*, which the engine could not read, and its format.

    The request is None if no reader knows it.

    :raises ManifestError: it is damaged.
    """
    if request.get("list_format"):
        return None, ""
    lists = lists_of(request)
    for i, one in enumerate(lists):
        if path_of(one) == path and not has_entries(one):
            entries, name = _read(request, one, "")
            if entries is not None:
                return {**request, "root": root_of(request), "manifests": [*lists[:i], entries, *lists[i + 1 :]]}, name
    return None, ""


def forced(request: Request) -> Request:
    """Return *request* with the entries of all lists, if its format is one of those that the engine does not read.

    :raises ManifestError: a list is not of this format, or damaged.
    :raises ValueError: there is no such format.
    """
    name = request["list_format"]
    if name in FORMATS:
        return request
    if name not in READERS:
        _check_plugin(name)
    lists = lists_of(request)
    if not lists:
        reason = f"give the path of a list: none of the format {name} is found by its name"
        raise ManifestError(shown(request["root"]), 0, reason, "no_list")
    entries = [one if has_entries(one) else _read(request, one, name)[0] for one in lists]
    return {**request, "root": root_of(request), "manifests": entries, "list_format": ""}


def _check_plugin(name: str) -> None:
    from checksig._readers import _plugins

    known = _plugins.names()
    if name not in known:
        msg = f'list_format: unknown list format "{name}" (known: {", ".join([*FORMATS, *READERS, *known])})'
        raise ValueError(msg)


def is_list(path: str) -> bool | None:
    """Say whether a reader knows the file at *path*, None if it seems so, but the file is damaged.

    Readers of other packages are not asked.
    """
    try:
        with open_regular(path) as file:
            return recognised(file) is not None
    except MalformedError:
        return None
    except OSError:
        return False


def _read(request: Request, given: Given, format_: str) -> tuple[Given | None, str]:
    path = path_of(given)
    try:
        with opened(request, given) as file:
            found, name = _files(request, file, format_)
    except MalformedError as e:
        error = ManifestError(shown(path), e.line, e.reason, e.code)
        error._names_algorithms = True  # noqa: SLF001 - not for users
        raise error from e.__cause__
    except MemoryError:
        raise ManifestError(shown(path), 0, "the document is too large for this machine") from None
    except OSError as e:
        if not format_:
            return None, ""  # the engine has said why
        raise ManifestError(shown(path), 0, (e.strerror or str(e)).lower()) from None
    if found is None:
        return None, ""
    if not found:
        raise ManifestError(shown(path), 0, "the list has no entries", "no_entry")
    return {"path": path, "entries": found}, name


def _files(request: Request, file: BinaryIO, format_: str) -> tuple[Entries | None, str]:
    strict = request.get("strict", True)
    known = Recognised(format_) if format_ in READERS else None if format_ else recognised(file)
    if known:
        return files(known, file, strict=strict), known.format
    from checksig._readers import _plugins

    reader = _plugins.named(format_) if format_ else _plugins.recognising(start_of(file))
    return (reader.files(file, request.get("algorithm", "")), reader.name) if reader else (None, "")
