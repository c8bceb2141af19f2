"""The commands of ``checksig track``, and their options."""

from __future__ import annotations

from checksig._cli._excludes import OPTIONS as EXCLUDES
from checksig._cli._options import COLOR, HELP, SHARED, Command, Option, one_of
from checksig._cli._usage import UsageError
from checksig._text import shell_quoted
from checksig._words import FORMATS as LIST_FORMATS
from checksig._words import LISTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_WRITTEN = tuple(name for name, row in LIST_FORMATS.items() if row["writes"])

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {
    **{unit: 1000**power for power, unit in enumerate(("B", "kB", "MB", "GB", "TB"))},
    **{unit: 1024**power for power, unit in enumerate(("KiB", "MiB", "GiB", "TiB"), 1)},
}


def budget(text: str) -> tuple[str, float]:
    """Read an amount of time or data: the argument that it is for, and how much it is in seconds or bytes."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = text[len(digits) :]
    try:
        number = float(digits)
    except ValueError:
        number = 0
    if not 0 < number < float("inf") or unit not in {**_SECONDS, **_BYTES}:
        must = "a time such as 90m, 2h or 1d, or an amount such as 500GB or 2TiB"
        raise ValueError(must)
    if unit in _SECONDS:
        return "max_seconds", number * _SECONDS[unit]
    return "max_bytes", max(1, int(number * _BYTES[unit]))


def _run(name: str, most: int = 1) -> Callable[..., int]:
    """Return what runs a command with one ROOT and, beside it, at most that many names less one."""

    def run(*operands: str, **options: Any) -> int:  # noqa: ANN401 - the functions of _track have their types
        if not operands or len(operands) > most:
            reason = "ROOT is missing" if not operands else f"unexpected operand: {shell_quoted(operands[most])}"
            raise UsageError(reason)
        if "" in operands:
            reason = "an operand is empty"
            raise UsageError(reason)
        from checksig._cli import _track

        action: Callable[..., int] = getattr(_track, name)
        return action(*operands, **options)

    return run


_DATABASE = Option(
    ("--database",),
    "Use the database FILE. Default: one in your data directory, named after ROOT and its path.",
    "FILE",
)
_QUIET = Option(("-q", "--quiet"), "Print only differences and errors. No effect on --json.")
_JSON = next(option for option in SHARED if "--json" in option.names)
_WITHOUT_FILES = (_DATABASE, _QUIET, COLOR, _JSON, HELP)
_MANY = 1 << 62
_HISTORY_FORMATS = ("text", "json", "html")

COMMANDS = {
    "track init": Command(
        "Make the database, and record all files.",
        "ROOT",
        (
            Option(
                ("-a", "--algorithm"),
                "Digest algorithm. Default: sha256. Can be repeated: each file is read once.",
                "NAME",
                choices=LISTED,
                repeatable=True,
            ),
            *EXCLUDES,
            _DATABASE,
            _QUIET,
            *SHARED,
        ),
        _run("init"),
        """\
Make the database of an archive, and record all regular files beneath ROOT with their digests.

Hidden files are recorded like others. Links are not followed, and neither they nor FIFOs, devices and
sockets are recorded. What the options leave out stays left out: they are stored. The path of the
database is printed to standard output.""",
        """\
Examples:
  checksig track init /srv/archive
  checksig track init --exclude '*.tmp' --exclude cache/ ~/photos
  checksig track init --database /var/lib/archive.sqlite /srv/archive""",
    ),
    "track scan": Command(
        "Find what was added, changed, moved or lost.",
        "ROOT",
        (_DATABASE, _QUIET, *SHARED),
        _run("scan"),
        """\
Walk ROOT, and find what was added, changed, moved or lost.

A file is read only if it is new, or if its size, time or inode has changed. New files are recorded.
What is not as recorded is printed to standard output, one line per file, also what earlier runs have
found:

  NAME: ADDED             the file was recorded
  NAME: FAILED (VERDICT)  the file is not as recorded

VERDICT is modified, moved to NEW, missing, rotten, unreadable, not regular or changed (while it was
read). A file with another name is found by its inode, or by its digest.""",
        """\
