"""Text for people, who must not be fooled by file names, and file names for the engine."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\\": r"\\"}


def shell_quoted(name: str) -> str:
    """Return *name* for a terminal: as it is, or as ``$'…'`` if that could mislead.

    A shell reads that back as the same name. Control characters, invisible and direction-changing ones,
    and bytes that are not UTF-8 are escaped; quotes show spaces at the ends.
    """
    if name.isprintable() and name == name.strip() and not name.startswith("$'"):
        return name
    return f"$'{_escaped(name, quote=chr(39))}'"


def double_quoted(name: str) -> str:
    """*name* in double quotes, with escapes for what isn't printable."""
    return f'"{_escaped(name, quote=chr(34))}"'


def plain(text: str) -> str:
    """*text* with escapes for what isn't printable, and no quotes."""
    return text if text.isprintable() else _escaped(text, quote="")


def _escaped(text: str, quote: str) -> str:
    return "".join(_escape(c, quote) for c in text)


def _escape(character: str, quote: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character == quote:
        return "\\" + character
    if character.isprintable():
        return character
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that isn't UTF-8, as PEP 383 has it
        return f"\\x{number - 0xDC00:02x}"
    return f"\\{number:03o}" if number < 0x80 else f"\\U{number:08x}"  # as coreutils quotes for a shell


_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def amount(size: int) -> str:
    """Return a number of bytes for people, such as ``35.1 kB``; 1 kB is 1,000 bytes."""
    rounded, units = float(size), list(_UNITS)
    while rounded >= 999.95 and len(units) > 1:
        rounded /= 1000
        del units[0]
    return f"{rounded:.{0 if units[0] == 'B' else 1}f} {units[0]}"


def to_engine(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """*path* as the ABI has it: UTF-8, other bytes by surrogateescape (PEP 383)."""
    if isinstance(path, str) and path.isascii():
        return path
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _decoder() -> Callable[[str], str] | None:
    if os.name == "nt" or sys.getfilesystemencoding() == "utf-8":
        return None  # names are what the ABI has already
    return lambda text: os.fsdecode(text.encode("utf-8", "surrogateescape"))


from_engine = _decoder()


def count(number: int, one: str, several: str = "") -> str:
    """Return a number of things in words."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"


def name_of(text: str) -> str:
    """Return a name or path that the engine gave, as Python has it."""
    return from_engine(text) if from_engine else text


class FieldDocs:
    """The docstring of a class in *module*, until it is read, as by `help`: then its fields get docs as well."""

    def __init__(self, doc: str | None, module: str) -> None:
        self._doc, self._module = doc, module

    def __get__(self, _: object, kind: type) -> str | None:
        from checksig._fields import document

        document(kind, self._module)
        kind.__doc__ = self._doc
        return self._doc
