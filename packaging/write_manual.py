"""Writes the manual page: `PYTHONPATH=src python packaging/write_manual.py checksig.1`.

It says what the help pages say, from the same tables, in the macros of man(7). The date is that of
SOURCE_DATE_EPOCH, or today's.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

from checksig import __version__
from checksig._cli._commands import GLOBAL, every
from checksig._cli._help import ENDS, TEXTS, end_of, row, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._cli._options import Option

ENVIRONMENT = {
    "CHECKSIG_KERNELS": "Restricts how digests are computed; for tests.",
    "CLICOLOR_FORCE": "Like FORCE_COLOR.",
    "COLUMNS": "The width of the help pages.",
    "FORCE_COLOR": "If set, and not to 0, words have colour wherever they go, unless --color is given.",
    "GITHUB_STEP_SUMMARY": "With --format=github, the file to which the summary is added.",
    "NO_COLOR": "If set, words have no colour, unless --color is given.",
    "TERM": "With the value dumb, there are no progress bar and no colour.",
    "_CHECKSIG_COMPLETE": "With the value bash_source, zsh_source or fish_source, checksig prints the completion "
    "script of this shell.",
}

SEE_ALSO = ("b2sum", "md5sum", "sha1sum", "sha256sum", "sha512sum")

DOCUMENTATION = "https://github.com/checksig/checksig/tree/main/docs"

SPECIAL = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "~": "\\(ti", "^": "\\(ha", '"': "\\(dq"}


def manual() -> str:
    """Return the page."""
    return "\n".join([*_head(), *_commands(), *_ends(), *_tail()]) + "\n"


def _head() -> Iterator[str]:
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    summary = TEXTS[""].rstrip(".")
    yield f'.TH CHECKSIG 1 {date} "checksig {__version__}" "User Commands"'
    yield from (".nh", ".ad l")  # names and options are to be copied
    yield from (".SH NAME", f"checksig \\- {_text(summary[0].lower() + summary[1:])}", ".SH SYNOPSIS")
    for name, command in every().items():
        yield from (f".B checksig {name}", _text(f"[OPTIONS] {command.operands}"), ".br")
    yield ".B checksig"
    yield _text(" | ".join(option.names[-1] for option in GLOBAL))
    yield from (".SH DESCRIPTION", *_filled(f"{TEXTS['']} {ENDS['']}"), ".SH OPTIONS", *_options(GLOBAL))


def _commands() -> Iterator[str]:
    yield ".SH COMMANDS"
    for name, command in every().items():
        first, *more = text_of(name).split("\n\n")
        yield from (f".SS checksig {name}", *_filled(first), *_paragraphs(more), *_options(command.options))


def _ends() -> Iterator[str]:
    """Put together what ends the help pages of all commands, by its titles."""
    parts = [(name, *end.split("\n", 1)) for name in every() for end in end_of(name).split("\n\n")]
    for title in dict.fromkeys(title for _, title, _ in parts):
        yield f".SH {title.rstrip(':').upper()}"
        for name, other, body in parts:
            if other == title:
                yield from (f".SS checksig {name}", *_paragraphs([body]))


def _tail() -> Iterator[str]:
    yield from (".SH ENVIRONMENT", *_rows(ENVIRONMENT.items()), ".SH SEE ALSO")
    yield from (f".BR {name} (1){',' if name != SEE_ALSO[-1] else ''}" for name in SEE_ALSO)
    yield from (".PP", f".UR {DOCUMENTATION}", "The documentation", ".UE")


def _options(options: Iterable[Option]) -> Iterator[str]:
    return _rows(row(option) for option in options if option.help)


def _paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    """Lay out paragraphs of a help page: text, or rows of two columns if a line is indented."""
    for paragraph in paragraphs:
        if "\n " in f"\n{paragraph}":
            yield from _rows(_columns(paragraph))
        else:
            yield from (".PP", *_filled(paragraph))


def _columns(paragraph: str) -> list[tuple[str, str]]:
    """Take rows apart: two spaces are between the columns, and a line that begins far right goes on."""
    rows: list[tuple[str, str]] = []
    for line in paragraph.splitlines():
        first, _, second = line.strip().partition("  ")
        if re.match(" {4}", line) and rows:
            name, text = rows.pop()
            rows.append((name, f"{text} {line.strip()}".strip()))
        else:
            rows.append((first, second.strip()))
    return rows


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        yield from (".TP", f".B {_text(name)}", *_filled(text)) if text else (".PP", f".B {_text(name)}")


def _filled(text: str) -> Iterator[str]:
    return map(_text, textwrap.wrap(text, 72, break_long_words=False, break_on_hyphens=False))


def _text(text: str) -> str:
    """Write a line of text as roff: nothing in it is a request or an escape."""
    found = "".join(SPECIAL.get(c) or (c if c.isascii() else f"\\[u{ord(c):04X}]") for c in text)
    return f"\\&{found}" if found.startswith(".") else found


if __name__ == "__main__":
    (out,) = sys.argv[1:]
    Path(out).write_text(manual(), encoding="ascii", newline="\n")