Examples:
  checksig track scan /srv/archive
  checksig track scan --json /srv/archive""",
    ),
    "track verify": Command(
        "Read files again, and find those that have rotted.",
        "ROOT",
        (
            Option(
                ("--budget",),
                "Begin no more files after this time, such as 90m or 2h, or read at most this amount, such as 500GB. "
                "Can be repeated. At least one file is read. Default: no limit.",
                "AMOUNT",
                read=budget,
                repeatable=True,
            ),
            _DATABASE,
            _QUIET,
            *SHARED,
        ),
        _run("verify"),
        """\
Read files again, and compare their digests with the record, beginning with those that were read longest
ago.

A file is rotten if its digest differs, but not its size, time or inode: no program has meant to change
it. What was found is committed every few seconds, so that a run that is stopped, or killed, is not in
vain. Differences are printed as by `checksig track scan`.""",
        """\
Examples:
  checksig track verify /srv/archive
  checksig track verify --budget 2h /srv/archive
  checksig track verify --budget 500GB --no-cache /srv/archive""",
    ),
    "track accept": Command(
        "Take what was found as right.",
        "ROOT [NAME]...",
        (
            Option(("--relocated",), "Also accept the path and the device that ROOT has now."),
            *_WITHOUT_FILES,
        ),
        _run("accept", _MANY),
        """\
Take what the last runs have found as right: all that is modified, moved, missing or not regular, or
only each NAME.

A NAME is one that a run has printed, relative to ROOT, or a directory for what is beneath it. A rotten
file is only accepted if it is named itself. Files that are missing or not regular, such as links, are
forgotten, but not their history. Nothing is read: what has changed again since is a difference again.""",
        """\
Examples:
  checksig track accept /srv/archive
  checksig track accept /srv/archive reports/2026.pdf photos
  checksig track accept --relocated /mnt/new-disk --database old.sqlite""",
    ),
    "track history": Command(
        "Print what happened, to all files or to one.",
        "ROOT [NAME]",
        (
            _DATABASE,
            Option(
                ("--format",),
                "Write FORMAT to standard output: text, json (JSON Lines) or html (needs checksig[report]). "
                "Default: text.",
                "FORMAT",
                read=one_of(*_HISTORY_FORMATS),
                choices=_HISTORY_FORMATS,
            ),
            Option(
                ("--report",),
                "Also write a page in HTML to FILE, whose name ends in .html. Only a report is replaced. With --quiet, "
                "nothing is printed.",
                "FILE",
            ),
            *_WITHOUT_FILES[1:],
        ),
        _run("history", 2),
        """\
Print all runs, and what they found that was not known before; or what happened to the file NAME, also
under earlier names. Times are in UTC. Nothing beneath ROOT is looked at.

HTML is a page on the whole archive: what is not as recorded, when its files were verified, and how that
has changed.""",
        """\
Examples:
  checksig track history /srv/archive
  checksig track history --quiet --report archive.html /srv/archive
  checksig track history /srv/archive reports/2026.pdf""",
    ),
    "track export": Command(
        "Write the record as a checksum list.",
        "ROOT",
        (
            Option(
                ("-o", "--output"),
                "Write the list to PATH, as a whole or not at all. Default: standard output.",
                "PATH",
            ),
            Option(
                ("--list-format",),
                f"Write a list of the format NAME: {', '.join(_WRITTEN[:-1])} or {_WRITTEN[-1]}. "
                "Default: by the name of PATH, such as x.sfv; otherwise coreutils.",
                "NAME",
                read=one_of(*_WRITTEN),
                choices=_WRITTEN,
            ),
            Option(("--force",), "Replace PATH if it exists."),
            *_WITHOUT_FILES,
        ),
        _run("export"),
        """\
Write what is recorded as a checksum list, which any tool can verify: the names, and the digests that the
files are to have. Nothing beneath ROOT is looked at.""",
        """\
Examples:
  checksig track export /srv/archive > SHA256SUMS
  checksig track export --list-format mtree --output archive.mtree /srv/archive""",
    ),
}
