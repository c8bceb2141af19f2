"""What a request says about its lists, and their bytes."""

from __future__ import annotations

import io
import os
import stat

from checksig._errors import ManifestError
from checksig._text import amount, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    Request = dict[str, Any]
    Given = str | dict[str, Any]
else:
    Request = Given = object


def lists_of(request: Request) -> list[Given]:
    """Return the lists of a request. A root that is a file is one."""
    if request.get("manifests") is None:
        root = request["root"]
        return [root] if os.path.isfile(at(request, root)) else []
    return list(request["manifests"])


def root_of(request: Request) -> str:
    """Return the root of a request: if that is a list, its directory."""
    root: str = request.get("root", "")
    if request.get("manifests") is not None:
        return root
    return os.path.dirname(root) or os.curdir


def path_of(given: Given) -> str:
    """Return the path of a list, by which results name it."""
    path: str = given if isinstance(given, str) else given["path"]
    return path


def has_entries(given: Given) -> bool:
    return not isinstance(given, str) and "entries" in given


def content_of(request: Request, given: Given, most: int) -> bytes:
    """Return the bytes of a list.

    :raises ManifestError: it can't be read, has none, or has more than *most*.
    """
    path = shown(path_of(given))
    if has_entries(given):
        raise ManifestError(path, 0, "entries that are not from a list have no signature")
    try:
        with opened(request, given) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            content = b"" if size > most else file.read(most + 1)
    except OSError as e:
        raise ManifestError(path, 0, (e.strerror or str(e)).lower()) from None
    if max(size, len(content)) > most:
        raise ManifestError(path, 0, f"larger than {amount(most)}, the most that a signed list may have")
    return content


def shown(path: str) -> str:
    return name_of(path)


def at(request: Request, path: str) -> str:
    return os.path.join(shown(request.get("directory", "")), shown(path))


def opened(request: Request, given: Given) -> BinaryIO:
    if isinstance(given, str):
        return open_regular(at(request, given))
    if "bytes" in given:
        return io.BytesIO(given["bytes"].encode("utf-8", "surrogateescape"))
    return open_regular(at(request, given["file"]))


def open_regular(path: str) -> BinaryIO:
    """Open a regular file. Nothing else is opened: that might wait for ever.

    :raises OSError: it can't be, or is none.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(number).st_mode):
        return open(number, "rb")
    os.close(number)
    msg = "not a regular file"
    raise OSError(0, msg)
